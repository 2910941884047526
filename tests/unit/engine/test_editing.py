"""After each changed cell the figures and verdicts are those of a report computed anew."""

from random import Random

from engine.context import Context
from engine.figures import find_cell, parse_figure
from engine.plans.editing import Editing
from engine.plans.running import Running
from engine.program import Program
from engine.sheet import Figure, Place, Sheet
from tests.grids import program_of, read_grid, rule

PAPER = """
          | 1 .0 | 2 .2 | 3 .2 | 4 .2 | 5 .1
    T     |      |      |      |      |
      A   |      |      |      |      |
      B   |      |      |      |      |
    C     |      |      |      |      |
"""
RULES = (
    rule("dòng T = tổng(dòng con của T) trong cột 1, 2", "tree", computed=True),
    rule("cột 3 = cột 1 + 2 * cột 2", "sum", computed=True),
    rule("cột 4 = -(cột 3 - cột 2)", "again", computed=True),
    rule("cột 5 = tỷ_lệ(cột 1; cột 3)", "ratio", computed=True),
    rule("ô [C; 1] >= ô [T; 1] sai số tự động", "auto"),
    rule("cột 4 <= 0", "sign"),
    rule("nếu ô [T; 5] > 40 thì ô [C; 2] phải nhập", "filled"),
    rule("ô [T; 3] = ô [A; 3] + ô [B; 3]", "across"),
)
TEXTS = ("", "-", "x", "...", "0", "1", "-1", "7", "250", "9200000000000000000", "-9200000000000000")


def program() -> Program:
    return program_of(read_grid(PAPER, rules=RULES))


def figure(made: Program, place: Place, text: str) -> Figure | None:
    cell = find_cell(made.layout.sections["A"], place[1], place[2])
    assert cell
    found = parse_figure(cell, text)
    return found if isinstance(found, Figure) else None


def assert_like_anew(made: Program, typed: Sheet, work: Editing) -> None:
    anew = Running(made, typed, Context())
    assert work.running.slots.values[:-2] == anew.slots.values[:-2]
    assert work.verdicts == anew.verdicts()
    assert (work.running.claims, work.running.opened) == (anew.claims, anew.opened)


def test_many_edits_in_a_row() -> None:
    made = program()
    pick = Random(20261122)
    typed = Sheet(made.layout)
    work = Editing(made, typed, Context())
    numbers = TEXTS[4:9]
    for turn in range(400):
        place = ("A", pick.choice("TABC"), pick.choice("12345" if turn % 40 == 0 else "12"))
        given = figure(made, place, pick.choice(TEXTS if turn % 9 == 0 else numbers))
        if given is None:
            continue
        typed = typed.changed({place: given})
        work.change(place, given)
        assert_like_anew(made, typed, work)


def test_only_what_hangs_on_a_cell_is_told() -> None:
    made = program()
    one = figure(made, ("A", "C", "1"), "1")
    assert one
    typed = Sheet(made.layout).changed({("A", row, column): one for row in "ABC" for column in "12"})
    work = Editing(made, typed, Context())
    two = figure(made, ("A", "C", "2"), "2")
    assert two
    changed = work.change(("A", "C", "2"), two)
    assert {work.plan.cells[slot][1:] for slot in changed.slots} == {("C", c) for c in "2345"}
    told = {made.rules[work.plan.instances[i].rule].rule.code for i in changed.verdicts}
    assert told == {"ratio", "sign", "filled"}
