"""Reports go from hand to hand by one table of moves."""

from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from runtime.filling.entry import Change, save
from runtime.filling.explanations import explain
from runtime.filling.places import find_report
from runtime.flow import workflow
from runtime.models import Move, Report, Round
from runtime.steps import LONG
from runtime.totals.consolidate import consolidate_round
from runtime.views.overview import round_status, view_report
from tests.builders import NOW, build, report_of, row, start_round


@pytest.fixture
def report(session: Session) -> Report:
    world = build(session, 1)
    return report_of(session, start_round(session, world), world.communes["C0001"])


def step(move: Callable[..., Report], session: Session, report: Report, **more: str) -> str:
    return move(session, report.id, actor="a", now=NOW, **more).state


def test_there_and_back_and_accepted(session: Session, report: Report) -> None:
    assert step(workflow.submit, session, report) == "submitted"
    assert step(workflow.return_, session, report, reason="thiếu dòng 2") == "returned"
    save(session, report.id, base=0, idempotency_key="1", changes=row("I2"), actor="a", now=NOW)
    assert step(workflow.submit, session, report) == "submitted"
    assert step(workflow.accept, session, report) == "accepted"
    moves = view_report(session, report).moves
    assert [(move["name"], move["reason"]) for move in moves] == [
        ("submit", None),
        ("return", "thiếu dòng 2"),
        ("submit", None),
        ("accept", None),
    ]


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("entering", {"submit"}),
        ("returned", {"submit"}),
        ("submitted", {"accept", "return"}),
        ("accepted", {"return"}),
    ],
)
def test_moves_from_each_state(session: Session, report: Report, state: str, allowed: set[str]) -> None:
    moves: dict[str, Callable[[], str]] = {
        "submit": lambda: step(workflow.submit, session, report),
        "accept": lambda: step(workflow.accept, session, report),
        "return": lambda: step(workflow.return_, session, report, reason="vì"),
    }
    for name, move in moves.items():
        tried = session.begin_nested()
        report.state = state
        if name in allowed:
            move()
        else:
            with pytest.raises(Conflict) as refused:
                move()
            assert refused.value.code == f"report.closed.{state}"
        tried.rollback()


def test_errors_block_submission(session: Session, report: Report) -> None:
    changes = [Change("A", "I1", "4", "12"), Change("A", "I1", "8", "10")]
    save(session, report.id, base=0, idempotency_key="1", changes=changes, actor="a", now=NOW)
    with pytest.raises(Invalid) as refused:
        step(workflow.submit, session, report)
    assert [(finding.rule, finding.where) for finding in refused.value.findings] == [("K4", "I1")]
    assert report.state == "entering"


def test_a_return_needs_a_reason(session: Session, report: Report) -> None:
    step(workflow.submit, session, report)
    with pytest.raises(Invalid):
        step(workflow.return_, session, report, reason="  ")


def test_reports_by_name(session: Session, report: Report) -> None:
    assert find_report(session, str(report.id)) is report
    assert find_report(session, f"{report.round_id}/C0001") is report
    for name in ("0", "x", "9" * 30, "", f"{report.round_id}/VN", f"{report.round_id}/?", "9/31"):
        with pytest.raises(NotFound):
            find_report(session, name)


def states(session: Session, reports: Iterable[int]) -> list[str]:
    return [session.get_one(Report, report).state for report in reports]


