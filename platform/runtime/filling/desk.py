"""What the page of one report shows: its figures, what is computed, what the checks find and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Node, Tree
from core.errors import NotFound
from engine.calculate import evaluator
from engine.context import Context
from engine.findings import Finding
from engine.form import Form
from engine.presence import Closed
from engine.program import Program
from engine.report import closed_cells
from engine.sheet import Place, Sheet
from engine.touched import computed_places, touched
from runtime.filling.checking import check_sheet
from runtime.filling.contexts import context_of
from runtime.filling.explanations import Target, explanations, target_of
from runtime.filling.narratives import COLUMN, walk
from runtime.filling.standing import standing
from runtime.filling.words import Words, read_words, with_words
from runtime.models import Explanation, Move, Report, Round
from runtime.periods import Period
from runtime.programs import program_for
from runtime.rounds.given_figures import given_places
from runtime.rounds.opening import find_round, period
from runtime.sheets import read_parts, whole


@dataclass(frozen=True)
class Found:
    """A finding, the cells it is about, and the reason somebody gave for it."""

    finding: Finding
    cells: Sequence[Place]
    explanation: str


@dataclass(frozen=True)
class Desk:
    """A report laid out: `own` is what its agency typed, `sheet` the whole with its children's part."""

    report: Report
    of: Round
    agency: Node
    tree: Tree
    program: Program
    context: Context
    own: Sheet
    children: Sheet
    sheet: Sheet
    words: Words
    computed: frozenset[Place]
    closed: Closed
    given: frozenset[Place]
    found: Sequence[Found]
    standing: Mapping[str, int]
    moves: Sequence[Move]

    @property
    def period(self) -> Period:
        """From when to when the figures count."""
        return period(self.of)

    @property
    def titles(self) -> Mapping[str, object]:
        """What titles with fields are filled from."""
        shown = {f"kỳ.{name}": value for name, value in period(self.of).attributes.items()}
        return shown | {
            "đơn_vị.tên": self.agency.name,
            "đơn_vị.cấp": self.agency.level_name,
            "nơi_nhận": self.tree[self.of.lead_id].name,
        }


def find_report(session: Session, report_id: int) -> Report:
    """The report of an id."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound("report.unknown", name=str(report_id))
    return report


def lay_out(session: Session, report_id: int) -> Desk:
    """A report as it is now."""
    report = find_report(session, report_id)
    of = find_round(session, report.round_id)
    tree = read_tree(session, of.period_end, besides=[report.agency_id, of.lead_id])
    program = program_for(session, report)
    context, _ = context_of(session, program, report)
    own, children = read_parts(session, program.layout, report_id)
    words = read_words(session, program.form, report_id)
    checked = check_sheet(program, whole(program, own, children, context), context)
    checked = with_words(program, checked, context, words)
    directory = evaluator(program, checked.sheet, context).directory
    return Desk(
        report,
        of,
        tree[report.agency_id],
        tree,
        program,
        context,
        own,
        children,
        checked.sheet,
        words,
        computed_places(program, directory) | computed_places(program, program.directory),
        closed_cells(program, context),
        given_places(session, report),
        with_places(session, report, program, checked.sheet, checked.findings),
        standing(program, checked, context, words),
        session.scalars(select(Move).filter_by(report_id=report_id).order_by(Move.id)).all(),
    )


def with_places(
    session: Session, report: Report, program: Program, sheet: Sheet, findings: Sequence[Finding]
) -> list[Found]:
    """Findings, such as those that answer a save, with the cells they are about and the reasons given."""
    if not findings:
        return []
    directory = evaluator(program, sheet, Context()).directory
    given: Mapping[Target, Explanation] = explanations(session, report.id)

    def found(finding: Finding) -> Found:
        reason = given.get(target_of(finding))
        cells = touched(program, directory, finding) or _headings(program.form, finding)
        return Found(finding, cells, reason.text if reason else "")

    return [found(finding) for finding in findings]


def _headings(form: Form, finding: Finding) -> list[Place]:
    """The heading of a narrative that a finding names, as a cell."""
    section = form.section_by_code.get(finding.section)
    if section is None or section.kind != "outline":
        return []
    named = finding.where.removeprefix(f"{section.code}[").removesuffix(f";{COLUMN}]")
    return [(section.id, part.id, COLUMN) for _, part in walk(section) if part.id == named]
