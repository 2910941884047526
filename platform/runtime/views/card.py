"""A report as a leader sees it on a telephone: the few figures that matter, and which report waits next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.figures import find_cell
from engine.sheet import Place
from runtime.filling.desk import Desk
from runtime.models import Report, Round
from runtime.steps import ACCEPT, APPROVE, STATES, next_step, path_of
from runtime.views.columns import own_place, values_of
from runtime.views.compilation import headline

DECIDED = {APPROVE.name: "own", ACCEPT.name: "receiver"}
"""What is decided on a card, and how whoever decides stands to the report."""
WAITING = tuple(state for state in STATES if state in (*APPROVE.starts, *ACCEPT.starts))


@dataclass(frozen=True)
class Headline:
    """A cell of a card: its exchange text and last period's, and its type."""

    place: Place
    value: str
    last: str
    kind: str


def read_queue(session: Session, agency: int, steps: Collection[str]) -> list[int]:
    """The reports that wait for one of some steps by an agency, in the order of their deadlines."""
    owner = Report.agency_id == agency
    receiver = Report.receiver_id == agency
    query = select(Report.id, Report.state, Report.agency_id, Report.receiver_id, Round.steps).join(Round)
    query = query.where(or_(owner, receiver), and_(Round.closed_at.is_(None), Report.state.in_(WAITING)))
    found = []
    for row in session.execute(query.order_by(Report.due_at, Report.round_id, Report.id)):
        step = next_step(row.state, path_of(row.steps, has_receiver=row.receiver_id is not None))
        stands = {"own": row.agency_id, "receiver": row.receiver_id}
        if step and step in steps and stands[DECIDED[step]] == agency:
            found.append(row.id)
    return found


def after(queue: Sequence[int], report: int) -> int | None:
    """Which report comes next in a queue, round to its beginning; None where no other waits."""
    others = [each for each in queue if each != report]
    if report not in queue:
        return others[0] if others else None
    at = queue.index(report)
    return others[at % len(others)] if others else None


def headlines(desk: Desk) -> list[Headline]:
    """The figures of a card."""
    layout, code = desk.program.layout, desk.agency.code
    cells = headline(layout)
    places = [own_place(layout, place, code) for place in cells]
    kinds = []
    for section, row, column in places:
        cell = find_cell(layout.sections[section], row, column)
        kinds.append(cell.type if cell else "number")
    now, last = (values_of(sheet, cells, code).texts for sheet in (desk.sheet, desk.context.previous))
    return [Headline(*told) for told in zip(places, now, last, kinds, strict=True)]
