"""What a report says besides figures: its narratives and documents, read together, judged, laid out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Node
from engine.check import Checked
from engine.context import Context
from engine.findings import Finding, Severity
from engine.form import NUMERIC_TYPES, Form, OutlinePart, Section
from engine.merging import Cited, cite, fields_of, pieces
from engine.program import Program
from engine.report import closed_cells
from engine.sheet import Sheet
from runtime.filling.attachments import Attachment, attachments
from runtime.filling.contexts import context_of
from runtime.filling.narratives import COLUMN, Texts, read_texts, standing_text, walk
from runtime.models import Contribution, Report
from runtime.programs import program_for
from runtime.rounds.opening import find_round
from runtime.sheets import read_sheet


@dataclass(frozen=True)
class Words:
    """The texts and documents of a report."""

    texts: Texts = field(default_factory=dict)
    files: Sequence[Attachment] = ()

    def files_of(self, section: str) -> Sequence[Attachment]:
        """The documents of one section."""
        return [file for file in self.files if file.section == section]


NOTHING = Words()


@dataclass(frozen=True)
class Piece:
    """Words, or a `field` among them: then `text` is its figure in exchange form, `was` the one before."""

    text: str
    field: str = ""
    kind: str = ""
    was: str = ""


@dataclass(frozen=True)
class Passage:
    """A heading with what stands under it: `text` with its fields as typed, `pieces` with their figures."""

    part: OutlinePart
    depth: int
    text: str
    pieces: Sequence[Piece]

    @property
    def said(self) -> str:
        """The text as it is read."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Chapter:
    """A narrative or a section of documents as a report has it."""

    section: Section
    passages: Sequence[Passage]
    files: Sequence[Attachment]


def has_words(form: Form) -> bool:
    """Whether a form asks for more than figures."""
    return any(section.kind in ("outline", "attachment") for section in form.sections)


def read_words(session: Session, form: Form, report_id: int) -> Words:
    """The words of a report; a form of figures alone asks the database nothing."""
    if not has_words(form):
        return NOTHING
    return Words(read_texts(session, [report_id])[report_id], attachments(session, [report_id])[report_id])


def with_words(program: Program, checked: Checked, context: Context, words: Words) -> Checked:
    """A report that was checked, with what is to say of its words."""
    found = _judge(program, checked.sheet, context, words)
    return replace(checked, findings=(*checked.findings, *found))


def _judge(program: Program, sheet: Sheet, context: Context, words: Words) -> Iterator[Finding]:
    """What is missing, and fields whose figure is missing or not the one the words were written for."""
    yield from (missing for missing, is_met in _points(program, context, words) if not is_met)
    for section in _present(program, context):
        for _, part in walk(section):
            text = standing_text(words.texts, section.id, part)
            for name in fields_of(text):
                found = _judged(name, _cited(program, sheet, context, words, section, part, name))
                if found:
                    where = f"{section.code}[{part.id};{COLUMN}]"
                    yield Finding(found[0], found[1], where=where, facts=found[2], section=section.code)


def points(program: Program, context: Context, words: Words) -> tuple[int, int]:
    """How many points of narratives and documents are required, and how many are met."""
    met = [is_met for _, is_met in _points(program, context, words)]
    return len(met), sum(met)


def chapters(program: Program, sheet: Sheet, context: Context, words: Words) -> list[Chapter]:
    """The narratives and documents of a report, with figures in the place of fields."""

    def told(section: Section, part: OutlinePart, text: str) -> Iterator[Piece]:
        for piece, is_field in pieces(text):
            if not is_field:
                yield Piece(piece)
                continue
            cited, was = _cited(program, sheet, context, words, section, part, piece)
            yield Piece(cited.value, piece, cited.kind, was if was != cited.value else "")

    def passage(section: Section, depth: int, part: OutlinePart) -> Passage:
        text = standing_text(words.texts, section.id, part)
        return Passage(part, depth, text, list(told(section, part, text)))

    return [
        Chapter(section, [passage(section, *each) for each in walk(section)], words.files_of(section.id))
        for section in _present(program, context)
    ]


def chapters_below(
    session: Session, report: Report, section: str, start: int, count: int
) -> tuple[int, list[tuple[Node, Report, Chapter]]]:
    """One section as the reports have it that were summed up into this one: how many, and some of them."""
    below = session.scalars(
        select(Report)
        .join(Contribution, Contribution.child_id == Report.id)
        .where(Contribution.report_id == report.id)
    ).all()
    of = find_round(session, report.round_id)
    tree = read_tree(session, of.period_end, besides=[child.agency_id for child in below])
    ordered = sorted(below, key=lambda child: tree[child.agency_id].sort_key)
    found = []
    for child in ordered[start : start + count]:
        program = program_for(session, child)
        context, _ = context_of(session, program, child)
        sheet = read_sheet(session, program, child.id, context)
        words = read_words(session, program.form, child.id)
        there = (each for each in chapters(program, sheet, context, words) if each.section.id == section)
        found += [(tree[child.agency_id], child, each) for each in there]
    return len(ordered), found


def _present(program: Program, context: Context) -> list[Section]:
    """The narratives and documents that this agency owes in this period."""
    gone = closed_cells(program, context)
    asked = (section for section in program.form.sections if section.kind in ("outline", "attachment"))
    return [section for section in asked if (section.id, None, None) not in gone]


def _points(program: Program, context: Context, words: Words) -> Iterator[tuple[Finding, bool]]:
    """Every required point as the finding that it is missing, and whether it is met.

    A document instead of a narrative meets all its points.
    """
    for section in _present(program, context):
        has_file = bool(words.files_of(section.id))
        facts = {"section": section.title or section.code}
        if section.kind == "attachment":
            if section.required:
                told = facts | {"allowed": list(section.types)}
                yield _missing("attachment.missing", section, "", told), has_file
            continue
        required = [part for _, part in walk(section) if part.required]
        for part in required:
            told = {"part": f"{part.code} {part.title}"}
            is_met = has_file or bool(standing_text(words.texts, section.id, part))
            yield _missing("narrative.missing", section, f"[{part.id};{COLUMN}]", told), is_met
        if section.required and not required:
            is_met = any(standing_text(words.texts, section.id, part) for _, part in walk(section))
            yield _missing("narrative.empty", section, "", facts), has_file or is_met


def _missing(code: str, section: Section, place: str, facts: Mapping[str, object]) -> Finding:
    return Finding(code, where=f"{section.code}{place}", facts=facts, section=section.code)


def _cited(
    program: Program,
    sheet: Sheet,
    context: Context,
    words: Words,
    section: Section,
    part: OutlinePart,
    name: str,
) -> tuple[Cited, str]:
    """What a field stands for now, and when the text was written; the same where nobody wrote it."""
    cited = cite(program, sheet, context, name)
    written = words.texts.get((section.id, part.id))
    return cited, written.cited.get(name, cited.value) if written else cited.value


def _judged(name: str, found: tuple[Cited, str]) -> tuple[str, Severity, Mapping[str, object]] | None:
    cited, was = found
    if cited.fault:
        return "narrative.field", "error", {"field": name}
    if not cited.value:
        return "narrative.blank", "error", {"field": name}
    if cited.value != was:
        return (
            "narrative.moved",
            "warning",
            {"field": name, "was": _fact(was, cited), "now": _fact(cited.value, cited)},
        )
    return None


def _fact(value: str, cited: Cited) -> object:
    """A number as a number, so that it is told as readers write it."""
    is_number = cited.kind in NUMERIC_TYPES and value.lstrip("-")[:1].isdigit()
    return Decimal(value) if is_number else value or "…"
