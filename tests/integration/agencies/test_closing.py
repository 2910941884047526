"""Who is closed is asked no more; what was asked before stays in sight."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.access import Actor
from agencies.changing import close_agency
from agencies.store import read_tree
from core.errors import Conflict, Invalid, NotFound
from runtime.filling.places import find_report
from runtime.models import Report
from runtime.periods import period_of
from runtime.rights import subject_of_report
from runtime.rounds.opening import open_round
from runtime.rounds.scopes import without_gone
from runtime.views.overview import round_status, view_report
from template_library.versions import get_version
from tests.builders import NOW, World, build, report_of, start_round

QUARTER_4 = period_of("quarter", 2026, 4)


def close(session: Session, agency: int, on: date) -> None:
    close_agency(session, agency, on=on, actor="admin", now=NOW)


@pytest.fixture
def world(session: Session) -> World:
    return build(session, 3)


def test_a_closed_agency_is_not_asked(session: Session, world: World) -> None:
    close(session, world.communes["C0002"], date(2026, 12, 14))
    third, fourth = start_round(session, world), start_round(session, world, QUARTER_4)
    assert [line.code for line in round_status(session, third.id).reports] == ["C0001", "C0002", "C0003"]
    assert [line.code for line in round_status(session, fourth.id).reports] == ["C0001", "C0003"]


def test_a_closed_agency_that_is_asked_by_its_code_is_named(session: Session, world: World) -> None:
    close(session, world.communes["C0002"], date(2026, 12, 14))
    version = get_version(session, world.version)
    asked = {"version": version, "period": QUARTER_4, "lead": world.lead, "actor": "lead", "now": NOW}
    with pytest.raises(Invalid) as refused:
        open_round(session, scope="codes:C0001,C0002", **asked)  # type: ignore[arg-type]
    (finding,) = refused.value.findings
    assert (finding.code, finding.where, finding.facts["name"]) == ("round.agency_gone", "C0002", "Xã 2")
    tree = read_tree(session, QUARTER_4.end)
    opened = open_round(session, scope=without_gone(tree, "codes:C0001,C0002"), **asked)  # type: ignore[arg-type]
    assert opened.scope == "codes:C0001"


def test_an_open_report_of_a_closed_agency_stays_visible(session: Session, world: World) -> None:
    """Also when the closing is dated back before the end of the period."""
    opened = start_round(session, world)
    gone = world.communes["C0002"]
    close(session, gone, date(2026, 8, 15))
    status = round_status(session, opened.id)
    assert [(line.code, line.name) for line in status.reports][1] == ("C0002", "Xã 2")
    report = find_report(session, f"{opened.id}/C0002")
    assert report == report_of(session, opened, gone)
    assert view_report(session, report).name == "Xã 2"
    above = Actor(1, "a", "A", world.lead, frozenset({"reader"}))
    assert subject_of_report(session, above, report.id).relations >= {"lead", "receiver", "above"}
    assert start_round(session, world).id == opened.id  # opening again asks nobody else, and drops nobody
    assert len(session.scalars(select(Report).filter_by(round_id=opened.id)).all()) == 4


def test_what_cannot_be_closed(session: Session, world: World) -> None:
    with pytest.raises(Conflict) as refused:
        close(session, world.lead, date(2026, 8, 15))
    assert (refused.value.code, refused.value.facts["count"]) == ("agency.has_below", 3)
    commune = world.communes["C0001"]
    with pytest.raises(Conflict) as refused:
        close(session, commune, date(2025, 7, 1))
    assert refused.value.code == "agency.changes_later"
    close(session, commune, date(2026, 8, 15))
    with pytest.raises(NotFound):
        close(session, commune, date(2026, 9, 15))
    assert read_tree(session, date(2026, 8, 14)).with_code("C0001").id == commune
