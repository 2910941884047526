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
CODE = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")


def normalise(text: str) -> str:
    """NFC, typographic signs as keyboard signs one for one, `luỹ` written `lũy`."""
    return _OLD_TONE.sub(lambda m: m[1] + "ũy", unicodedata.normalize("NFC", text).translate(_SAME))


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
