"""The headline cells of a round's total: as handed on, and as entered so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.figures import find_cell, print_figure
from engine.sheet import Place, Sheet
from runtime.models import Report
from runtime.programs import program_of
from runtime.rounds.asked_once import title_of
from runtime.sheets import read_sheets
from runtime.totals.models import Provisional
from runtime.totals.provisional import unpack_figures
from runtime.views.compilation import headline


@dataclass(frozen=True)
class Headline:
    """One cell: what it is called, what is summed up of accepted reports, what of everything entered."""

    title: str
    total: str
    provisional: str


def round_headlines(session: Session, report_id: int | None) -> Sequence[Headline]:
    """The headline of a receiver's total, from what is kept of it; nothing while nothing is entered."""
    report, kept = session.get(Report, report_id or 0), session.get(Provisional, report_id or 0)
    if report is None or kept is None:
        return ()
    program = program_of(session, report.version_id)
    total = read_sheets(session, program.layout, [report.id], "children")[report.id]
    entered = unpack_figures(program.layout, kept.figures)

    def shown(sheet: Sheet, place: Place) -> str:
        cell = find_cell(program.layout.sections[place[0]], place[1], place[2])
        return print_figure(cell, sheet.figure(*place)) if cell else ""

    cells = [
        place for place in headline(program.layout) if place[1] in program.layout.sections[place[0]].row_at
    ]
    return [Headline(title_of(program, place), shown(total, place), shown(entered, place)) for place in cells]
