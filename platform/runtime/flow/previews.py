"""What would become of the open reports of a round in another version of its form, before they go over."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from engine.form import Form
from engine.layout import Layout, SectionLayout
from engine.merging import parts
from engine.sheet import Sheet
from engine.transfer import Became, Lost, transfer
from runtime.filling.attachments import COLUMN as FILE
from runtime.filling.checking import check_sheet
from runtime.filling.contexts import context_of
from runtime.filling.narratives import COLUMN as TEXT
from runtime.filling.words import read_words, with_words
from runtime.flow.moving import became_before, demand_movable, settle
from runtime.models import Report, Round
from runtime.programs import program_of
from runtime.sheets import read_sheets, whole
from runtime.steps import EDITABLE
from template_library.models import Version
from template_library.versions import get_version

MOST = 150
"""Reports that are tried out for one page; a province has fewer communes."""
SHORT = 80
"""Characters of a lost narrative that are shown."""


@dataclass(frozen=True)
class Gone:
    """A row or column that the new version has not; `heirs` may have taken its place.

    `used` counts the reports in which figures stand there, `heir` is what was said of it.
    """

    section: str
    kind: str
    id: str
    title: str
    used: int
    heirs: Sequence[tuple[str, str]]
    heir: str


@dataclass(frozen=True)
class Line:
    """One open report: figures kept and lost, errors and warnings before and after."""

    report: int
    agency: str
    kept: int
    lost: Sequence[Lost]
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True)
class Preview:
    """`untouched` counts the reports that were handed in; `more` those that were not tried out."""

    before: Version
    after: Version
    became: Became
    gone: Sequence[Gone]
    lines: Sequence[Line]
    untouched: int
    more: int


def preview_move(
    session: Session, of: Round, version_id: int, became: Became, *, most: int = MOST
) -> Preview:
    """Each open report as it would stand in another version; nothing is written."""
    demand_movable(session, of, version_id)
    became = became or became_before(session, of.id, of.version_id, version_id)
    reports = session.scalars(select(Report).filter_by(round_id=of.id).order_by(Report.id)).all()
    todo = [each for each in reports if each.state in EDITABLE and each.version_id != version_id]
    tried = [each for each in todo if each.receiver_id is not None][:most]
    old, new = (program_of(session, version) for version in (of.version_id, version_id))
    sheets = {
        version: read_sheets(
            session,
            program_of(session, version).layout,
            [each.id for each in tried if each.version_id == version],
            "own",
        )
        for version in {each.version_id for each in tried}
    }
    own = {report: sheet for found in sheets.values() for report, sheet in found.items()}
    used = Counter(place for sheet in own.values() for place in _used(sheet))
    tree = read_tree(session, of.period_end, besides=[each.agency_id for each in tried])
    lines = [
        _line(session, each, tree[each.agency_id].name, own[each.id], version_id, became) for each in tried
    ]
    return Preview(
        get_version(session, of.version_id),
        get_version(session, version_id),
        became,
        list(_gone(old.layout, new.layout, used, became)),
        lines,
        sum(each.state not in EDITABLE for each in reports),
        sum(each.receiver_id is not None for each in todo) - len(tried),
    )


def _line(session: Session, report: Report, agency: str, own: Sheet, version_id: int, became: Became) -> Line:
    program = program_of(session, version_id)
    context, _ = context_of(session, program, report)
    moved = transfer(own, program.layout, became)
    sheet = settle(program, moved, {}, context)
    checked = check_sheet(program, whole(program, sheet, Sheet(program.layout), context), context)
    words = read_words(session, program.form, report.id)
    found = Counter(each.severity for each in with_words(program, checked, context, words).findings)
    stood: Mapping[str, int] = report.standing or {}
    return Line(
        report.id,
        agency,
        moved.kept,
        (*moved.lost, *_lost_words(session, report, program.form)),
        (stood.get("errors", 0), stood.get("warnings", 0)),
        (found["error"], found["warning"]),
    )


def _lost_words(session: Session, report: Report, form: Form) -> Iterator[Lost]:
    """Narratives and documents whose heading or section is gone; they come back with it."""
    words = read_words(session, program_of(session, report.version_id).form, report.id)
    headings = {(section, part.id) for section, part in parts(form)}
    for heading, written in words.texts.items():
        if heading not in headings:
            yield Lost((*heading, TEXT), written.text[:SHORT], "gone")
    for file in words.files:
        if file.section not in form.section_by_id:
            yield Lost((file.section, file.name, FILE), file.name, "gone")


def _used(sheet: Sheet) -> set[tuple[str, str, str]]:
    """(section, kind, id) of each row and column in which a figure stands."""
    found = set()
    for (section, row, column), _, _ in sheet.figures():
        found |= {(section, "rows", part) for part in {row, *row.split("|")}}
        found.add((section, "columns", column))
    return found


def _gone(
    old: Layout, new: Layout, used: Mapping[tuple[str, str, str], int], became: Became
) -> Iterator[Gone]:
    for section, layout in old.sections.items():
        there = new.sections.get(section)
        if there is None:
            continue
        for kind in ("rows", "columns"):
            before, after = _names(layout, kind), _names(there, kind)
            heirs = [(id_, title) for id_, title in after.items() if id_ not in before]
            for id_, title in before.items():
                if id_ not in after:
                    heir = became.get(section, {}).get(kind, {}).get(id_, "")
                    yield Gone(section, kind, id_, title, used[section, kind, id_], heirs, heir)


def _names(layout: SectionLayout, kind: str) -> Mapping[str, str]:
    """Ids with titles of what holds figures."""
    if kind == "columns":
        return {column.id: f"{column.title} ({column.ordinal})" for column in layout.columns}
    rows = {row.id: row for row in (*layout.rows, *layout.patterns.values()) if row.id}
    return {id_: " ".join(filter(None, (row.ordinal, row.title))) for id_, row in rows.items()}
