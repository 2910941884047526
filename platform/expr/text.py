"""Texts as people type them: the normal form rules are read in, and the folding names are compared by."""

import re
import unicodedata

_SAME = str.maketrans(
    {
        "\N{MULTIPLICATION SIGN}": "*",
        "\N{DIVISION SIGN}": "/",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
    }
)
_OLD_TONE = re.compile("([lL])u(ỹ)")
_QUOTED = re.compile('"(?:[^"]|"")*"|“[^“”"]*”')
CODE = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")


def normalise(text: str) -> str:
    """NFC; outside quotes typographic signs as keyboard signs one for one and `luỹ` written `lũy`."""
    text = unicodedata.normalize("NFC", text)
    made, done = "", 0
    for quoted in _QUOTED.finditer(text):
        made += _plain(text[done : quoted.start()]) + f'"{quoted[0][1:-1]}"'
        done = quoted.end()
    return made + _plain(text[done:])


def unquoted(text: str) -> str:
    """A normalised text with what stands in quotes blotted out, position by position."""
    return _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)


def _plain(text: str) -> str:
    return _OLD_TONE.sub(lambda m: m[1] + "ũy", text.translate(_SAME))


def fold(text: str) -> str:
    """Without marks, đ as d, lower case, single spaces: what people mean when they type in a hurry."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).lower().split())


def quote(text: str) -> str:
    """A text as a literal of the language."""
    return '"' + text.replace('"', '""') + '"'


def unquote(literal: str) -> str:
    """The text of a literal."""
    return literal[1:-1].replace('""', '"')
