"""Corrections of accepted reports: who may do what when, and what becomes of figures at every level."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from agencies.importer import import_agencies
from agencies.store import read_tree
from core.errors import Conflict, Invalid
from engine.sheet import Place
from runtime.filling.contexts import context_of
from runtime.filling.entry import save
from runtime.flow import workflow
from runtime.flow.changed import Changed, is_material
from runtime.flow.correction_models import Correcting, Correction, Ripple
from runtime.flow.corrections import approve, ask, fill, grant, move
from runtime.flow.issuing import Document
from runtime.flow.models import Revision
from runtime.flow.ripple import changed_cells, ripple, set_materiality, settle
from runtime.models import Explanation, Journal, Move, Report, Round, Save
from runtime.periods import Period, period_of
from runtime.programs import program_for
from runtime.rounds.opening import assign, open_round
from runtime.totals.consolidate import consolidate_round, is_stale
from runtime.views.overview import view_report
from template_library.versions import get_version
from tests.builders import NOW, QUARTER, RIGHT, SINCE, World, build, report_of, row

ONLINE, BEFORE_TIME = ("A", "I1", "4"), ("A", "I1", "8")
DELTA = {ONLINE: ("22", "đếm sót hai hồ sơ"), BEFORE_TIME: ("12", "đếm sót hai hồ sơ")}
WHO: dict[str, Any] = {"actor": "clerk", "now": NOW}


@dataclass(frozen=True)
class Chain:
    """A commune's report, its province's and the nation's, who asked."""

    round: Round
    commune: Report
    province: Report
    nation: Report


