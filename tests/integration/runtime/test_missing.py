"""Who is missing from a total: a note, a refusal, last period's figures; adjustments outlive summing up."""

import random
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from engine.calculate import calculate
from engine.rollup.imputation import imputed_places
from engine.sheet import Figure, Place, Sheet, Status
from runtime.filling.changes import Change
from runtime.filling.contexts import whole_sheets
from runtime.filling.desk import lay_out
from runtime.filling.entry import save
from runtime.filling.given import Given, give, load_given
from runtime.filling.places import print_place
from runtime.flow import workflow
from runtime.models import Report, Round
from runtime.periods import period_of
from runtime.rounds.closing import round_moves
from runtime.rounds.membership import leave_out
from runtime.rounds.opening import assign, open_round
from runtime.totals.adjustments import adjust, adjustments
from runtime.totals.consolidate import ACCEPTED, consolidate
from runtime.totals.missing_policy import change_missing, sum_up_again
from runtime.totals.trace import trace_figure
from runtime.views.columns import values_of
from runtime.views.compilation import compile_round
from runtime.views.overview import view_report
from template_library.versions import get_version
from tests.builders import NOW, RIGHT, World, build, report_of, row
from tests.slices import sliced


def ask(session: Session, world: World, quarter: int, missing: str = "note") -> Round:
    of = open_round(
        session,
        version=get_version(session, world.version),
        period=period_of("quarter", 2026, quarter),
        lead=world.lead,
        missing=missing,
        actor="t",
        now=NOW,
    )
    assert [*assign(session, None, of.id, now=NOW)]
    return of


def hand_in(session: Session, of: Round, agency: int, received: int) -> Report:
    report = report_of(session, of, agency)
    carried = 2 if of.number == 2 else 4  # what waits at the end of a period is carried into the next one
    figures = RIGHT | {"4": str(received), "6": str(carried), "9": str(received + carried - 11)}
    save(
        session,
        report.id,
        base=report.revision,
        idempotency_key=f"{report.revision}",
        changes=row("I1", figures),
        actor="c",
        now=NOW,
    )
    workflow.submit(session, report.id, actor="c", now=NOW)
    workflow.accept(session, report.id, actor="c", now=NOW)
    return report


def total(session: Session, of: Round, world: World, column: str = "4") -> int:
    figure = view_report(session, report_of(session, of, world.lead)).checked.sheet.figure("A", "I1", column)
    return int(figure.number or 0)


def sum_up(session: Session, of: Round, world: World) -> Report:
    lead = report_of(session, of, world.lead)
    consolidate(session, lead.id, ACCEPTED)
    session.refresh(lead)
    return lead


def test_a_total_may_be_refused_or_take_last_period_s_figures(session: Session) -> None:
    world = build(session, 3)
    first, second, third = world.communes.values()
    before = ask(session, world, 2)
    for agency in (first, second, third):
        hand_in(session, before, agency, 100)
    strict = ask(session, world, 3, "block")
    hand_in(session, strict, first, 20)
    lead = sum_up(session, strict, world)
    with pytest.raises(Conflict, match="children_missing"):
        workflow.submit(session, lead.id, actor="t", now=NOW)
    hand_in(session, strict, second, 20)
    hand_in(session, strict, third, 20)
    assert (
        workflow.submit(session, sum_up(session, strict, world).id, actor="t", now=NOW).state == "submitted"
    )

    kind = ask(session, world, 4, "impute")
    hand_in(session, kind, first, 30)
    lead = sum_up(session, kind, world)
    assert total(session, kind, world) == 30 + 20 + 20
    assert lead.coverage is not None
    assert [each["period"] for each in lead.coverage["imputed"]] == ["quý III/2026"] * 2
    parts = trace_figure(session, lead, "A[I1;4]").parts
    assert [(part.value, part.earlier) for part in parts] == [("30", False), ("20", True), ("20", True)]
    hand_in(session, kind, second, 40)
    lead = sum_up(session, kind, world)
    assert total(session, kind, world) == 30 + 40 + 20 and len((lead.coverage or {})["imputed"]) == 1


def test_the_way_with_missing_children_changes_while_a_round_goes_on(session: Session) -> None:
    world = build(session, 2)
    first, second = world.communes.values()
    before = ask(session, world, 2)
    hand_in(session, before, second, 100)
    of = ask(session, world, 3)
    hand_in(session, of, first, 20)
    lead = sum_up(session, of, world)
    by = {"reason": "hạn đã gần", "actor": "t"}

    def change(missing: str) -> None:
        change_missing(session, of.id, missing, now=NOW, **by)
        assert [*sum_up_again(session, None, of.id, now=NOW)]
        session.refresh(lead)

    with pytest.raises(Invalid):
        change_missing(session, of.id, "block", reason=" ", actor="t", now=NOW)
    with pytest.raises(Invalid):
        change("guess")
    change("impute")
    assert total(session, of, world) == 20 + 100 and lead.coverage and lead.coverage["imputed"]
    change("impute")
    change("block")
    assert total(session, of, world) == 20 and lead.coverage and "imputed" not in lead.coverage
    with pytest.raises(Conflict, match="children_missing"):
        workflow.submit(session, lead.id, actor="t", now=NOW)
    change("note")
    workflow.submit(session, lead.id, actor="t", now=NOW)
    change("impute")
    assert total(session, of, world) == 20  # what was handed in stays
    moves = [(move.missing_before, move.missing) for move in reversed(round_moves(session, of.id))]
    assert moves == [("note", "impute"), ("impute", "block"), ("block", "note"), ("note", "impute")]