@pytest.fixture
def long_way(session: Session) -> list[int]:
    """Reports of three communes in a round of all steps, filled."""
    world = build(session, 3)
    opened = start_round(session, world)
    opened.steps = LONG
    reports = [report_of(session, opened, agency).id for agency in world.communes.values()]
    for report in reports:
        save(session, report, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
    return reports


def test_the_long_way_and_back_at_each_gate(session: Session, long_way: list[int]) -> None:
    report = long_way[0]

    def go(name: str, reason: str = "") -> str:
        made = workflow.move(session, report, name, reason=reason, actor=f"{name}r", now=NOW)
        return made.state

    assert (go("submit"), go("refuse", "sai cột 4")) == ("submitted", "returned")
    assert (go("submit"), go("recall")) == ("submitted", "entering")
    assert (go("submit"), go("approve"), go("send")) == ("submitted", "approved", "sent")
    assert go("return", "thiếu dòng 2") == "returned"
    assert [go(name) for name in ("submit", "approve", "send", "accept")][-1] == "accepted"
    moves = view_report(session, session.get_one(Report, report)).moves
    assert [(made["name"], made["actor"], made["reason"]) for made in moves][:3] == [
        ("submit", "submitr", None),
        ("refuse", "refuser", "sai cột 4"),
        ("submit", "submitr", None),
    ]
    with pytest.raises(NotFound):
        go("burn")


def test_a_selection_is_moved_one_by_one(session: Session, long_way: list[int]) -> None:
    save(
        session,
        long_way[2],
        base=1,
        idempotency_key="2",
        changes=[Change("A", "I2", "4", "...")],
        actor="a",
        now=NOW,
    )
    submitted = workflow.move_all(session, [*long_way, 99], "submit", actor="a", now=NOW)
    assert [(each.report, each.state) for each in submitted] == [
        (long_way[0], "submitted"),
        (long_way[1], "submitted"),
        (long_way[2], "entering"),
        (99, ""),
    ]
    assert [each.refusal.code for each in submitted if each.refusal] == ["cell.to_come", "row.unknown"]
    explain(session, long_way[2], ("cell.to_come", "A[I2;4]"), "chờ kho bạc", actor="a", now=NOW)
    workflow.move(session, long_way[2], "submit", actor="a", now=NOW)
    round_id = session.get_one(Report, long_way[0]).round_id
    clean = workflow.clean_reports(session, round_id, state="submitted")
    assert clean == long_way[:2]
    approved = workflow.move_all(session, clean, "approve", actor="b", now=NOW)
    assert not [each for each in approved if each.refusal]
    assert states(session, long_way) == ["approved", "approved", "submitted"]
    assert session.scalar(select(func.count()).select_from(Move).filter_by(name="approve")) == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE report_block SET texts = '{}' WHERE report_id = :r",
        "DELETE FROM report_block WHERE report_id = :r",
        "INSERT INTO report_block SELECT report_id, 'children', section, packed, texts FROM report_block"
        " WHERE report_id = :r",
        "UPDATE report SET revision = 9 WHERE id = :r",
        "UPDATE report SET state = 'entering' WHERE id = :r",
        "DELETE FROM report WHERE id = :r",
    ],
)
def test_figures_of_an_accepted_report_stand_still(session: Session, report: Report, change: str) -> None:
    save(session, report.id, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
    step(workflow.submit, session, report)
    step(workflow.accept, session, report)
    with pytest.raises(DatabaseError, match="accepted|insert-only"), session.begin_nested():
        session.execute(text(change), {"r": report.id})


def test_a_total_that_was_handed_in_holds_its_parts(session: Session, report: Report) -> None:
    opened = session.get_one(Round, report.round_id)
    total = report_of(session, opened, opened.lead_id)

    def sum_up() -> None:
        for _ in consolidate_round(session, None, opened.id, False, now=NOW):
            pass

    save(session, report.id, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
    step(workflow.submit, session, report)
    step(workflow.accept, session, report)
    sum_up()
    step(workflow.submit, session, total)
    with pytest.raises(Conflict) as held:
        step(workflow.return_, session, report, reason="vì")
    assert held.value.code == "report.summed_up"
    workflow.move(session, total.id, "recall", actor="a", now=NOW)
    step(workflow.return_, session, report, reason="vì")
    assert round_status(session, opened.id).stale
    with pytest.raises(Conflict) as stale:
        step(workflow.submit, session, total)
    assert stale.value.code == "report.stale"
    sum_up()
    assert not round_status(session, opened.id).stale
    assert not list(view_report(session, total).checked.sheet.figures())
    step(workflow.submit, session, total)
