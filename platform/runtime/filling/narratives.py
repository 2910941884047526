"""Narratives: what is written under the headings of outlines, saved as figures are.

A text is the cell in column "text" of its heading's row. Until somebody writes one, the text prepared with
the template stands. Fields in it are read anew each time; the figures they had when it was written are kept
with it, so that words which no longer fit their numbers are told.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine.findings import Finding
from engine.form import Form, OutlinePart, Section
from engine.merging import fields_of, parts
from engine.sheet import Place
from runtime.filling.changes import Change
from runtime.models import ReportText

COLUMN = "text"
LONGEST = 20_000
Heading = tuple[str, str]
"""(section id, id of a part)."""


@dataclass(frozen=True)
class Written:
    """A text somebody wrote, and the figures of its fields as they were then."""

    text: str
    cited: Mapping[str, str]


Texts = Mapping[Heading, Written]


def read_texts(session: Session, reports: Sequence[int]) -> Mapping[int, Texts]:
    """The texts of reports by report id."""
    found: dict[int, dict[Heading, Written]] = {report: {} for report in reports}
    for each in session.scalars(select(ReportText).where(ReportText.report_id.in_(reports))):
        found[each.report_id][each.section, each.part] = Written(each.text, each.cited)
    return found


def standing_text(texts: Texts, section: str, part: OutlinePart) -> str:
    """What stands under a heading: what was written there, else what the template prepared."""
    written = texts.get((section, part.id))
    return written.text if written else part.text or ""


def divide(
    form: Form, changes: Sequence[Change]
) -> tuple[dict[Place, str], Sequence[Finding], Sequence[Change]]:
    """The texts among the changes of a save, what is wrong with others, and the changes of figures."""
    outlines = {
        name: each for each in form.sections if each.kind == "outline" for name in (each.id, each.code)
    }
    texts: dict[Place, str] = {}
    findings: list[Finding] = []
    figures: list[Change] = []
    headings = {(section, part.id) for section, part in parts(form)} if outlines else set()
    for change in changes:
        section = outlines.get(change.section)
        if section is None:
            figures.append(change)
            continue
        found = _text(section, headings, change)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            texts[section.id, change.row, COLUMN] = found
    return texts, findings, figures


def rewritten(
    form: Form, before: Texts, given: Mapping[Place, str], cite: Callable[[str], str], how: str
) -> tuple[Texts, Sequence[tuple[str, ...]]]:
    """The texts with those given, each with what its fields say now, and what the journal says of it."""
    prepared = {(section, part.id): part for section, part in parts(form)} if given else {}
    after, entries = dict(before), []
    for (section, part, column), text in given.items():
        written = Written(text, {field: cite(field) for field in fields_of(text)})
        if before.get((section, part)) != written:
            old = standing_text(before, section, prepared[section, part])
            after[section, part] = written
            entries.append((section, part, column, old, text, how))
    return after, entries


def write_texts(session: Session, report_id: int, before: Texts, after: Texts) -> None:
    """Replace the texts that changed. The caller holds the report's row."""
    for (section, part), written in after.items():
        if before.get((section, part)) != written:
            key = {"report_id": report_id, "section": section, "part": part}
            session.execute(delete(ReportText).filter_by(**key))
            session.execute(insert(ReportText).values(**key, text=written.text, cited=written.cited))


def walk(section: Section) -> Iterator[tuple[int, OutlinePart]]:
    """The headings of an outline with their depth, in the order of the paper."""

    def below(part: OutlinePart, depth: int) -> Iterator[tuple[int, OutlinePart]]:
        yield depth, part
        for child in part.children:
            yield from below(child, depth + 1)

    for part in section.parts:
        yield from below(part, 0)


def _text(section: Section, headings: set[Heading], change: Change) -> str | Finding:
    where = f"{section.code}[{change.row};{change.column}]"
    if (section.id, change.row) not in headings:
        return Finding("figure.row", where=where, facts={"found": change.row})
    if change.column != COLUMN:
        return Finding("figure.column", where=where, facts={"found": change.column, "known": [COLUMN]})
    text = unicodedata.normalize("NFC", change.value or "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        facts = {"limit": LONGEST, "found": len(text)}
        return Finding("E_LIMIT", where=where, facts=facts, variant="text")
    return text
