"""Totals equal an independent sum; a total leads back to who typed what."""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from agencies.importer import import_agencies
from agencies.store import read_tree
from core.errors import Conflict, Invalid
from core.jobs import Job
from engine.layout import Layout
from engine.rollup.aggregate import aggregate
from engine.sheet import LARGEST, NUMBERED, Block, OpenRow, Sheet, Status
from runtime.filling.entry import Change, save
from runtime.filling.explanations import explain
from runtime.flow import workflow
from runtime.models import Report, Round
from runtime.periods import period_of
from runtime.programs import program_of
from runtime.rounds.opening import assign, open_round
from runtime.sheets import read_sheets, write_sheet
from runtime.totals.consolidate import _lineage, consolidate_round, read_children
from runtime.totals.consolidate import consolidate as consolidate_one
from runtime.totals.following import FOLLOW, differences, follow, follow_accepted
from runtime.totals.increments import exchange
from runtime.totals.stacks import children_of, sum_up_typed
from runtime.totals.trace import trace_figure
from runtime.views.overview import round_status, view_report
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import get_version, publish
from tests.builders import NOW, QUARTER, SINCE, World, build, report_of, row, start_round

ROWS = ("I1", "I2", "I3", "I|Đất đai")


def fill(session: Session, report: int, random_: random.Random) -> None:
    """Random figures that satisfy the rules, marks among them."""
    changes = []
    for key in ROWS:
        online, direct, carried, early, late = (random_.randrange(1000) for _ in range(5))
        in_time = random_.randrange(50)
        waiting = max(online + direct + carried - early - late - in_time, 0)
        online += early + late + in_time + waiting - online - direct - carried
        figures = {
            "4": online,
            "5": direct,
            "6": carried,
            "8": early,
            "9": in_time,
            "10": late,
            "12": waiting,
        }
        changes += [Change("A", key, column, str(value)) for column, value in figures.items()]
        changes.append(Change("A", key, "13", random_.choice(["-", "0", ""])))
    save(session, report, base=0, idempotency_key="1", changes=changes, actor=f"entry-{report}", now=NOW)


def accept(session: Session, report: int) -> None:
    workflow.submit(session, report, actor="a", now=NOW)
    workflow.accept(session, report, actor="b", now=NOW)


def consolidate(session: Session, opened: Round) -> None:
    for _ in consolidate_round(session, None, opened.id, False, now=NOW):
        pass


def journal_sums(session: Session, reports: set[int]) -> dict[tuple[str, str], int]:
    """An own reader: the last journal text of each cell of the reports, added up in plain Python."""
    last: dict[tuple[int, str, str], str] = {}
    for report, line, column, new in session.execute(
        text('SELECT report_id, "row", "column", new FROM journal ORDER BY report_id, revision')
    ):
        last[report, line, column] = new
    sums: dict[tuple[str, str], int] = {}
    for (report, line, column), new in last.items():
        if report in reports and new:
            sums[line, column] = sums.get((line, column), 0) + (0 if new == "-" else int(new))
    return sums


def shown(session: Session, report: Report) -> dict[tuple[str, str], int]:
    sheet = view_report(session, report).checked.sheet
    return {place[1:]: int(figure.number or 0) for place, _, figure in sheet.figures()}


