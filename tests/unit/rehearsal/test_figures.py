"""Figures made up for a rehearsal keep the rules of every form that comes with the product."""

from datetime import date, timedelta

import pytest

from core.working_days import SwappedDay
from engine.check import check_form
from engine.context import Context
from engine.program import Program, compile_form
from rehearsal.duties import DayOff, day_off
from rehearsal.figures import Maker, with_rows
from template_library.fileformat import read_template
from template_library.shelf import seed_files

DAY = date(2026, 9, 14)
CONTEXT = Context(
    agency={"mã": "C1", "tên": "Xã Một", "cấp": "xã"},
    period={"tháng": 9, "quý": 3, "năm": 2026, "đầu_năm": False},
)


def program_of(name: str) -> Program:
    form, _ = read_template(seed_files()[name])
    assert form
    return compile_form(form)


@pytest.mark.parametrize("name", seed_files())
def test_every_seed_can_be_filled(name: str) -> None:
    program = program_of(name)
    made = Maker(program, DAY).make(CONTEXT, "C1")
    assert not [finding for finding in made.findings if finding.severity == "error"]
    assert made.contradicting == []
    checked = check_form(program, with_rows(program.layout, "C1").changed(made.figures), CONTEXT)
    assert checked.findings == tuple(made.findings)


def test_reports_that_are_alike_differ_and_each_is_always_the_same() -> None:
    program = program_of("II.06a-VPCP-KSTT")
    made = {code: Maker(program, DAY).make(CONTEXT, code).figures for code in ("C1", "C2", "C3", "C4")}
    assert len({tuple(figures.values()) for figures in made.values()}) > 1
    again = Maker(program, DAY)
    assert {code: again.make(CONTEXT, code).figures for code in made} == made


@pytest.mark.parametrize(
    ("day", "name", "working"),
    [
        (date(2026, 9, 14), None, None),
        (date(2026, 9, 20), "", date(2026, 9, 21)),
        (date(2026, 4, 30), "Ngày Chiến thắng", date(2026, 5, 4)),
        (date(2026, 2, 17), "Tết Nguyên Đán", date(2026, 2, 23)),
    ],
)
def test_days_off_are_known(day: date, name: str | None, working: date | None) -> None:
    found = day_off(day)
    assert (found and found.name, found and found.next) == (name, working)


def test_days_off_go_by_the_swaps_of_the_year() -> None:
    monday, saturday, sunday = date(2026, 9, 14), date(2026, 9, 19), date(2026, 9, 20)
    decided = {
        monday: SwappedDay(day=monday, works=False, name="nghỉ hoán đổi"),
        saturday: SwappedDay(day=saturday, works=True, name="làm bù"),
        sunday + timedelta(days=1): SwappedDay(day=sunday + timedelta(days=1), works=False, name="nghỉ bù"),
    }
    assert day_off(monday, decided) == DayOff(monday, "nghỉ hoán đổi", date(2026, 9, 15))
    assert day_off(saturday, decided) is None
    assert day_off(sunday, decided) == DayOff(sunday, "", date(2026, 9, 22))
