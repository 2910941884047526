"""What an agency has to do: reports it owes, rounds whose reports come to it; in six queries."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Tree
from expr.text import fold
from runtime.flow.workflow import is_clean
from runtime.models import Report, Round, RoundMove
from runtime.periods import Period
from runtime.rounds.opening import period
from runtime.steps import EDITABLE, next_step, path_of
from runtime.titles import title_in
from template_library.models import Version

OWN = ("enter", "repair", "submit", "approve", "issue", "send")
"""What the agency that owes a report does with it; the rest is its receiver's."""
LISTS = (*OWN, "accept")
FINISHED = "accepted"
OVER = ("done", "closed")
"""Nothing is waited for: all is taken in, or the round is closed."""
LONGEST = 500


@dataclass(frozen=True)
class Task:
    """A line of the inbox: a report the agency owes, or a round whose reports come to it (`report` None).

    A report `is_clean` when its last check found nothing; while it is still to be handed in, no error. `step`
    is its next move forward. `due_moved` is why the deadline was moved.

    `turn` is what it waits for, `waits_for` the agency that has to do it; of a round, `done` reports of
    `total` are in and `coming` wait to be accepted; of a report, `done` cells of `total` are filled.
    """

    report: int | None
    round: int
    template: str
    name: str
    period: Period
    lead: str
    due_at: datetime | None
    state: str
    turn: str
    waits_for: str
    done: int
    total: int
    coming: int
    overdue: int
    is_clean: bool = False
    step: str = ""
    due_moved: str = ""

    @property
    def mine(self) -> bool:
        """Whether it is the agency's own turn."""
        return self.turn in LISTS if self.report is None else self.turn in OWN

    def matches(self, text: str) -> bool:
        """Whether code, name, period or lead unit hold `text`, marks and case aside."""
        return fold(text) in fold(f"{self.template} {self.name} {self.period.label} {self.lead}")


@dataclass(frozen=True)
class Inbox:
    """The lines, most urgent first, and how many reports wait for each turn; `overdue` counts lines."""

    tasks: Sequence[Task]
    counts: Mapping[str, int]


def read_inbox(session: Session, agency: int, *, done: bool = False, now: datetime, today: date) -> Inbox:
    """What is open in the hands of an agency or on its way; with `done`, what is finished."""
    owed = session.execute(_owed(agency, done)).all()
    coming = session.execute(_coming(agency)).all()
    named = {row.Round.lead_id for row in (*owed, *coming)} | {row.receiver_id for row in owed}
    tree = read_tree(session, today, besides=named)
    tasks = [_own_task(row, tree, now) for row in owed]
    tasks += [task for task in _round_tasks(coming, tree, now) if (task.turn in OVER) == done]
    why = _moved_deadlines(session, {task.round for task in tasks})
    tasks = [replace(task, due_moved=why.get(task.round, "")) for task in tasks]
    counts = {turn: sum(task.turn == turn for task in tasks if task.report) for turn in LISTS}
    counts["accept"] = sum(task.coming for task in tasks)
    counts["overdue"] = sum(task.overdue > 0 for task in tasks)
    return Inbox(sorted(tasks, key=_urgency), counts)


def _owed(agency: int, done: bool) -> Select[*tuple[Any, ...]]:
    over = or_(Report.state == FINISHED, Round.closed_at.is_not(None))
    return (
        select(
            Round, Report.id, Report.state, Report.due_at, Report.receiver_id, Report.standing, Version.name
        )
        .join(Report, Report.round_id == Round.id)
        .join(Version, Version.id == Report.version_id)
        .where(Report.agency_id == agency, Report.receiver_id.is_not(None), over if done else ~over)
        .order_by(Report.id.desc())
        .limit(LONGEST)
    )


def _coming(agency: int) -> Select[*tuple[Any, ...]]:
    """Rounds with the states of the reports that come to the agency."""
    return (
        select(Round, Version.name, Report.state, func.count().label("reports"))
        .join(Report, Report.round_id == Round.id)
        .join(Version, Version.id == Round.version_id)
        .where(Report.receiver_id == agency)
        .group_by(Round.id, Version.name, Report.state)
        .order_by(Round.id.desc())
        .limit(LONGEST)
    )


def _moved_deadlines(session: Session, rounds: Collection[int]) -> Mapping[int, str]:
    """The reason of the last move of each round's deadline."""
    moves = select(RoundMove.round_id, RoundMove.reason).filter_by(name="deadline").order_by(RoundMove.id)
    found = session.execute(moves.where(RoundMove.round_id.in_(rounds)))
    return {row.round_id: row.reason or "" for row in found}


def _own_task(row: Row[Any], tree: Tree, now: datetime) -> Task:
    of: Round = row.Round
    turn = _turn(of, row.state) if of.closed_at is None or row.state == FINISHED else "closed"
    standing = row.standing or {}
    return Task(
        row.id,
        of.id,
        of.template_code,
        title_in(row.name, period(of)),
        period(of),
        tree[of.lead_id].name,
        row.due_at,
        row.state,
        turn,
        "" if turn in (*OWN, *OVER) else tree[row.receiver_id].name,
        standing.get("filled", 0),
        standing.get("cells", 0),
        0,
        _days_late(row.due_at, now) if turn in OWN else 0,
        is_clean(row.standing, but_warnings=row.state in EDITABLE),
        next_step(row.state, path_of(of.steps, has_receiver=True)) or "",
    )


def _round_tasks(rows: Iterable[Row[Any]], tree: Tree, now: datetime) -> Iterable[Task]:
    found: dict[int, tuple[Round, str, Counter[str]]] = {}
    for row in rows:
        turns = found.setdefault(row.Round.id, (row.Round, row.name, Counter()))[2]
        turns[_turn(row.Round, row.state)] += row.reports
    for of, name, turns in found.values():
        total, done, coming = turns.total(), turns["done"], turns["accept"]
        turn = "done" if done == total else "accept" if coming else "collect"
        if of.closed_at and turn != "done":
            turn, coming = "closed", 0
        late = _days_late(of.due_at, now) if turn in ("accept", "collect") and done + coming < total else 0
        yield Task(
            None,
            of.id,
            of.template_code,
            title_in(name, period(of)),
            period(of),
            tree[of.lead_id].name,
            of.due_at,
            turn,
            turn,
            "",
            done,
            total,
            coming,
            late,
        )


def _turn(of: Round, state: str) -> str:
    """What a report of the round waits for in this state."""
    if state in EDITABLE:
        return "repair" if state == "returned" else "enter"
    return next_step(state, path_of(of.steps, has_receiver=True)) or "done"


def _days_late(due_at: datetime | None, now: datetime) -> int:
    """Days begun since the deadline."""
    return 0 if due_at is None or due_at >= now else (now - due_at).days + 1


def _urgency(task: Task) -> tuple[bool, float, int]:
    due = task.due_at.timestamp() if task.due_at else float("inf")
    return not task.mine, due, -task.round
