"""Reports go from hand to hand by one table of moves."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from engine.sheet import Sheet, Status
from runtime.filling.desk import lay_out
from runtime.filling.entry import Change, save
from runtime.filling.explanations import explain
from runtime.filling.places import find_report
from runtime.flow import workflow
from runtime.flow.issuing import Document, read_issuing, read_signed, take_signed
from runtime.flow.models import Revision
from runtime.flow.revisions import revision_code
from runtime.flow.workflow import Mark
from runtime.models import Move, Report, Round
from runtime.steps import LONG
from runtime.totals.consolidate import consolidate_round
from runtime.views.overview import round_status, view_report
from runtime.views.timeline import read_timeline
from tests.builders import NOW, build, report_of, row, start_round


@pytest.fixture
def report(session: Session) -> Report:
    world = build(session, 1)
    return report_of(session, start_round(session, world), world.communes["C0001"])


PDF = b"%%PDF-1.4\n1 0 obj\n<< >>\nstream\nBT (Bieu %s) Tj ET\nendstream\nendobj\n%%%%EOF\n"


def step(move: Callable[..., Report], session: Session, report: Report, **more: Any) -> str:
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
        ("accepted", {"reopen"}),
    ],
)
def test_moves_from_each_state(session: Session, report: Report, state: str, allowed: set[str]) -> None:
    moves: dict[str, Callable[[], str]] = {
        "submit": lambda: step(workflow.submit, session, report),
        "accept": lambda: step(workflow.accept, session, report),
        "return": lambda: step(workflow.return_, session, report, reason="vì"),
        "reopen": lambda: step(workflow.move, session, report, name="reopen", reason="vì"),
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
    clean = workflow.clean_reports(session, "approve", round_id=round_id)
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
        step(workflow.move, session, report, name="reopen", reason="vì")
    assert held.value.code == "report.summed_up"
    workflow.move(session, total.id, "recall", actor="a", now=NOW)
    assert step(workflow.move, session, report, name="ask_reopen", reason="ghi nhầm") == "accepted"
    assert step(workflow.move, session, report, name="reopen", reason="vì") == "returned"
    assert round_status(session, opened.id).stale
    with pytest.raises(Conflict) as stale:
        step(workflow.submit, session, total)
    assert stale.value.code == "report.stale"
    sum_up()
    assert not round_status(session, opened.id).stale
    assert not list(view_report(session, total).checked.sheet.figures())
    step(workflow.submit, session, total)


DOCUMENT = Document("123", "BC-UBND", "Hải Phòng", date(2026, 9, 1), "KT.", "PHÓ CHỦ TỊCH", "Người ký")


def test_all_gates_with_a_document_and_its_signed_copy(session: Session, report: Report) -> None:
    session.get_one(Round, report.round_id).steps = "verify,submit,approve,issue,send,accept"

    def go(name: str, **more: Any) -> str:
        return step(workflow.move, session, report, name=name, **more)

    save(session, report.id, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
    marks = [Mark("A[I1;4]", "lệch sổ"), Mark("A[I1;5]", "")]
    assert go("refuse", reason="xem lại", marks=marks) == "returned"
    assert revision_code(session, report) == ""
    with pytest.raises(Invalid) as unknown:
        go("verify", marks=[Mark("Z[I1;4]", "")])
    assert unknown.value.findings[0].code == "cell.unknown"
    assert [go("verify", reason="đã đối chiếu"), go("submit"), go("approve")][-1] == "approved"
    code = revision_code(session, report)
    with pytest.raises(Invalid) as bare:
        go("issue")
    assert bare.value.findings[0].code == "issuing.no_document"
    with pytest.raises(Invalid) as wrong:
        go("issue", document=replace(DOCUMENT, number=" ", authority="XX."))
    assert [each.key for each in wrong.value.findings] == ["issuing.missing.number", "issuing.authority"]
    assert go("to_sign", reason="thiếu chữ ký") == "submitted"
    assert [go("approve"), go("issue", document=DOCUMENT)] == ["approved", "issued"]
    assert read_issuing(session, report.id) == DOCUMENT
    for content, carried in ((PDF % b"BM1-1-0000000000", False), (PDF % code.encode(), True)):
        if carried:
            signed = [take_signed(session, report.id, "ký.pdf", content, actor="a", now=NOW) for _ in "12"]
            assert (signed[0].id, signed[0].code) == (signed[1].id, code)
            assert read_signed(session, report.id)[1] == content
        else:
            with pytest.raises(Invalid) as stranger:
                take_signed(session, report.id, "ký.pdf", content, actor="a", now=NOW)
            assert stranger.value.findings[0].code == "signed.no_code"
    assert go("send") == "sent"
    assert go("return_to_sign", reason="sai thẩm quyền ký") == "submitted"
    moves = view_report(session, report).moves
    assert [each["note"] for each in moves[0]["marks"]] == ["lệch sổ", ""]
    assert [each["reason"] for each in moves if each["name"] == "verify"] == ["đã đối chiếu"]
    kept = session.scalars(select(Revision).filter_by(report_id=report.id).order_by(Revision.id)).all()
    assert [each.state for each in kept][:4] == ["verified", "submitted", "approved", "approved"]
    assert {each.digest for each in kept} == {kept[0].digest}


def test_what_is_handed_in_again_has_another_hash_only_if_it_changed(
    session: Session, report: Report
) -> None:
    codes = []
    for base, cells in ((0, row("I1")), (1, row("I2")), (2, [])):
        if cells:
            save(session, report.id, base=base, idempotency_key=str(base), changes=cells, actor="a", now=NOW)
        step(workflow.submit, session, report)
        codes.append(revision_code(session, report))
        step(workflow.move, session, report, name="recall")
    assert codes[0] != codes[1] == codes[2]


def test_a_clean_report_is_accepted_by_itself(session: Session, report: Report) -> None:
    of = session.get_one(Round, report.round_id)
    of.steps = "submit,accept,auto"
    save(
        session,
        report.id,
        base=0,
        idempotency_key="1",
        changes=[Change("A", "I1", "4", "...")],
        actor="a",
        now=NOW,
    )
    explain(session, report.id, ("cell.to_come", "A[I1;4]"), "chờ kho bạc", actor="a", now=NOW)
    assert step(workflow.submit, session, report) == "submitted"
    step(workflow.move, session, report, name="recall")
    save(session, report.id, base=1, idempotency_key="2", changes=row("I1"), actor="a", now=NOW)
    assert step(workflow.submit, session, report) == "accepted"
    made = view_report(session, report).moves[-1]
    assert (made["name"], made["actor"]) == ("accept_auto", of.requested_by)


def test_nothing_to_report_is_said_in_blank_cells_and_taken_back(session: Session, report: Report) -> None:
    save(session, report.id, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
    before = {place for place, _, _ in read_sheet_of(session, report).figures()}
    assert step(workflow.report_nothing, session, report) == "submitted"
    said = {place: figure for place, _, figure in read_sheet_of(session, report).figures()}
    assert said.keys() > before and said["A", "I2", "4"].status == Status.NIL
    assert report.standing and report.standing["filled"] == report.standing["cells"]
    assert step(workflow.move, session, report, name="recall") == "entering"
    assert {place for place, _, _ in read_sheet_of(session, report).figures()} == before
    step(workflow.submit, session, report)
    step(workflow.move, session, report, name="recall")
    assert {place for place, _, _ in read_sheet_of(session, report).figures()} == before


def test_the_time_line_tells_sittings_and_moves(session: Session, report: Report) -> None:
    at = [NOW, NOW + timedelta(minutes=5), NOW + timedelta(hours=1)]
    for base, moment in enumerate(at):
        cells = [Change("A", "I1", "4", str(base)), Change("A", "I1", "9", str(base))]
        save(session, report.id, base=base, idempotency_key=str(base), changes=cells, actor="a", now=moment)
    later = NOW + timedelta(hours=2)
    workflow.submit(session, report.id, actor="a", now=later)
    workflow.return_(session, report.id, reason="xem lại", actor="b", now=later + timedelta(hours=1))
    events = read_timeline(session, report)
    assert [event.kind for event in events] == ["given", "save", "save", "move", "move"]
    assert [(event.at, event.until, event.facts["cells"]) for event in events[1:3]] == [
        (at[0], at[1], 4),
        (at[2], at[2], 2),
    ]
    assert (events[-1].actor, events[-1].reason) == ("b", "xem lại")


def read_sheet_of(session: Session, report: Report) -> Sheet:
    return lay_out(session, report.id).own
