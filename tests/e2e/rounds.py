"""Rounds for journeys, prepared behind the pages; the reports are then filled in the browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from time import monotonic, sleep

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from runtime.filling.entry import Change, save
from runtime.flow.workflow import move
from runtime.models import Report
from runtime.periods import Period
from runtime.rounds.opening import find_round, open_round
from template_library.versions import find_version
from tests.e2e.conftest import Site

LEAD = "31.STP"
RIGHT = {"4": "20", "5": "3", "6": "2", "8": "10", "9": "11", "10": "0", "12": "3", "13": "1"}
"""Figures of a row of II.06a that satisfy its rules."""


@dataclass(frozen=True)
class Asked:
    """A round of the department with its reports by agency code."""

    id: int
    lead_report: int
    reports: Mapping[str, int]


def ask(
    site: Site,
    codes: tuple[str, ...],
    period: Period,
    code: str = "II.06a/VPCP/KSTT",
    steps: str = "submit,accept",
) -> Asked:
    """A round led by the department, opened by the server's own worker."""
    now = clock.now()
    with unit_of_work(site.app) as session:
        tree = read_tree(session, period.end)
        opened = open_round(
            session,
            version=find_version(session, code, on=date(2026, 9, 14)),
            period=period,
            lead=tree.with_code(LEAD).id,
            scope=f"codes:{','.join(codes)}",
            steps=steps,
            actor="test",
            now=now,
        )
        round_id = opened.id
    return opened_reports(site, round_id)


def opened_reports(site: Site, round_id: int) -> Asked:
    """A round that was asked for, once the server's worker has opened it."""
    end = monotonic() + 120  # journeys share their machine
    while monotonic() < end:
        with unit_of_work(site.app, write=False) as session:
            if find_round(session, round_id).opened_at:
                break
        sleep(0.2)
    with unit_of_work(site.app, write=False) as session:
        of = find_round(session, round_id)
        codes_of = {node.id: node.code for node in read_tree(session, of.period_end)}
        found = session.query(Report).filter_by(round_id=round_id).all()
        reports = {codes_of[report.agency_id]: report.id for report in found}
        lead = of.lead_id
        return Asked(round_id, reports.pop(codes_of[lead]), reports)


def enter(site: Site, report: int, row: str, figures: Mapping[str, str], actor: str) -> None:
    """Type a row of a report as another person would."""
    with unit_of_work(site.app) as session:
        base = session.get_one(Report, report).revision
        save(
            session,
            report,
            base=base,
            idempotency_key=f"journey-{actor}-{row}-{base}",
            changes=[Change("A", row, column, value) for column, value in figures.items()],
            actor=actor,
            now=clock.now(),
        )


def hand_in(site: Site, report: int, *moves: str) -> None:
    """Take a report on through some moves."""
    for name in moves:
        with unit_of_work(site.app) as session:
            move(session, report, name, actor="test", now=clock.now())
