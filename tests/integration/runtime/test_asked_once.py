"""What is asked already is told before a round is opened, and can be taken over."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.jobs import Job
from engine.form import Form
from runtime.filling.changes import Change
from runtime.filling.entry import save
from runtime.filling.taking import offers, take, take_figures
from runtime.models import Journal, Report, Round
from runtime.periods import period_of
from runtime.programs import program_of
from runtime.rounds.asked_once import burden
from runtime.rounds.opening import assign, open_round
from runtime.sheets import read_sheets
from template_library.fileformat import data_to_template
from template_library.versions import get_version, publish
from tests.builders import NOW, QUARTER, SINCE, World, build, report_of


def form(code: str, rows: dict[str, tuple[str, str | None]], columns: tuple[str, ...] = ("TH",)) -> Form:
    """A table of integers; rows by code: the title and the indicator they collect."""
    items: list[dict[str, Any]] = [
        {"code": key, "title": title} | ({"indicator": indicator} if indicator else {})
        for key, (title, indicator) in rows.items()
    ]
    data = {
        "format": "bieumau-template/1",
        "code": code,
        "name": code,
        "sections": [
            {
                "code": "A",
                "kind": "table",
                "columns": [{"code": key, "title": key, "type": "integer"} for key in columns],
                "rows": {"items": items},
            }
        ],
    }
    found, findings = data_to_template(data)
    assert found, findings
    return found


OLD = form("CU", {"d1": ("Hộ nghèo", "NDC-01"), "d2": ("Khác", None), "d3": ("Trẻ em", "NDC-06")})
NEW = form("MOI", {"h": ("Số hộ nghèo", "NDC-01"), "t": ("Trẻ em", "NDC-99"), "k": ("Ghi khác", None)})


def put(session: Session, form: Form) -> int:
    return publish(session, form, actor="test", now=NOW, effective_from=SINCE).id


def ask(session: Session, world: World, version: int, take: tuple[int, ...] = ()) -> Round:
    of = get_version(session, version)
    opened = open_round(
        session, version=of, period=QUARTER, lead=world.lead, take=take, actor="test", now=NOW
    )
    assert [*assign(session, None, opened.id, take=take, now=NOW)]
    asked = session.scalars(select(Job).where(Job.function == "runtime.take_figures")).all()
    assert len(asked) == bool(take)
    for job in (*asked, *asked):  # twice is once
        assert [*take_figures(session, None, *job.arguments, now=NOW)]
    return opened


def enter(session: Session, report: Report, **figures: str) -> None:
    changes = [Change("A", row, "TH", value) for row, value in figures.items()]
    save(session, report.id, base=0, idempotency_key="1", changes=changes, actor="c", now=NOW)


def test_cells_of_the_same_indicator_are_told_with_the_hours(session: Session) -> None:
    world = build(session, 3)
    opened = ask(session, world, put(session, OLD))
    first, *_ = world.communes.values()
    enter(session, report_of(session, opened, first), d1="12")
    program = program_of(session, put(session, NEW))
    told = burden(session, program, QUARTER, world.communes.values())
    assert (told.agencies, told.cells, told.known) == (3, 3, 1)
    assert (told.hours, told.spared) == (Decimal("0.0"), Decimal("0.0"))  # a minute or two
    (asked,) = told.asked
    assert (asked.template, asked.reports, asked.begun) == ("CU", 3, 1)
    assert asked.cells == [(("A", "h", "TH"), ("A", "d1", "TH"))]
    assert asked.titles == ["Số hộ nghèo – TH"]


def test_another_period_other_agencies_or_another_unit_are_not_the_same(session: Session) -> None:
    world = build(session, 2)
    ask(session, world, put(session, OLD))
    program = program_of(session, put(session, NEW))
    assert burden(session, program, QUARTER, [world.lead + 10_000]).asked == []
    assert burden(session, program, period_of("quarter", 2026, 2), world.communes.values()).asked == []
    two = form("HAI", {"h": ("Hộ", "NDC-01")}, ("TH", "KH"))  # which of the two figures?
    program = program_of(session, put(session, two))
    assert burden(session, program, QUARTER, world.communes.values()).asked == []


def test_figures_are_taken_over_once_and_what_was_typed_stays(session: Session) -> None:
    world = build(session, 2)
    old = ask(session, world, put(session, OLD))
    for figure, agency in enumerate(world.communes.values(), 7):
        enter(session, report_of(session, old, agency), d1=str(figure))
    new = ask(session, world, put(session, NEW), take=(old.id,))
    reports = [report_of(session, new, agency) for agency in world.communes.values()]
    layout = program_of(session, new.version_id).layout
    sheets = read_sheets(session, layout, [each.id for each in reports], "own")
    assert [sheets[each.id].figure("A", "h", "TH").number for each in reports] == [7, 8]
    told = session.query(Journal).filter(Journal.report_id.in_([each.id for each in reports])).all()
    assert {(entry.how, entry.client) for entry in told} == {("imported", f"round/{old.id}")}
    assert len(told) == 2


def test_accepted_figures_of_the_agency_are_offered_with_their_source(session: Session) -> None:
    world = build(session, 2)
    old, new = ask(session, world, put(session, OLD)), ask(session, world, put(session, NEW))
    first, second = world.communes.values()
    there, here = report_of(session, old, first), report_of(session, new, first)
    enter(session, there, d1="12", d3="7")
    assert offers(session, here) == []  # nothing is accepted yet
    there.state = "accepted"
    session.flush()
    (offer,) = offers(session, here)
    assert (offer.where, offer.value, offer.stands, offer.round) == ("A[h;TH]", "12", "", old.id)
    assert offers(session, report_of(session, new, second)) == []
    assert take(session, here.id, [offer.where, "A[x;TH]"], actor="c", now=NOW) == 1
    assert offers(session, here) == [] and take(session, here.id, [offer.where], actor="c", now=NOW) == 0
    entry = session.scalars(select(Journal).filter_by(report_id=here.id)).one()
    assert (entry.new, entry.how, entry.client) == ("12", "imported", f"round/{old.id}")