def test_an_adjustment_stays_beside_what_is_summed_up(session: Session) -> None:
    world = build(session, 2)
    first, second = world.communes.values()
    of = ask(session, world, 3)
    lead = report_of(session, of, world.lead)
    with pytest.raises(Conflict, match="no_total"):
        adjust(session, lead.id, "A[I1;4]", "1", "vì", actor="t", now=NOW)
    hand_in(session, of, first, 20)
    lead = sum_up(session, of, world)
    with pytest.raises(Invalid):
        adjust(session, lead.id, "A[I1;3]", "1", "ô tự tính", actor="t", now=NOW)
    with pytest.raises(Invalid):
        adjust(session, lead.id, "A[I1;4]", "25", "  ", actor="t", now=NOW)
    adjust(session, lead.id, "A[I1;4]", "25", "thiếu 5 hồ sơ giấy", actor="t", now=NOW)
    assert total(session, of, world) == 25
    (found,) = adjustments(session, lead)
    assert (found.where, found.amount, found.proposed, found.moved) == ("A[I1;4]", "5", "20", False)

    hand_in(session, of, second, 40)
    lead = sum_up(session, of, world)
    assert total(session, of, world) == 20 + 40 + 5
    (found,) = adjustments(session, lead)
    assert (found.proposed, found.basis, found.moved) == ("60", "20", True)
    adjust(session, lead.id, "A[I1;4]", "61", "soát lại", actor="t", now=NOW)
    (found,) = adjustments(session, lead)
    assert (found.amount, found.moved, total(session, of, world)) == ("1", False, 61)
    adjust(session, lead.id, "A[I1;4]", "", "bỏ", actor="t", now=NOW)
    assert adjustments(session, lead) == [] and total(session, of, world) == 60


@pytest.mark.parametrize("seed", sliced((0,), range(30)))
def test_every_figure_of_a_total_is_what_its_lineage_comes_to(session: Session, seed: int) -> None:
    """With a child that is missing, one that was left out, given figures, open rows and an adjustment."""
    world, chance = build(session, 4), random.Random(seed)
    given, plain, out, missing = world.communes.values()
    before, of = ask(session, world, 2), ask(session, world, 3, "impute")
    hand_in(session, before, missing, chance.randrange(20, 99))
    received = chance.randrange(20, 99)
    figures = [Given("C0001", "A[I1;4]", str(received)), Given("C0001", "A[I|Đất đai;4]", "2")]
    load_given(session, of.id, figures, actor="t", now=NOW)
    assert [*give(session, None, of.id, now=NOW)]
    for number, agency in enumerate((given, plain, out), start=2):
        report = report_of(session, of, agency)
        changes = [Change("A", "I|Đất đai", column, str(number)) for column in ("4", "8")]
        save(
            session,
            report.id,
            base=report.revision,
            idempotency_key="o",
            actor="c",
            now=NOW,
            changes=[*row("I2", RIGHT), *changes],
        )
        hand_in(session, of, agency, received if agency == given else chance.randrange(20, 99))
    leave_out(session, of.id, out, reason="sáp nhập", actor="t", now=NOW)
    lead = sum_up(session, of, world)
    adjust(session, lead.id, "A[I2;5]", str(chance.randrange(99)), "soát", actor="t", now=NOW)

    desk = lay_out(session, lead.id)
    numbers = {place: figure for place, _, figure in desk.sheet.figures() if figure.number is not None}
    assert len(numbers) > 20
    typed: dict[Place, Figure] = {}
    imputed: set[Place] = set()
    for place in numbers:
        traced = trace_figure(session, lead, print_place(desk.program.layout, place))
        assert out not in {session.get_one(Report, part.report).agency_id for part in traced.parts}
        if traced.typed != [traced.where]:
            continue  # computed by the form: from cells that are among the others
        below = sum(int(part.value) for part in traced.parts if part.value not in ("", "-"))
        own = next((int(entry.new) for entry in reversed(traced.entries) if entry.new), 0)
        typed[place] = Figure(Status.VALUE, Decimal(below + own))
        imputed |= {place for part in traced.parts if part.earlier and part.value not in ("", "-")}
        assert traced.imputed == (place in imputed)
        for part in traced.parts:
            assert part.entries and part.entries[-1].new == part.value, traced.where
    assert {part.entries[-1].how for part in trace_figure(session, lead, "A[I1;4]").parts} == {
        "imported",
        "typed",
    }
    again = calculate(desk.program, Sheet(desk.program.layout).changed(typed), desk.context).sheet
    assert {p: f.number for p, _, f in again.figures() if f.number is not None} == {
        place: figure.number for place, figure in numbers.items()
    }
    assert imputed and imputed < imputed_places(desk.sheet)  # what is computed from them is marked, too
    assert all(place[1] != "I2" for place in imputed_places(desk.sheet))

    compiled = compile_round(session, of.id, world.lead, ["A[I1;4]", "A[I1;3]"])
    whole = whole_sheets(session, [session.get_one(Report, line.report) for line in compiled.lines])
    shown = [(line.values, line.imputed) for line in compiled.lines]
    assert shown == [values_of(whole[line.report], compiled.cells, line.code) for line in compiled.lines]
