"""Reports go from hand to hand by one table of moves."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from runtime import workflow
from runtime.entry import Change, save
from runtime.models import Report
from runtime.overview import view_report
from runtime.places import find_report
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
        ("accepted", set()),
    ],
)
def test_moves_from_each_state(session: Session, report: Report, state: str, allowed: set[str]) -> None:
    moves: dict[str, Callable[[], str]] = {
        "submit": lambda: step(workflow.submit, session, report),
        "accept": lambda: step(workflow.accept, session, report),
        "return": lambda: step(workflow.return_, session, report, reason="vì"),
    }
    for name, move in moves.items():
        report.state = state
        if name in allowed:
            move()
            continue
        with pytest.raises(Conflict) as refused:
            move()
        assert refused.value.code == f"report.closed.{state}"


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
