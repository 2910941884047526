"""A save: cells on top of a revision, nothing lost, nothing twice."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from engine.form import CellOverride
from engine.presence import state_at
from runtime.filling.answers import Saved
from runtime.filling.desk import lay_out
from runtime.filling.entry import Change, prepare, save
from runtime.filling.explanations import explain
from runtime.flow import workflow
from runtime.models import Report
from runtime.views.overview import view_report
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.builders import NOW, RIGHT, SINCE, build, report_of, row, start_round


@pytest.fixture
def report(session: Session) -> int:
    world = build(session, 1)
    return report_of(session, start_round(session, world), world.communes["C0001"]).id


def put(
    session: Session, report: int, *changes: Change, base: int = 0, key: str = "k", actor: str = "a"
) -> Saved:
    return save(session, report, base=base, idempotency_key=key, changes=changes, actor=actor, now=NOW)


def journal(session: Session, report: int) -> list[tuple[Any, ...]]:
    query = 'SELECT revision, "row", "column", old, new, actor, how FROM journal '
    query += "WHERE report_id = :r ORDER BY id"
    rows = session.execute(text(query), {"r": report})
    return [tuple(row) for row in rows]


def test_typed_cells_are_stored_and_formulas_computed(session: Session, report: int) -> None:
    saved = put(session, report, *row("I1"))
    assert (saved.revision, saved.stored, saved.conflicts) == (1, len(RIGHT), [])
    entries = journal(session, report)
    assert (1, "I1", "4", "", "20", "a", "typed") in entries
    assert (1, "I1", "3", "", "25", "a", "computed") in entries
    assert len(entries) == 11
    assert not [finding for finding in saved.findings if finding.severity == "error"]


def test_the_same_save_twice_is_stored_once(session: Session, report: int) -> None:
    first = put(session, report, *row("I1"), Change("A", "I2", "4", "x9"))
    second = put(session, report, *row("I1"), Change("A", "I2", "4", "x9"))
    assert first == second
    assert first.findings
    assert len(journal(session, report)) == 11
    workflow.submit(session, report, actor="a", now=NOW)
    assert put(session, report, *row("I1")) == first  # late, after the report went on


def test_another_hands_later_value_is_a_conflict(session: Session, report: int) -> None:
    put(session, report, *row("I1"), key="1", actor="a")
    put(session, report, Change("A", "I1", "4", "21"), base=1, key="2", actor="b")
    mine = put(
        session, report, Change("A", "I1", "4", "22"), Change("A", "I1", "5", "4"), base=1, key="3", actor="a"
    )
    assert [(c.where, c.mine, c.theirs, c.actor) for c in mine.conflicts] == [("A[I1;4]", "22", "21", "b")]
    assert (mine.revision, mine.stored) == (3, 1)
    again = put(session, report, Change("A", "I1", "4", "22"), base=3, key="4", actor="a")
    assert again.conflicts == []
    same = put(session, report, Change("A", "I1", "4", "22"), base=2, key="5", actor="b")
    assert same.conflicts == []


def test_my_other_page_is_another_hand(session: Session, report: int) -> None:
    """Two pages of one account, both opened before anything was typed."""

    def page(client: str | None, value: str, key: str) -> Saved:
        change = Change("A", "I1", "4", value)
        return save(
            session, report, base=0, idempotency_key=key, changes=[change], client=client, actor="a", now=NOW
        )

    assert page("left", "20", "1").conflicts == []
    (conflict,) = page("right", "30", "2").conflicts
    assert (conflict.where, conflict.mine, conflict.theirs, conflict.actor) == ("A[I1;4]", "30", "20", "a")
    assert page("left", "21", "3").conflicts == []  # its own
    assert page("right", "21", "4").conflicts == []  # the same value
    assert page(None, "22", "5").conflicts == []  # a program that names no page
    clients = session.execute(text("SELECT client FROM journal WHERE how = 'typed' ORDER BY id")).scalars()
    assert list(clients) == ["left", "left", None]


def test_my_own_later_value_is_no_conflict(session: Session, report: int) -> None:
    put(session, report, Change("A", "I1", "4", "1"), key="1")
    assert put(session, report, Change("A", "I1", "4", "2"), base=0, key="2").conflicts == []


def test_bad_values_are_named_and_the_others_stored(session: Session, report: int) -> None:
    bad = {
        "4": "mười",
        "5": "1,5",
        "6": "1e400",
        "8": "NaN",
        "9": "\uff11",
        "10": "1.5",
        "12": "9" * 60,
        "99": "1",
    }
    saved = put(session, report, *row("I1", bad), Change("A", "I1", "13", "7"), Change("Z", "I1", "4", "1"))
    assert saved.stored == 1
    places = {finding.where for finding in saved.findings if finding.code.startswith(("E_", "figure."))}
    assert places == {f"A[I1;{column}]" for column in bad} | {"Z"}
    assert {entry[2] for entry in journal(session, report)} == {"11", "13"}


def test_a_computed_cell_keeps_the_computed_value(session: Session, report: int) -> None:
    saved = put(session, report, *row("I1"), Change("A", "I1", "3", "24"))
    assert [(f.where, f.facts["given"]) for f in saved.findings if f.code == "figure.replaced"] == [
        ("A[I1;3]", "24")
    ]
    assert (1, "I1", "3", "", "25", "a", "computed") in journal(session, report)


def test_a_save_worked_out_beforehand_is_kept_while_nothing_changed(session: Session, report: int) -> None:
    asked: dict[str, Any] = {"base": 0, "idempotency_key": "1", "changes": row("I1"), "actor": "a"}
    other = asked | {"idempotency_key": "2", "changes": row("I2")}
    early = prepare(session, report, **asked)
    late = prepare(session, report, **other)
    assert early and late
    assert save(session, report, now=NOW, prepared=early, **asked) is early.saved
    saved = save(
        session, report, now=NOW, prepared=late, **asked | {"idempotency_key": "2", "changes": row("I2")}
    )
    assert saved.revision == 2
    shown = {place[1] for place, _, _ in lay_out(session, report).own.figures()}
    assert {"I1", "I2"} <= shown
    assert len(journal(session, report)) == 22
    assert prepare(session, report, **asked) is None  # it was answered


def test_clearing_a_cell_and_open_rows(session: Session, report: int) -> None:
    put(session, report, *row("I1"), *row("I|Đất đai"), key="1")
    put(session, report, Change("A", "I1", "4", ""), Change("A", "I|Đất đai", "5", "9"), base=1, key="2")
    view = view_report(session, session.get_one(Report, report))
    figures = view.checked.sheet.figures()
    shown = {place[1:]: figure.number for place, _, figure in figures}
    assert ("I1", "4") not in shown
    assert shown["I1", "3"] == 5
    assert shown["I|Đất đai", "3"] == 31


def test_a_base_from_the_future_and_a_closed_report_are_refused(session: Session, report: int) -> None:
    with pytest.raises(Conflict) as refused:
        put(session, report, base=7)
    assert refused.value.code == "save.base"
    put(session, report, *row("I1"))
    workflow.submit(session, report, actor="a", now=NOW)
    with pytest.raises(Conflict) as closed:
        put(session, report, *row("I2"), base=1, key="2")
    assert closed.value.facts["state"] == "submitted"


def test_computed_figures_that_nobody_typed_over_are_no_news(session: Session, report: int) -> None:
    put(session, report, *row("I1"), key="1")
    saved = put(session, report, Change("A", "I1", "4", "21"), base=1, key="2")
    assert not [finding for finding in saved.findings if finding.code == "figure.replaced"]


@pytest.mark.parametrize("seed", ["01-TCD", "RSHN-02"])
def test_rows_of_agencies_are_filled_under_the_own_code(session: Session, seed: str) -> None:
    world = build(session, 2)
    form, _ = read_template(seed_files()[seed])
    assert form
    version = publish(session, form, actor="test", now=NOW, effective_from=SINCE)
    opened = start_round(session, replace(world, version=version.id))
    mine = report_of(session, opened, world.communes["C0001"]).id
    section = next(section for section in form.sections if section.rows.kind == "agencies")
    items = [item.id for item in section.row_list if item.has_cells]
    columns = [column.id for column in section.leaves]
    keys = ["{}"] if len(items) < 2 else [f"{{}}|{item}" for item in items]
    own, others = ([key.format(code) for key in keys] for code in ("C0001", "C0002"))
    changes = [Change(section.code, key, column, "1") for key in (*own, *others) for column in columns]
    saved = put(session, mine, *changes)
    refused = [finding for finding in saved.findings if finding.code == "figure.agency"]
    assert {finding.where.partition("[")[2].partition(";")[0] for finding in refused} == set(others)
    assert refused[0].facts == {"found": "C0002", "own": "C0001"}
    assert {entry[1] for entry in journal(session, mine) if entry[6] == "typed"} == set(own)


def test_a_figure_still_to_come_wants_a_reason(session: Session, report: int) -> None:
    saved = put(session, report, Change("A", "I1", "4", "..."))
    assert [(f.code, f.severity, f.where) for f in saved.findings if f.code == "cell.to_come"] == [
        ("cell.to_come", "warning", "A[I1;4]")
    ]
    with pytest.raises(Invalid):
        workflow.submit(session, report, actor="a", now=NOW)
    explain(session, report, ("cell.to_come", "A[I1;4]"), "chờ kho bạc", actor="a", now=NOW)
    workflow.submit(session, report, actor="a", now=NOW)


def test_a_save_asks_the_database_the_same_few_questions(session: Session, report: int) -> None:
    """One cell or many rows: the number of statements does not grow."""
    told: list[str] = []

    def tell(_: object, __: object, statement: str, *___: object) -> None:
        told.append(statement)

    connection = session.connection()
    counts = []
    sizes = (1, 1, 20)
    for number, size in enumerate(sizes):
        keys = [key for at in range(size) for key in (f"I{number + 1}", f"I|{number}-{at}")]
        session.expire_all()
        told.clear()
        event.listen(connection, "before_cursor_execute", tell)
        changes = [change for key in keys for change in row(key)]
        put(session, report, *changes, base=number, key=str(number))
        event.remove(connection, "before_cursor_execute", tell)
        counts.append(len([one for one in told if "SAVEPOINT" not in one]))
    assert counts[1] == counts[2] <= 22, counts


def test_a_save_says_which_cell_would_repair_the_report(session: Session, report: int) -> None:
    saved = put(session, report, *row("I1", {**RIGHT, "4": "21"}), base=0)
    assert {(each.where, each.was, each.value) for each in saved.suggestions} >= {("A[I1;4]", "21", "20")}
    repaired = put(session, report, Change("A", "I1", "4", "20"), base=1, key="2")
    assert not repaired.suggestions
    assert not [finding for finding in repaired.findings if finding.verdict]


def test_cells_closed_by_a_condition_are_not_filled(session: Session) -> None:
    world = build(session, 1)
    form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
    assert form
    section = form.sections[0]
    closed = (
        CellOverride("I1", "4", state="locked", when="kỳ.quý = 3"),
        CellOverride("I1", "5", state="not_applicable", when="kỳ.quý = 3"),
        CellOverride("I2", "4", state="locked", when="kỳ.quý = 4"),
    )
    made = replace(form, sections=(replace(section, cells=(*section.cells, *closed)), *form.sections[1:]))
    version = publish(session, replace(made, examples=()), actor="test", now=NOW, effective_from=SINCE)
    opened = start_round(session, replace(world, version=version.id))
    report = report_of(session, opened, world.communes["C0001"])
    changes = [Change("A", row, column, "1") for row in ("I1", "I2") for column in ("4", "5")]
    saved = put(session, report.id, *changes, Change("A", "I1", "5", ""))
    assert {f.code: f.where for f in saved.findings if f.code.startswith("figure.")} == {
        "figure.locked": "A[I1;4]"
    }
    again = put(session, report.id, Change("A", "I1", "5", "1"), base=1, key="2")
    assert [f.where for f in again.findings if f.code == "figure.not_applicable"] == ["A[I1;5]"]
    desk = lay_out(session, report.id)
    assert state_at(desk.closed, "A", "I1", "4") == "locked"
    assert state_at(desk.closed, "A", "I1", "5") == "not_applicable"
    assert state_at(desk.closed, "A", "I2", "4") is None