@pytest.fixture
def chain(session: Session) -> Chain:
    """Two communes handed in 25 files each; the province is accepted, the nation's report submitted."""
    world = build(session, 2)
    opened = start(session, world)
    reports = [report_of(session, opened, agency) for agency in world.communes.values()]
    for report in reports:
        save(session, report.id, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
        hand_in(session, report)
    sum_up(session, opened)
    province = report_of(session, opened, world.lead)
    hand_in(session, province)
    sum_up(session, opened)
    nation = session.scalars(select(Report).filter_by(round_id=opened.id, receiver_id=None)).one()
    workflow.submit(session, nation.id, actor="a", now=NOW)
    return Chain(opened, reports[0], province, nation)


def start(session: Session, world: World, period: Period = QUARTER) -> Round:
    import_agencies(
        session, b"level,code,name,parent_code\nprovince,32,T2,\ncommune,D0001,X,32", valid_from=SINCE
    )
    opened = open_round(
        session,
        version=get_version(session, world.version),
        period=period,
        lead=read_tree(session, SINCE).with_code("VN").id,
        scope="level:commune",
        flow="tree",
        actor="test",
        now=NOW,
    )
    for _ in assign(session, None, opened.id, now=NOW):
        pass
    return opened


def hand_in(session: Session, report: Report) -> None:
    workflow.submit(session, report.id, actor="a", now=NOW)
    workflow.accept(session, report.id, actor="b", now=NOW)


def sum_up(session: Session, opened: Round) -> None:
    for _ in consolidate_round(session, None, opened.id, False, now=NOW):
        pass


def granted(session: Session, chain: Chain) -> Correction:
    asked = ask(session, chain.commune.id, list(DELTA), reason="đếm sót", **WHO)
    return grant(session, asked.id, until=NOW + timedelta(days=3), reason="", actor="receiver", now=NOW)


def approved(session: Session, chain: Chain) -> Correction:
    correction = granted(session, chain)
    fill(session, correction.id, DELTA, **WHO)
    return approve(session, correction.id, actor="leader", now=NOW)


def carry(session: Session, correction: Correction) -> None:
    for _ in ripple(session, None, correction.id, now=NOW):
        pass


def figures(session: Session, report: Report) -> dict[Place, int]:
    sheet = view_report(session, report).checked.sheet
    return {place: int(figure.number or 0) for place, _, figure in sheet.figures()}


def everything(session: Session) -> list[object]:
    names = "report report_block journal contribution move ripple correction correction_cell"
    return [session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3")).all() for table in names.split()]


def test_figure_before_and_delta_are_the_figure_after_at_every_level(session: Session, chain: Chain) -> None:
    levels = (chain.commune, chain.province, chain.nation)
    before = [figures(session, report) for report in levels]
    states = [report.state for report in levels]
    correction = approved(session, chain)
    assert figures(session, chain.commune) != before[0]
    assert is_stale(session, chain.province)
    carry(session, correction)
    own = figures(session, chain.commune)
    delta = {place: own[place] - before[0].get(place, 0) for place in own}
    assert delta[ONLINE] == 2 and delta["A", "I1", "3"] == 2  # the sum is computed, too
    for report, was in zip(levels, before, strict=True):
        now = figures(session, report)
        assert now == {place: was[place] + delta.get(place, 0) for place in now}
        assert not is_stale(session, report)
    assert [report.state for report in levels] == states
    assert correction.state == "done"
    told = session.scalars(select(Ripple).order_by(Ripple.id)).all()
    assert [each.report_id for each in told] == [chain.province.id, chain.nation.id]
    for each, was in zip(told, before[1:], strict=True):
        changed = {(cell.section, cell.row, cell.column): cell for cell in changed_cells(each)}
        assert {place: cell.difference for place, cell in changed.items()} == {
            place: number for place, number in delta.items() if number
        }
        assert changed[ONLINE].percent == 100 * 2 / was[ONLINE]


def test_only_the_delta_is_written_as_a_revision_of_its_own(session: Session, chain: Chain) -> None:
    before = chain.commune.revision
    correction = approved(session, chain)
    entries = session.scalars(select(Journal).where(Journal.revision > before)).all()
    typed = {(e.section, e.row, e.column): (e.old, e.new) for e in entries if e.how == "corrected"}
    assert typed == {ONLINE: ("20", "22"), BEFORE_TIME: ("10", "12")}
    assert {e.how for e in entries} == {"corrected", "computed"}
    assert {(e.revision, e.actor, e.report_id) for e in entries} == {(before + 1, "leader", chain.commune.id)}
    moves = session.scalars(select(Move).filter_by(report_id=chain.commune.id).order_by(Move.id)).all()
    assert (moves[-1].name, moves[-1].reason, moves[-1].revision) == ("corrected", "đếm sót", before + 1)
    assert session.scalars(select(Correcting)).all() == []
    hashes = dict(
        session.execute(
            select(Revision.revision, Revision.digest).filter_by(report_id=chain.commune.id)
        ).all()
    )
    assert hashes[before] != hashes[before + 1]
    with pytest.raises(Conflict):
        approve(session, correction.id, actor="leader", now=NOW)


def test_two_below_one_total_are_two_ripples(session: Session, chain: Chain) -> None:
    """The second waits until the totals hold the first, so that each tells its own difference."""
    other = session.scalars(
        select(Report).where(Report.receiver_id == chain.commune.receiver_id, Report.id != chain.commune.id)
    ).one()
    first = approved(session, chain)
    second = granted(session, replace(chain, commune=other))
    fill(session, second.id, {place: (str(int(new) + 1), why) for place, (new, why) in DELTA.items()}, **WHO)
    with pytest.raises(Conflict) as waits:
        approve(session, second.id, actor="leader", now=NOW)
    assert waits.value.code == "correction.under_way"
    carry(session, first)
    approve(session, second.id, actor="leader", now=NOW)
    carry(session, second)
    at_province = session.scalars(select(Ripple).filter_by(report_id=chain.province.id).order_by(Ripple.id))
    told = [{(c.row, c.column): c.difference for c in changed_cells(each)} for each in at_province]
    assert [each["I1", "4"] for each in told] == [2, 3]


@pytest.mark.parametrize("is_signed", [True, False])
def test_later_periods_read_what_is_corrected(session: Session, chain: Chain, is_signed: bool) -> None:
    world = World(chain.round.lead_id, {}, chain.round.version_id)
    opened = start(session, world, period_of("quarter", 2026, 4))
    later = report_of(session, opened, chain.commune.agency_id)
    figures_ = RIGHT | {"6": "4", "13": "3"}  # what was under way goes on
    changes = row("I1", figures_)
    save(session, later.id, base=0, idempotency_key="1", changes=changes, actor="a", now=NOW)
    if is_signed:
        workflow.submit(session, later.id, actor="a", now=NOW)
    carry(session, approved(session, chain))
    told = session.scalars(select(Ripple).filter_by(report_id=later.id)).one()
    assert told.state == ("to_sign" if is_signed else "free")
    assert ["A", "I1", "4", "20", "22"] in told.cells
    assert (session.get(Save, (later.id, f"correction/{told.correction_id}")) is None) == is_signed
    context, _ = context_of(session, program_for(session, later), later)
    assert context.previous and str(context.previous.figure(*ONLINE).number) == ("20" if is_signed else "22")
    province = report_of(session, opened, chain.province.agency_id)
    assert session.scalars(select(Ripple.state).filter_by(report_id=province.id)).one() == "free"


def test_each_turn_is_told(session: Session, chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int | None]] = []

    def keep(
        _: Session, __: Correction, report: Report, kind: str, ___: str, to: int, *____: Any, **_____: Any
    ) -> None:
        told.append((kind, to))

    monkeypatch.setattr("runtime.flow.told._tell", keep)
    carry(session, approved(session, chain))
    commune, province, nation = (each.agency_id for each in (chain.commune, chain.province, chain.nation))
    assert told == [
        ("correction_asked", province),
        ("correction_granted", commune),
        ("correction_applied", commune),
        ("correction_to_sign", province),
        ("correction_to_sign", nation),
    ]


def test_nothing_changes_before_the_leader_approves(session: Session, chain: Chain) -> None:
    before = figures(session, chain.commune), chain.commune.revision
    correction = granted(session, chain)
    fill(session, correction.id, DELTA, **WHO)
    assert (figures(session, chain.commune), chain.commune.revision) == before
    move(session, correction.id, "give_back", reason="xem lại dòng 1", actor="leader", now=NOW)
    fill(session, correction.id, DELTA, **WHO)
    move(session, correction.id, "withdraw", reason="", **WHO)
    assert (figures(session, chain.commune), chain.commune.revision) == before
    with pytest.raises(Conflict) as refused:
        approve(session, correction.id, actor="leader", now=NOW)
    assert refused.value.code == "correction.closed"


def test_the_job_run_twice_is_run_once(session: Session, chain: Chain) -> None:
    correction = approved(session, chain)
    steps = ripple(session, None, correction.id, now=NOW)
    killed = next(steps)
    for _ in ripple(session, killed.checkpoint, correction.id, now=NOW):
        pass
    before = everything(session)
    carry(session, correction)
    assert everything(session) == before


def test_triggers_let_a_correction_write_and_nobody_else(session: Session, chain: Chain) -> None:
    approved(session, chain)
    for statement in (
        "UPDATE report SET revision = revision + 1 WHERE id = :report",
        "DELETE FROM report_block WHERE report_id = :report",
        "UPDATE report SET state = 'entering' WHERE id = :report",
    ):
        with pytest.raises(DatabaseError, match="accepted"), session.begin_nested():
            session.execute(text(statement), {"report": chain.commune.id})


def test_who_handed_on_signs_again_and_small_changes_are_noted(session: Session, chain: Chain) -> None:
    set_materiality(session, chain.round.id, 1_000, actor="lead", now=NOW)  # a tenth
    workflow.move(session, chain.nation.id, "recall", actor="a", now=NOW)
    correction = approved(session, chain)
    carry(session, correction)
    province, nation = session.scalars(select(Ripple).order_by(Ripple.id)).all()
    assert nation.state == "free"
    assert province.state == "to_note"  # 2 of 40 and of 20: a twentieth and a tenth
    settle(session, province.id, signs=False, note="đã biết", actor="aggregator", now=NOW)
    assert (province.state, province.actor, province.note) == ("noted", "aggregator", "đã biết")
    with pytest.raises(Conflict):
        settle(session, province.id, signs=True, actor="leader", now=NOW)


def test_every_change_asks_for_a_signature_where_nothing_else_is_said(session: Session, chain: Chain) -> None:
    carry(session, approved(session, chain))
    for each in session.scalars(select(Ripple)):
        assert each.state == "to_sign"
        with pytest.raises(Conflict):
            settle(session, each.id, signs=False, actor="aggregator", now=NOW)
        assert settle(session, each.id, signs=True, actor="leader", now=NOW).state == "signed"
    names = session.scalars(select(Move.name).filter_by(report_id=chain.province.id).order_by(Move.id)).all()
    assert names[-2:] == ["rippled", "signed_again"]


def test_an_unsigned_total_is_not_issued(session: Session, chain: Chain) -> None:
    chain.round.steps = "submit,approve,issue,accept"
    workflow.move(session, chain.nation.id, "approve", actor="leader", now=NOW)
    carry(session, approved(session, chain))
    paper = Document("123", "BC-UBND", "Hà Nội", NOW.date(), "KT.", "PHÓ CHỦ TỊCH", "Người ký")
    with pytest.raises(Conflict) as refused:
        workflow.move(session, chain.nation.id, "issue", document=paper, actor="b", now=NOW)
    assert refused.value.code == "ripple.unsigned"
    unsigned = session.scalars(select(Ripple).filter_by(report_id=chain.nation.id)).one()
    settle(session, unsigned.id, signs=True, actor="leader", now=NOW)
    workflow.move(session, chain.nation.id, "issue", document=paper, actor="b", now=NOW)
    kept = session.scalars(select(Revision).filter_by(report_id=chain.nation.id).order_by(Revision.id)).all()
    assert [each.state for each in kept] == ["submitted", "approved", "approved", "issued"]
    digests = [each.digest for each in kept]
    assert digests[0] == digests[1] != digests[2] == digests[3]


def test_what_is_refused(session: Session, chain: Chain) -> None:
    def code(error: pytest.ExceptionInfo[Invalid]) -> str:
        return error.value.findings[0].code

    commune = chain.commune.id
    with pytest.raises(Conflict):
        ask(session, chain.nation.id, [ONLINE], reason="sai", **WHO)  # not accepted
    with pytest.raises(Invalid):
        ask(session, commune, [ONLINE], reason=" ", **WHO)
    for places in ([], [("A", "no|such", "4")], [("B", "I1", "4")]):
        with pytest.raises(Invalid):
            ask(session, commune, places, reason="sai", **WHO)
    correction = granted(session, chain)
    with pytest.raises(Conflict):
        ask(session, commune, [ONLINE], reason="lần nữa", **WHO)
    for given, expected in (
        ({("A", "I1", "9"): ("1", "sai")}, "correction.other_cell"),
        ({ONLINE: ("21", " ")}, "correction.no_reason"),
        ({ONLINE: ("20", "vẫn thế")}, "correction.same"),
        ({ONLINE: ("hai mươi", "chữ")}, "E_NUM"),
    ):
        with pytest.raises(Invalid) as refused:
            fill(session, correction.id, given, **WHO)
        assert code(refused) == expected, given
    with pytest.raises(Invalid) as unbalanced:  # received 27, done and under way 25
        fill(session, correction.id, {ONLINE: ("22", "đếm sót")}, **WHO)
    assert "fail" in {finding.verdict for finding in unbalanced.value.findings}
    with pytest.raises(Conflict) as late:
        fill(session, correction.id, DELTA, actor="clerk", now=NOW + timedelta(days=4))
    assert late.value.code == "correction.expired"
    later = NOW + timedelta(days=4)
    assert ask(session, commune, [ONLINE], reason="xin lại", actor="clerk", now=later).state == "asked"


def test_what_was_changed_in_between_is_not_overwritten(session: Session, chain: Chain) -> None:
    correction = granted(session, chain)
    fill(session, correction.id, DELTA, **WHO)
    session.execute(text("UPDATE correction_cell SET old = '19' WHERE \"column\" = '4'"))
    session.expire_all()
    with pytest.raises(Conflict) as moved:
        approve(session, correction.id, actor="leader", now=NOW)
    assert moved.value.code == "correction.moved"


def test_new_warnings_are_explained_by_the_reason(session: Session, chain: Chain) -> None:
    correction = approved(session, chain)
    given = session.scalars(select(Explanation).filter_by(report_id=chain.commune.id)).all()
    assert {each.text for each in given} <= {correction.reason}


def test_what_is_material() -> None:
    twentieth, from_nothing = Changed("A", "1", "2", "40", "42"), Changed("A", "1", "2", "", "1")
    assert [twentieth.difference, twentieth.percent] == [2, 5]
    assert from_nothing.percent is None
    assert is_material([twentieth], 0) and is_material([twentieth], 499)
    assert not is_material([twentieth], 500)
    assert is_material([from_nothing], 10_000) and is_material([Changed("A", "1", "2", "a", "b")], 10_000)
