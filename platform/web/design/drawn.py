"""What was drawn from a workbook as people and programs read it: confidence, open questions, findings."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from core.messages import sentence
from designer.excel.doubts import Doubt
from web.findings import finding_json, finding_text

if TYPE_CHECKING:
    from designer.excel.drawing import Drawing


def drawing_lines(drawing: "Drawing", lang: str) -> Iterator[str]:
    """A line for each part, each open question, each finding."""
    for part, percent in (drawing.confidence or {}).items():
        yield sentence(f"drawing.{part}", {"percent": percent}, lang)
    for doubt in drawing.doubts:
        told = doubt_json(doubt, lang)
        yield f"{doubt.where}: {told['question']} {told['taken']} [{doubt.name}]"
    for finding in drawing.findings:
        yield finding_text(finding, lang)


def drawing_json(drawing: "Drawing", lang: str) -> Mapping[str, object]:
    """The same for programs."""
    return {
        "confidence": drawing.confidence,
        "doubts": [doubt_json(doubt, lang) for doubt in drawing.doubts],
        "findings": [finding_json(finding, lang) for finding in drawing.findings],
    }


def doubt_json(doubt: Doubt, lang: str) -> Mapping[str, object]:
    """A question with its choices in words; `name=value` of a choice is an answer."""
    choices = [
        {"value": choice, "told": sentence(f"{doubt.code}.{choice}", doubt.facts, lang)}
        for choice in doubt.choices
    ]
    return {
        "name": doubt.name,
        "where": doubt.where,
        "question": sentence(doubt.code, doubt.facts, lang),
        "choices": choices,
        "taken": next(choice["told"] for choice in choices if choice["value"] == doubt.taken),
        "answered": doubt.answered,
    }
