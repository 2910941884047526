"""Given figures arrive filled and locked, also in reports under way; history is read as earlier periods."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agencies.models import AgencyCode, AgencyName, AgencyParent
from core.errors import Invalid
from core.jobs import Job
from runtime.filling.changes import Change
from runtime.filling.desk import lay_out
from runtime.filling.entry import save
from runtime.filling.given import changed_at, give, load_given
from runtime.filling.history import bring_in, write_in
from runtime.flow import workflow
from runtime.models import Journal, Report, Round
from runtime.periods import DECREE_09
from runtime.sheets import read_sheets
from runtime.totals.trace import trace_figure
from template_library.versions import get_version
from tests.builders import NOW, RIGHT, build, report_of, row, start_round


def sheet(*lines: tuple[object, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(list(line))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def run(session: Session) -> None:
    """All jobs that wait, each twice."""
    for job in session.scalars(
        select(Job).where(Job.function.in_(("runtime.give_figures", "runtime.bring_in")))
    ):
        for _ in range(2):
            assert [*(give if "give" in job.function else write_in)(session, None, *job.arguments, now=NOW)]
        session.delete(job)
    session.flush()
    session.expire_all()


def value(session: Session, report: Report, column: str, key: str = "I1") -> str:
    layout = lay_out(session, report.id).program.layout
    figure = read_sheets(session, layout, [report.id], "own")[report.id].figure("A", key, column)
    return "" if figure.number is None else str(figure.number)


def load(session: Session, of: Round, *lines: tuple[object, ...], dry_run: bool = False) -> tuple[int, ...]:
    head = ("Mã đơn vị", "Dòng", "(4)", "(5)")
    told = load_given(session, of.id, sheet(head, *lines), dry_run=dry_run, actor="t", now=NOW)
    run(session)
    return told.new, told.changed, told.same, told.freed


def test_given_cells_are_filled_locked_and_changed_by_the_lead_unit_alone(session: Session) -> None:
    world = build(session, 3)
    of = start_round(session, world)
    first, second, third = (report_of(session, of, agency) for agency in world.communes.values())
    lines = ("C0001", "Chứng thực", 20, 3), ("C0002", "Chứng thực", 7, None)
    assert load(session, of, *lines, dry_run=True) == (3, 0, 0, 0)
    assert value(session, first, "4") == ""
    assert load(session, of, *lines) == (3, 0, 0, 0)
    assert [value(session, report, "4") for report in (first, second, third)] == ["20", "7", ""]
    assert changed_at(session, first.id) is None

    saved = save(
        session,
        first.id,
        base=1,
        idempotency_key="k",
        actor="c",
        now=NOW,
        changes=[Change("A", "I1", "4", "99"), Change("A", "I1", "8", "5")],
    )
    assert [found.code for found in saved.findings if found.code.startswith("figure.")] == ["figure.given"]
    assert (value(session, first, "4"), value(session, first, "8")) == ("20", "5")
    assert lay_out(session, first.id).given == {("A", "I1", "4"), ("A", "I1", "5")}

    assert load(session, of, ("C0001", "Chứng thực", 21, 3), ("C0003", "I|Đất đai", 4, 4)) == (2, 1, 1, 0)
    assert value(session, first, "4") == "21" and value(session, first, "8") == "5"
    assert changed_at(session, first.id) == NOW
    entry = trace_figure(session, first, "A[I1;4]").entries[-1]
    assert (entry.old, entry.new, entry.how) == ("20", "21", "imported")


def test_a_sheet_with_a_fault_gives_nothing_and_tells_all_faults(session: Session) -> None:
    of = start_round(session, build(session, 1))
    with pytest.raises(Invalid) as refused:
        load(
            session,
            of,
            ("C0001", "Chứng thực", "abc", 1),
            ("C9", "Chứng thực", 1, 1),
            ("C0001", "Lạ lẫm", 1, 1),
        )
    codes = [found.code for found in refused.value.findings]
    assert codes == ["E_NUM", "given.agency", "given.row"], refused.value.findings
    assert session.scalars(select(Journal)).first() is None


def test_history_is_read_as_the_period_before_and_put_right_by_a_later_sheet(session: Session) -> None:
    world = build(session, 2)
    version = get_version(session, world.version)
    head = ("Kỳ", "Mã đơn vị", "Dòng", *(f"({column})" for column in RIGHT))

    def bring(first: int, dry_run: bool = False) -> list[tuple[str, int, int]]:
        figures = [str(first), *list(RIGHT.values())[1:]]
        data = sheet(
            head, ("II/2026", "C0001", "Chứng thực", *figures), ("III/2025", "C0001", "Chứng thực", *figures)
        )
        found = bring_in(
            session, version, world.lead, "quarter", DECREE_09, data, dry_run=dry_run, actor="t", now=NOW
        )
        run(session)
        return [(each.period.label, each.loaded.new, each.loaded.changed) for each in found]

    assert bring(20, dry_run=True) == [("quý III/2025", 8, 0), ("quý II/2026", 8, 0)]
    assert session.scalars(select(Round)).all() == []
    assert bring(20) == [("quý III/2025", 8, 0), ("quý II/2026", 8, 0)]
    assert bring(20) == [("quý III/2025", 0, 0), ("quý II/2026", 0, 0)]
    assert bring(25) == [("quý III/2025", 0, 1), ("quý II/2026", 0, 1)]
    imported = session.scalars(select(Round)).all()
    assert [(of.imported, of.closed_at is not None) for of in imported] == [(True, True)] * 2
    assert {report.state for report in session.scalars(select(Report))} == {"accepted"}

    of = start_round(session, world)
    desk = lay_out(session, report_of(session, of, world.communes["C0001"]).id)
    assert desk.context.previous and desk.context.same_period_last_year
    assert [
        str(s.figure("A", "I1", "4").number)
        for s in (desk.context.previous, desk.context.same_period_last_year)
    ] == ["25", "25"]
    with pytest.raises(Invalid, match="history"):
        bring_in(
            session,
            version,
            world.lead,
            "quarter",
            DECREE_09,
            sheet(head, ("III/2026", "C0001", "Chứng thực", *RIGHT.values())),
            actor="t",
            now=NOW,
        )


def test_history_may_be_told_again_for_an_agency_that_came_later(session: Session) -> None:
    world = build(session, 1)
    version = get_version(session, world.version)
    for fact in (AgencyCode, AgencyName, AgencyParent):
        session.execute(update(fact).values(valid_from=date(2026, 7, 1)))
    head = ("Kỳ", "Mã đơn vị", "Dòng", *(f"({column})" for column in RIGHT))
    data = sheet(head, ("III/2025", "C0001", "Chứng thực", *RIGHT.values()))
    bring_in(session, version, world.lead, "quarter", DECREE_09, data, actor="t", now=NOW)
    run(session)
    (report,) = session.scalars(select(Report))
    assert (report.state, lay_out(session, report.id).agency.code) == ("accepted", "C0001")


def test_what_changes_reaches_a_report_that_was_handed_in_when_it_comes_back(session: Session) -> None:
    world = build(session, 1)
    of = start_round(session, world)
    report = report_of(session, of, world.communes["C0001"])
    save(session, report.id, base=0, idempotency_key="k", actor="c", now=NOW, changes=row("I1"))
    workflow.submit(session, report.id, actor="c", now=NOW)
    load(session, of, ("C0001", "Chứng thực", 21, 3))
    assert value(session, report, "4") == "20"
    workflow.return_(session, report.id, reason="đổi chỉ tiêu", actor="t", now=NOW)
    assert value(session, report, "4") == "21" and changed_at(session, report.id) == NOW
