"""A round gets another deadline, is closed and opened again, and is asked once more."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from runtime.filling.entry import save
from runtime.filling.explanations import explain
from runtime.flow import workflow
from runtime.models import Round
from runtime.rounds.closing import ask_again, close_round, move_deadline, reopen_round, round_moves
from runtime.rounds.opening import assign
from runtime.totals.consolidate import request_consolidation
from tests.builders import NOW, World, build, report_of, row, start_round

LATER = NOW + timedelta(days=10)


@pytest.fixture
def world(session: Session) -> World:
    return build(session, 2)


@pytest.fixture
def opened(session: Session, world: World) -> Round:
    return start_round(session, world)


def audited(session: Session) -> list[str]:
    """An own reader of the table."""
    return list(session.execute(text("SELECT action FROM audit ORDER BY id")).scalars())


def test_another_deadline_for_all(session: Session, opened: Round) -> None:
    move_deadline(session, opened.id, LATER, reason=" bão số 5 ", actor="lead", now=NOW)
    move_deadline(session, opened.id, LATER, reason="again", actor="lead", now=NOW)  # nothing to do
    due = session.execute(text("SELECT DISTINCT due_at FROM report")).all()
    assert len(due) == 1 and opened.due_at == LATER
    (moved,) = round_moves(session, opened.id)
    assert (moved.name, moved.due_before, moved.due_at, moved.reason) == ("deadline", None, LATER, "bão số 5")
    assert audited(session) == ["round.deadline"]


@pytest.mark.parametrize(("due", "reason"), [(LATER, "  "), (LATER, "x" * 1001), (NOW, "vì")])
def test_deadlines_that_cannot_be(session: Session, opened: Round, due: object, reason: str) -> None:
    with pytest.raises(Invalid):
        move_deadline(session, opened.id, due, reason=reason, actor="lead", now=NOW)  # type: ignore[arg-type]
    assert audited(session) == []


def test_a_closed_round_stands_still_until_it_is_opened_again(
    session: Session, world: World, opened: Round
) -> None:
    report = report_of(session, opened, world.communes["C0001"]).id
    close_round(session, opened.id, actor="lead", now=NOW)

    def refused() -> None:
        save(session, report, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)

    for attempt in (
        refused,
        lambda: workflow.submit(session, report, actor="a", now=NOW),
        lambda: explain(session, report, ("K", ""), "vì", actor="a", now=NOW),
        lambda: request_consolidation(session, opened.id, actor="lead", now=NOW),
        lambda: move_deadline(session, opened.id, LATER, reason="vì", actor="lead", now=NOW),
        lambda: close_round(session, opened.id, actor="lead", now=NOW),
    ):
        with pytest.raises(Conflict) as told:
            attempt()
        assert told.value.code == "round.closed"
    with pytest.raises(Invalid):
        reopen_round(session, opened.id, reason="", actor="lead", now=NOW)
    reopen_round(session, opened.id, reason="thiếu hai xã", actor="lead", now=NOW)
    refused()
    assert [made.name for made in round_moves(session, opened.id)] == ["reopen", "close"]
    assert audited(session) == ["round.close", "round.reopen"]


def test_a_save_that_was_answered_is_answered_again(session: Session, world: World, opened: Round) -> None:
    report = report_of(session, opened, world.communes["C0001"]).id
    wanted = {"base": 0, "idempotency_key": "1", "changes": row("I1"), "actor": "a", "now": NOW}
    first = save(session, report, **wanted)  # type: ignore[arg-type]
    close_round(session, opened.id, actor="lead", now=NOW)
    assert save(session, report, **wanted) == first  # type: ignore[arg-type]


def test_a_round_is_asked_once_more_after_it_is_closed(session: Session, world: World, opened: Round) -> None:
    with pytest.raises(Conflict) as told:
        ask_again(session, opened.id, actor="lead", now=NOW)
    assert told.value.code == "round.not_closed"
    close_round(session, opened.id, actor="lead", now=NOW)
    second = ask_again(session, opened.id, due_at=LATER, actor="lead", now=NOW)
    list(assign(session, None, second.id, now=NOW))
    assert (second.sequence, second.due_at, second.scope) == (2, LATER, opened.scope)
    assert report_of(session, second, world.communes["C0002"]).state == "assigned"
    with pytest.raises(Conflict) as told:
        ask_again(session, opened.id, actor="lead", now=NOW)
    assert told.value.code == "round.asked_again"
    with pytest.raises(Conflict) as told:
        reopen_round(session, opened.id, reason="vì", actor="lead", now=NOW)
    assert told.value.code == "round.asked_again"
    assert session.execute(text("SELECT count(*) FROM round")).scalar_one() == 2
