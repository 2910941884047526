"""Whom an agency may ask in a round: those below it; a department, those below the agency it belongs to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Node, Tree
from core.errors import Invalid, NotFound
from engine.findings import Finding
from runtime.models import Round
from runtime.periods import NUMBERED, Period, days, numbers_of, period_of
from runtime.programs import program_of
from runtime.rounds.assignment import read_assignment, share_out
from runtime.rounds.membership import open_without
from runtime.rounds.opening import NOTE, open_round
from runtime.rounds.scopes import Flow, members_of, receivers, without_gone
from runtime.steps import SHORT
from template_library.models import Version

OFFICE = "department"
"""The level of those who ask for the agency they belong to; an organisation speaks for itself alone."""


@dataclass(frozen=True)
class Choice:
    """A scope to choose with one click: `agencies` of a level below `area`."""

    scope: str
    level: str
    area: str
    agencies: int


def area_of(tree: Tree, agency: int) -> Node:
    """The agency below which others may be asked."""
    node = tree.nodes.get(agency)
    if node is None:
        raise NotFound("agency.unknown", id=str(agency), on=tree.on)
    return tree[node.parent] if node.level == OFFICE and node.parent is not None else node


def askable(tree: Tree, agency: int) -> list[Node]:
    """Everybody who may be asked, in the order of the tree."""
    return [node for node in tree.descendants(area_of(tree, agency).id) if node.id != agency]


def choices(tree: Tree, agency: int) -> list[Choice]:
    """Each level that may be asked as a whole."""
    area = area_of(tree, agency)
    counts = Counter((node.level, node.level_name) for node in askable(tree, agency))
    return [
        Choice(f"level:{level}:{area.code}", name, area.name, number)
        for (level, name), number in counts.items()
    ]


def demand_askable(tree: Tree, agency: int, members: Sequence[Node]) -> None:
    """Raise Invalid where some of the members are none of the agency's business; itself it may name."""
    may = {agency, *(node.id for node in askable(tree, agency))}
    others = [node.name for node in members if node.id not in may]
    if others:
        raise Invalid([Finding("round.not_askable", facts={"agencies": others[:5]})])


def ask(
    session: Session,
    version: Version,
    period: Period,
    lead: int,
    *,
    scope: str,
    lines: str | None = None,
    flow: Flow = "direct",
    steps: str = SHORT,
    missing: str = NOTE,
    due_at: datetime | None = None,
    sequence: int = 1,
    leave_gone: bool = False,
    note: str = "",
    announce: bool = False,
    take: Sequence[int] = (),
    without: Mapping[str, str] | None = None,
    actor: str,
    now: datetime,
) -> Round:
    """The round that an agency opens among those it may ask; `lines` share the form's rows out among them.

    With `leave_gone` agencies that are not there any more are left out; `without` are codes of agencies that
    the round does without, each with the reason.
    """
    tree = read_tree(session, period.end)
    scope = without_gone(tree, scope) if leave_gone else scope
    scope, rows = shared(session, version, tree, lead, scope, lines)
    demand_askable(tree, lead, members_of(tree, lead, scope))
    opened = open_round(
        session,
        version=version,
        period=period,
        lead=lead,
        scope=scope,
        flow=flow,
        steps=steps,
        missing=missing,
        due_at=due_at,
        sequence=sequence,
        rows=rows,
        note=note,
        announce=announce,
        take=take,
        tree=tree,
        actor=actor,
        now=now,
    )
    if without:
        reasons = {tree.with_code(code).id: reason for code, reason in without.items()}
        open_without(session, opened, reasons, receivers(tree, lead, scope, flow), tree)
    return opened


def shared(
    session: Session, version: Version, tree: Tree, lead: int, scope: str, lines: str | None
) -> tuple[str, Mapping[str, Any] | None]:
    """Who is asked, and which rows each fills where `lines` share the form out among them."""
    if lines is None:
        return scope, None
    layout = program_of(session, version.id).layout
    return share_out(tree, layout, read_assignment(tree, layout, lines), lead)


def find_known(session: Session, template: str, period: Period, lead: int) -> int | None:
    """The round that was opened for this before."""
    query = select(Round.id).filter_by(
        template_code=template, period_start=period.start, period_end=period.end, lead_id=lead
    )
    return session.scalars(query.order_by(Round.sequence.desc()).limit(1)).one_or_none()


def last_sequence(session: Session, template: str, period: Period, lead: int) -> int:
    """How often an agency has asked for this template and period."""
    known = find_known(session, template, period, lead)
    return session.get_one(Round, known).sequence if known else 0


def likely_period(periods: Sequence[Period], today: date) -> Period:
    """The one whose end is nearest: people ask around the day it closes."""
    return min(periods, key=lambda period: abs((period.end - today).days))


def likely_periods(frequencies: Sequence[str], today: date) -> Sequence[Period]:
    """For each numbered frequency the period people would be asked for around today; today, without any."""
    numbered = [
        [
            period_of(frequency, year, number)
            for year in (today.year, today.year - 1)
            for number in range(1, numbers_of(frequency, year) + 1)
        ]
        for frequency in frequencies
        if frequency in NUMBERED
    ]
    return [likely_period(each, today) for each in numbered] or [days("once", today, today)]