def rows_of(session: Session) -> list[Any]:
    found: list[Any] = []
    for table in ("report", "report_block", "report_row", "contribution"):
        found.append(session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3")).all())
    return found


def test_totals_equal_an_independent_sum(session: Session) -> None:
    world, random_ = build(session, 8), random.Random(1)
    opened = start_round(session, world)
    reports = {code: report_of(session, opened, agency).id for code, agency in world.communes.items()}
    for code, report in reports.items():
        fill(session, report, random_)
        if code != "C0003":
            accept(session, report)
    consolidate(session, opened)

    lead = report_of(session, opened, world.lead)
    counted = {report for code, report in reports.items() if code != "C0003"}
    assert shown(session, lead) == journal_sums(session, counted)
    status = round_status(session, opened.id)
    assert {state: n for state, n in status.states.items() if n} == {"entering": 1, "accepted": 7}
    assert status.coverage is not None
    assert (status.coverage["counted"], status.coverage["expected"]) == (7, 8)

    before = rows_of(session)
    consolidate(session, opened)
    assert rows_of(session) == before

    accept(session, reports["C0003"])
    consolidate(session, opened)
    assert shown(session, lead) == journal_sums(session, set(reports.values()))


def test_a_total_leads_to_the_typists(session: Session) -> None:
    world = build(session, 3)
    opened = start_round(session, world)
    for number, (code, agency) in enumerate(sorted(world.communes.items()), start=1):
        report = report_of(session, opened, agency).id
        changes = [Change("A", "I1", "4", str(number * 10)), Change("A", "I1", "8", str(number * 10))]
        save(session, report, base=0, idempotency_key="1", changes=changes, actor=f"entry-{code}", now=NOW)
        accept(session, report)
    consolidate(session, opened)
    traced = trace_figure(session, report_of(session, opened, world.lead), "A[I1;4]")
    assert traced.value == "60"
    assert [(part.code, part.value, part.changed) for part in traced.parts] == [
        ("C0003", "30", False),
        ("C0002", "20", False),
        ("C0001", "10", False),
    ]
    entry = traced.parts[0].entries[-1]
    assert (entry.actor, entry.how, entry.new, entry.at) == ("entry-C0003", "typed", "30", NOW)

    computed = trace_figure(session, report_of(session, opened, world.lead), "A[I1;3]")
    assert computed.typed == ["A[I1;4]", "A[I1;5]", "A[I1;6]"]
    assert [(e.where, e.how, e.new) for e in computed.parts[2].entries] == [("A[I1;4]", "typed", "10")]


def test_coverage_tells_cells_that_some_left_unknown(session: Session) -> None:
    world = build(session, 2)
    opened = start_round(session, world)
    for agency, online in zip(world.communes.values(), ("5", "..."), strict=True):
        report = report_of(session, opened, agency).id
        changes = [Change("A", "I1", "4", online), Change("A", "I1", "5", "1")]
        save(session, report, base=0, idempotency_key="1", changes=changes, actor="a", now=NOW)
        session.get_one(Report, report).state = "accepted"
    consolidate(session, opened)
    coverage = round_status(session, opened.id).coverage
    assert coverage is not None
    assert coverage["cells"] == {"A": {"I1": {"4": 1}}}


def test_figures_go_up_through_middle_agencies(session: Session) -> None:
    world = build(session, 2)
    import_agencies(
        session, b"level,code,name,parent_code\nprovince,32,T2,\ncommune,D0001,X,32", valid_from=SINCE
    )
    tree = read_tree(session, SINCE)
    nation, other = tree.with_code("VN").id, tree.with_code("32").id
    opened = open_round(
        session,
        version=get_version(session, world.version),
        period=QUARTER,
        lead=nation,
        scope="level:commune",
        flow="tree",
        actor="test",
        now=NOW,
    )
    for _ in assign(session, None, opened.id, now=NOW):
        pass
    for agency in (*world.communes.values(), tree.with_code("D0001").id):
        report = report_of(session, opened, agency).id
        save(session, report, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
        accept(session, report)
    consolidate(session, opened)
    assert shown(session, report_of(session, opened, world.lead))["I1", "3"] == 50
    assert ("I1", "3") not in shown(session, report_of(session, opened, nation))
    for province in (world.lead, other):
        accept(session, report_of(session, opened, province).id)
    consolidate(session, opened)
    assert shown(session, report_of(session, opened, nation))["I1", "3"] == 75


def test_the_receivers_own_figures_are_added(session: Session) -> None:
    world = build(session, 1)
    opened = start_round(session, world)
    lead = report_of(session, opened, world.lead)
    for report in (report_of(session, opened, world.communes["C0001"]).id, lead.id):
        save(session, report, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
    accept(session, report_of(session, opened, world.communes["C0001"]).id)
    consolidate(session, opened)
    assert shown(session, lead)["I1", "3"] == 50
    own = trace_figure(session, lead, "A[I1;4]")
    assert (own.value, [part.value for part in own.parts], len(own.entries)) == ("40", ["20"], 1)


@pytest.fixture
def two_quarters(session: Session) -> tuple[World, Mapping[int, Round]]:
    world = build(session, 1)
    return world, {n: start_round(session, world, period_of("quarter", 2026, n)) for n in (2, 3)}


def test_the_previous_quarter_is_read_and_kept(
    session: Session, two_quarters: tuple[World, Mapping[int, Round]]
) -> None:
    world, rounds = two_quarters
    agency = world.communes["C0001"]
    second, third = (report_of(session, rounds[number], agency) for number in (2, 3))
    save(session, second.id, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)

    def verdict() -> Any:
        verdicts = view_report(session, third).checked.verdicts["K5"]
        return verdicts["I1"] if isinstance(verdicts, Mapping) else verdicts

    save(session, third.id, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
    assert verdict() == "na:no_period"  # a draft is never read
    accept(session, second.id)
    assert verdict() == "fail"  # 2 carried over, 4 were under way
    with pytest.raises(Invalid) as unexplained:
        workflow.submit(session, third.id, actor="a", now=NOW)
    assert [finding.rule for finding in unexplained.value.findings] == ["K5"]
    explain(session, third.id, ("K5", "I1"), "chuyển sang xã bên", actor="a", now=NOW)
    workflow.submit(session, third.id, actor="a", now=NOW)
    assert third.context is not None
    assert third.context["previous"]["A"]["I1"]["11"] == "4"


def test_summing_up_waits_for_nobody_and_overwrites_nothing(session: Session) -> None:
    from runtime.totals.consolidate import request_consolidation

    world = build(session, 1)
    opened = start_round(session, world)
    lead = report_of(session, opened, world.lead)
    workflow.submit(session, lead.id, actor="a", now=NOW)
    with pytest.raises(Conflict):
        request_consolidation(session, opened.id, actor="a", now=NOW)
    before = rows_of(session)
    consolidate(session, opened)
    assert rows_of(session) == before


def test_stacked_whole_and_one_by_one_agree_to_the_last_unit(session: Session) -> None:
    """Figures of every status, large ones among them, written past the checks; some communes hold nothing."""
    world = build(session, 12)
    opened = start_round(session, world)
    layout = program_of(session, world.version).layout
    random_ = np.random.default_rng(2026)
    total = report_of(session, opened, world.lead)
    below = session.scalars(select(Report).where(Report.id != total.id).order_by(Report.id)).all()
    for report in below[:10]:
        blocks = {key: scattered(random_, section.size) for key, section in layout.sections.items()}
        keys = [f"I|{number}" for number in random_.choice(6, 3, replace=False)]
        rows = {
            "A": {
                key: OpenRow(key, "I", scattered(random_, len(layout.sections["A"].columns))) for key in keys
            }
        }
        write_sheet(session, report.id, "own", Sheet(layout), Sheet(layout, blocks, rows))
    stacked = sum_up_typed(session, layout, total, children_of(session, total))
    plain = aggregate(layout, read_children(session, below))
    assert stacked.sheet == plain.sheet
    assert (stacked.reports, stacked.too_large) == (plain.reports, plain.too_large)
    assert [each.tolist() for each in stacked.entered.values()] == [
        e.tolist() for e in plain.entered.values()
    ]
    assert plain.too_large


def scattered(random_: np.random.Generator, size: int) -> Block:
    status = random_.integers(0, len(Status), size, dtype=np.uint8)
    values = random_.integers(-LARGEST, LARGEST, size) // random_.choice([1, 10**12], size)
    return Block(np.where(np.isin(status, NUMBERED), values, 0), status)


def test_a_changed_child_exchanged_and_all_summed_up_again_agree(session: Session) -> None:
    """Twenty steps of reports that are accepted, returned, changed, marked, accepted again."""
    form, _ = read_template(seed_files()["01-TKTH"])
    assert form
    world = build(session, 6)
    version = publish(session, replace(form, examples=()), actor="test", now=NOW, effective_from=SINCE)
    opened = start_round(session, World(world.lead, world.communes, version.id))
    layout = program_of(session, version.id).layout
    random_ = random.Random(2026)
    total = report_of(session, opened, world.lead)
    below = session.scalars(select(Report).where(Report.round_id == opened.id, Report.id != total.id)).all()
    exchanged = 0
    for step in range(20):
        for report in random_.sample(list(below), 2):
            type_over(session, layout, report, random_, f"{step}")
        session.flush()
        counted = {child.id: child.revision for child in below if child.state == "accepted"}
        known = _lineage(session, total.id)
        few = exchange(session, layout, total, known, counted)
        exchanged += few is not None
        consolidate_one(session, total.id, ("accepted",))
        plain = aggregate(layout, read_children(session, [child for child in below if child.id in counted]))
        assert read_sheets(session, layout, [total.id], "children")[total.id].blocks == plain.sheet.blocks
        assert _lineage(session, total.id) == counted
        if few:
            assert {key: each.tolist() for key, each in few.entered.items()} == {
                key: each.tolist() for key, each in plain.entered.items()
            }
    assert exchanged > 15


def type_over(session: Session, layout: Layout, report: Report, random_: random.Random, key: str) -> None:
    """The figures of an accepted report are changed, or those of another one accepted."""
    report.state = "entering" if report.state != "accepted" else "returned"
    session.flush()
    changes = [
        Change(section, row.id, column.id, random_.choice(["", "-", "x", "...", "7", "12"]))
        for section, shape in layout.sections.items()
        for row in random_.sample(shape.rows, min(4, len(shape.rows)))
        for column in shape.columns
        if shape.cells[shape.index(row.id, column.id) or 0].is_numeric
    ]
    save(session, report.id, base=report.revision, idempotency_key=key, changes=changes, actor="a", now=NOW)
    if random_.random() < 0.8:
        report.state = "accepted"


def test_a_total_follows_what_is_accepted_until_it_is_handed_in(session: Session) -> None:
    world, random_ = build(session, 3), random.Random(3)
    opened = start_round(session, world)
    lead, *below = (report_of(session, opened, agency) for agency in (world.lead, *world.communes.values()))
    for report in below:
        fill(session, report.id, random_)

    def column_4(figures: Mapping[tuple[str, str], int]) -> Mapping[str, int]:
        return {line: value for (line, column), value in figures.items() if column == "4" and line in ROWS}

    def followed() -> int:
        asked = follow_accepted(session, NOW)
        for job in session.scalars(select(Job).where(Job.function == FOLLOW)):
            assert follow_accepted(session, NOW) == 0  # one at a time
            assert [*follow(session, None, *job.arguments, now=NOW)]
            session.delete(job)
        session.flush()
        assert differences(session, opened.id) == []
        return asked

    accept(session, below[0].id)
    assert followed() == 0  # the first time is a deed
    consolidate(session, opened)
    accept(session, below[1].id)
    assert followed() == 1 and followed() == 0
    assert column_4(shown(session, lead)) == column_4(journal_sums(session, {below[0].id, below[1].id}))
    workflow.move(session, below[0].id, "reopen", reason="sai", actor="b", now=NOW)
    assert [found.code for found in differences(session, opened.id)] == ["accepted.behind"]
    assert followed() == 1
    assert column_4(shown(session, lead)) == column_4(journal_sums(session, {below[1].id}))
    workflow.submit(session, lead.id, actor="t", now=NOW)
    accept(session, below[2].id)
    assert follow_accepted(session, NOW) == 0
