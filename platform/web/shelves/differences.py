"""Differences of two states of a template in words, for pages, programs and the command line."""

from collections.abc import Mapping

from core.messages import catalogue, sentence
from template_library.compare import Difference

LONGEST = 80
"""Characters of a value that are shown; the forms themselves stand beside."""


def difference_told(difference: Difference, lang: str) -> str:
    """`Dòng 1.1 (Chứng thực): đơn vị tính đổi từ “tấn” thành “kg”.`"""
    facts = {name: _shown(fact, lang) for name, fact in difference.facts.items()}
    what = sentence(f"difference.{difference.what}.{difference.impact}", facts, lang)
    return f"{sentence(f'difference.kind.{difference.kind}', {}, lang)} {difference.name}: {what}"


def difference_json(difference: Difference, lang: str) -> Mapping[str, object]:
    """A difference for programs, with its sentence."""
    return {
        "what": difference.what,
        "impact": difference.impact,
        "kind": difference.kind,
        "section": difference.section,
        "id": difference.id,
        "becomes": difference.becomes,
        "message": difference_told(difference, lang),
    }


def impact_told(impact: str, lang: str) -> str:
    """The name of what a difference does."""
    return sentence(f"difference.impact.{impact}", {}, lang)


def _shown(value: object, lang: str) -> object:
    match value:
        case None | "" | ():
            return "–"
        case bool():
            return value
        case tuple():
            return ", ".join(str(_shown(each, lang)) for each in value)
        case str() if f"difference.value.{value}" in catalogue(lang):
            return sentence(f"difference.value.{value}", {}, lang)
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
