"""Open reports go over to another version: figures keep their places, nothing is lost without being told."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.jobs import Job
from engine.figures import write_figures
from engine.form import Form, Row
from engine.transfer import Became
from runtime.filling.entry import save
from runtime.flow import workflow
from runtime.flow.moving import move_version, request_move, versions_of
from runtime.flow.previews import preview_move
from runtime.flow.workflow import accept, submit
from runtime.models import Journal, Move, Report, Round, RoundMove, VersionChange
from runtime.programs import program_of
from runtime.rounds.closing import close_round
from runtime.sheets import read_sheets
from runtime.totals.consolidate import consolidate_round
from runtime.totals.trace import trace_figure
from runtime.views.overview import view_report
from template_library.versions import get_version, load_form, publish
from tests.builders import NOW, SINCE, World, build, report_of, row, start_round

Edit = Callable[[Form], Form]


def with_row(form: Form) -> Form:
    """One more row at the end of the first group."""
    section = form.sections[0]
    items = section.rows.items
    new = Row(id="I9", code="I9", title="Lĩnh vực mới", ordinal="9")
    first = replace(items[0], children=(*items[0].children, new))
    return replace(form, sections=(replace(section, rows=replace(section.rows, items=(first, *items[1:]))),))


def renamed_row(form: Form) -> Form:
    """Row I2 goes, and J2 comes in its place."""
    section = form.sections[0]
    items = section.rows.items

    def new(each: Row) -> Row:
        named = replace(each, id="J2", code="J2") if each.id == "I2" else each
        return replace(named, children=tuple(new(below) for below in each.children))

    return replace(
        form, sections=(replace(section, rows=replace(section.rows, items=tuple(map(new, items)))),)
    )


def another(session: Session, world: World, edit: Edit) -> int:
    form = replace(edit(load_form(get_version(session, world.version))), examples=())
    return publish(session, form, actor="d", now=NOW, effective_from=SINCE).id


def move(session: Session, opened: Round, version: int, became: Became | None = None) -> Job:
    asked = request_move(session, opened.id, version, became or {}, actor="lead", now=NOW)
    for _ in move_version(session, None, *asked.arguments, now=NOW):
        pass
    return asked


def figures(session: Session, report: Report) -> dict[str, dict[str, str]]:
    layout = program_of(session, report.version_id).layout
    found = write_figures(read_sheets(session, layout, [report.id], "own")[report.id])
    return next(iter(found.values()), {})


def enter(session: Session, report: Report, *rows: str, actor: str = "clerk") -> None:
    changes = [change for key in rows for change in row(key)]
    base, key = report.revision, f"key-{report.id}-{report.revision}"
    save(session, report.id, base=base, idempotency_key=key, changes=changes, actor=actor, now=NOW)


@pytest.fixture
def world(session: Session) -> World:
    return build(session, 4)


def test_a_new_row_reaches_open_reports_and_takes_nothing(session: Session, world: World) -> None:
    opened = start_round(session, world)
    mine, sent = (report_of(session, opened, world.communes[code]) for code in ("C0001", "C0002"))
    for report in (mine, sent):
        enter(session, report, "I1", "I2")
    submit(session, sent.id, actor="clerk", now=NOW)
    before, untouched = figures(session, mine), (sent.revision, sent.version_id)

    version = another(session, world, with_row)
    preview = preview_move(session, opened, version, {})
    assert (len(preview.lines), preview.untouched, preview.gone) == (3, 1, [])
    assert [(line.kept, line.lost) for line in preview.lines if line.report == mine.id] == [
        (sum(map(len, before.values())), ())
    ]
    move(session, opened, version)

    assert figures(session, mine) == before
    assert (mine.version_id, mine.standing and mine.standing["errors"]) == (version, 0)
    assert (sent.revision, sent.version_id) == untouched
    last = session.scalars(select(Move).filter_by(report_id=mine.id)).one()
    assert (last.name, last.revision, last.reason) == ("version", mine.revision, "1 → 2")
    assert session.scalars(select(RoundMove.reason).filter_by(round_id=opened.id)).all() == ["1 → 2"]
    enter(session, mine, "I9")
    assert figures(session, mine)["I9"]["4"] == "20"


def test_a_total_of_two_versions_counts_every_figure(session: Session, world: World) -> None:
    opened = start_round(session, world)
    reports = [report_of(session, opened, agency) for agency in world.communes.values()]
    for report in reports:
        enter(session, report, "I1", "I|Đất đai")
    for report in reports[:2]:
        submit(session, report.id, actor="a", now=NOW)
        accept(session, report.id, actor="b", now=NOW)

    def total() -> dict[tuple[str, str], str]:
        for _ in consolidate_round(session, None, opened.id, False, now=NOW):
            pass
        sheet = view_report(session, report_of(session, opened, world.lead)).checked.sheet
        return {place[1:]: str(figure.number) for place, _, figure in sheet.figures()}

    assert total()["I1", "4"] == "40"
    move(session, opened, another(session, world, with_row))
    enter(session, reports[2], "I9")
    for report in reports[2:]:
        submit(session, report.id, actor="a", now=NOW)
        accept(session, report.id, actor="b", now=NOW)
    found = total()
    assert (found["I1", "4"], found["I|Đất đai", "4"], found["I9", "4"]) == ("80", "80", "20")

    workflow.move(session, reports[0].id, "reopen", reason="sai", actor="b", now=NOW)
    move(session, opened, opened.version_id)  # those that came back after the others went
    assert reports[0].version_id == opened.version_id != reports[1].version_id
    found = total()
    assert (found["I1", "4"], found["I|Đất đai", "4"]) == ("60", "60")
    lead = report_of(session, opened, world.lead)
    assert [part.value for part in trace_figure(session, lead, "A[I1;4]").parts] == ["20", "20", "20"]


def test_a_row_that_took_the_place_of_another_takes_its_figures(session: Session, world: World) -> None:
    opened = start_round(session, world)
    report = report_of(session, opened, world.communes["C0001"])
    enter(session, report, "I1", "I2")
    before = figures(session, report)
    version = another(session, world, renamed_row)

    preview = preview_move(session, opened, version, {})
    gone = [(each.kind, each.id, each.used) for each in preview.gone]
    assert gone == [("rows", "I2", 1)]
    assert ("J2") in [id_ for id_, _ in preview.gone[0].heirs]
    assert [lost.why for line in preview.lines for lost in line.lost] == ["gone"] * len(before["I2"])

    section = preview.gone[0].section
    became = {section: {"rows": {"I2": "J2"}}}
    move(session, opened, version, became)
    after = figures(session, report)
    assert after["J2"] == before["I2"] and "I2" not in after
    told = session.scalars(select(Journal.new).filter_by(report_id=report.id, how="moved", row="J2")).all()
    assert sorted(told) == sorted(before["I2"].values())

    move(session, opened, world.version)
    assert figures(session, report) == before


def test_figures_without_a_place_come_back_with_the_version_before(session: Session, world: World) -> None:
    opened = start_round(session, world)
    report = report_of(session, opened, world.communes["C0001"])
    enter(session, report, "I1", "I2")
    before = figures(session, report)
    move(session, opened, another(session, world, renamed_row))
    assert "I2" not in figures(session, report) and "J2" not in figures(session, report)
    assert len(session.scalars(select(VersionChange).filter_by(report_id=report.id)).one().lost) == len(
        before["I2"]
    )
    move(session, opened, world.version)
    assert figures(session, report) == before


def test_running_the_job_again_changes_nothing(session: Session, world: World) -> None:
    opened = start_round(session, world)
    report = report_of(session, opened, world.communes["C0001"])
    enter(session, report, "I1")
    asked = move(session, opened, another(session, world, with_row))
    counts = [
        session.scalar(select(func.count()).select_from(each)) for each in (VersionChange, Move, Journal)
    ]
    for _ in move_version(session, None, *asked.arguments, now=NOW):
        pass
    after = [
        session.scalar(select(func.count()).select_from(each)) for each in (VersionChange, Move, Journal)
    ]
    assert after == counts


def test_what_cannot_go_over_is_refused(session: Session, world: World) -> None:
    opened = start_round(session, world)
    assert versions_of(session, opened) == []
    with pytest.raises(Invalid) as refused:
        request_move(session, opened.id, world.version, {}, actor="lead", now=NOW)
    assert [finding.code for finding in refused.value.findings] == ["round.version"]
    version = another(session, world, with_row)
    close_round(session, opened.id, actor="lead", now=NOW)
    with pytest.raises(Conflict, match=r"round\.closed"):
        request_move(session, opened.id, version, {}, actor="lead", now=NOW)
