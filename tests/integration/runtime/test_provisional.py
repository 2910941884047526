"""Provisional totals are right at every moment, move up the chain, agree with a full run to the last unit."""

import random

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.importer import import_agencies
from agencies.store import read_tree
from core.jobs import Job
from engine.sheet import Sheet
from runtime.filling.changes import Change
from runtime.filling.entry import save
from runtime.models import Report
from runtime.rounds.opening import assign, open_round
from runtime.totals.models import Provisional
from runtime.totals.provisional import differences, provisional, refresh_changed, refresh_round
from runtime.views.headlines import task_headlines
from runtime.views.inbox import read_inbox
from template_library.versions import get_version
from tests.builders import NOW, QUARTER, SINCE, World, build, report_of, start_round

CHAIN = (
    "level,code,name,parent_code\nprovince,01,Thành phố Hà Nội,\ncommune,N1,Xã Một,01\ncommune,N2,Xã Hai,01\n"
)


def enter(session: Session, report: Report, value: int, row: str = "I1") -> None:
    session.refresh(report)
    changes = [Change("A", row, "4", str(value)), Change("A", row, "8", str(value))]
    save(
        session,
        report.id,
        base=report.revision,
        idempotency_key=f"{report.revision}",
        changes=changes,
        actor="c",
        now=NOW,
    )


def run(session: Session) -> int:
    """Ask as the clock does, and do what it asks for."""
    asked = refresh_changed(session, NOW)
    for job in session.scalars(select(Job).where(Job.function == "runtime.refresh_provisional")):
        assert [*refresh_round(session, None, *job.arguments, now=NOW)]
        session.delete(job)
    session.flush()
    return asked


def figure(sheet: Sheet, row: str = "I1") -> int:
    return int(sheet.figure("A", row, "4").number or 0)


def test_what_is_entered_counts_at_once_whatever_its_state(session: Session) -> None:
    world, random_ = build(session, 12), random.Random(5)
    opened = start_round(session, world)
    lead = report_of(session, opened, world.lead)
    typed = {code: 0 for code in world.communes}
    for at in range(40):
        code = random_.choice(list(typed))
        typed[code] = random_.randrange(1000)
        enter(session, report_of(session, opened, world.communes[code]), typed[code])
        if at % 3 == 0:
            assert run(session) == 1
        there = provisional(session, lead)
        assert figure(there.sheet) == sum(typed.values()), at
    run(session)
    assert run(session) == 0
    assert differences(session, opened.id) == []
    assert there.expected == 12 and there.entered == 12 - there.untouched
    assert there.states == {"entering": 12}
    shown = ((world.lead, sum(typed.values())), (world.communes["C0001"], typed["C0001"]))
    for agency, value in shown:
        (task,) = read_inbox(session, agency, now=NOW, today=NOW.date()).tasks
        told = task_headlines(session, agency, [task])
        assert told[task.report, opened.id] == [("Chứng thực – Tổng số", str(value))]
    kept = session.get_one(Provisional, lead.id)
    kept.figures = {**kept.figures, "A": {**kept.figures["A"], "block": kept.figures["A"]["block"][::-1]}}
    assert [found.code for found in differences(session, opened.id)] == ["provisional.differs"]


def test_one_change_moves_the_chain_of_receivers(session: Session) -> None:
    world = chain(session)
    opened = open_round(
        session,
        version=get_version(session, world.version),
        period=QUARTER,
        lead=world.lead,
        scope="level:commune",
        flow="tree",
        actor="t",
        now=NOW,
    )
    assert [*assign(session, None, opened.id, now=NOW)]
    of = {code: report_of(session, opened, agency) for code, agency in world.communes.items()}
    top = report_of(session, opened, world.lead)
    for number, report in enumerate(of.values(), start=1):
        if report.receiver_id and report.receiver_id != world.lead:
            enter(session, report, number * 10)
    expected = figure(provisional(session, top).sheet)
    assert expected > 0
    run(session)
    assert figure(provisional(session, top).sheet) == expected
    middle = {
        r.id: session.get_one(Provisional, r.id).number for r in of.values() if session.get(Provisional, r.id)
    }
    assert len(middle) == 2
    enter(session, of["N1"], 7)
    before = session.get_one(Provisional, top.id).number
    assert run(session) == 1
    after = {report: session.get_one(Provisional, report).number for report in middle}
    assert sum(after[report] != middle[report] for report in middle) == 1  # the other province stands still
    assert session.get_one(Provisional, top.id).number == before + 1
    assert differences(session, opened.id) == []


def chain(session: Session) -> World:
    """The nation asks two provinces with two communes each, all along the tree."""
    made = build(session, 2)
    import_agencies(session, CHAIN.encode(), valid_from=SINCE)
    tree = read_tree(session, SINCE)
    codes = {node.code: node.id for node in tree if node.level in ("province", "commune")}
    return World(tree.with_code("VN").id, codes, made.version)
