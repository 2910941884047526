"""Words for codes. Findings and errors carry codes and facts; here they become a sentence, at the edge only.

The catalogues are gettext files whose msgid is a code (`E_REF.row`, `job.lost`) and whose msgstr is a
Python format string over the facts. A code without an entry of its own is told by the part before its
last dot.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources

from core.clock import VIETNAM

LANGUAGES = ("vi", "en")
LONGEST_NUMBER = 40  # digits; 1e400 is printed as it is


def sentence(code: str, facts: Mapping[str, object], lang: str) -> str:
    """The sentence of a code in a language; a fact that is missing stays in braces, nothing raises."""
    entries = catalogue(lang)
    known = code
    while known not in entries and "." in known:
        known = known.rpartition(".")[0]
    return entries.get(known, code).format_map(
        _Shown({name: show(fact, lang) for name, fact in facts.items()})
    )


def show(value: object, lang: str) -> str:
    """A fact as a reader of the language writes it: 1.234,5 in Vietnamese, 1,234.5 in English.

    A number that is a name, as a year is, comes as text; a moment is told in Vietnam's time.
    """
    if isinstance(value, bool):
        return {"vi": ("không", "có")}.get(lang, ("no", "yes"))[value]
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
    if isinstance(value, int | Decimal):
        return _number(Decimal(value), lang)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {show(item, lang)}" for name, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(show(item, lang) for item in value)
    return str(value)


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All entries of a language by code."""
    from babel.messages.pofile import read_po  # here, for commands that say nothing need not load it

    with resources.files("core.messages").joinpath(lang, "LC_MESSAGES", "bieumau.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def _number(value: Decimal, lang: str) -> str:
    if not value.is_finite() or abs(value.adjusted()) > LONGEST_NUMBER:
        return str(value)
    text = f"{value:,f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


class _Shown(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
