"""Rules brought down to cells: shapes are shared, and a plan reads back from JSON as it was written."""

import json
from decimal import Decimal

from engine.arithmetic import Bounds
from engine.calculate import evaluator
from engine.context import Context
from engine.figures import read_figures
from engine.plans.givens import bind
from engine.plans.grounding import ground
from engine.plans.plan_json import plan_from_json, plan_to_json
from engine.program import Program
from tests.grids import program_of, read_grid, rule

RULES = (
    rule("dòng cha = tổng(dòng con)", "tree"),
    rule("cột 3 = cột 1 + cột 2", "sum", computed=True),
    rule("cột 4 = cột 3 + cột 4 của kỳ trước", "running", computed=True),
    rule("ô [A; 2] <= lũy_kế(ô [A; 1]) * 110% sai số tự động", "year"),
    rule('nếu đơn vị.cấp = "xã" thì đếm_nếu(ô [A đến C; 1]; > 0) thuộc (1; 2)', "level"),
)
PAPER = """
        | 1 .0 | 2 .2 | 3 .2 | 4 .2
    T   | 3    |      |      |
      A | 1    | 1.5  |      |
      B | 2    | x    |      |
    C   | -    | ...  |      |
"""


def program() -> Program:
    return program_of(read_grid(PAPER, rules=RULES))


def test_targets_that_look_alike_share_a_shape() -> None:
    made = program()
    plan = ground(made, made.naming.designed)
    assert [i.target for i in plan.instances if i.rule == 0] == ["T/1", "T/2", "T/3", "T/4"]
    assert len({i.shape for i in plan.instances if i.rule == 1}) == 1
    reads = [sorted(plan.reads(i)) for i in plan.instances if i.target == "T/1"]
    assert reads == [[plan.slots["A", "T", "1"], plan.slots["A", "A", "1"], plan.slots["A", "B", "1"]]]


def test_formulas_come_after_what_they_read() -> None:
    made = program()
    plan = ground(made, made.naming.designed)
    order = [plan.cells[formula.slot] for formula in plan.formulas]
    assert len(order) == 8
    for row in "TABC":
        assert order.index(("A", row, "3")) < order.index(("A", row, "4"))


def test_a_plan_reads_back_from_json() -> None:
    made = program()
    plan = ground(made, made.naming.designed)
    before, _ = read_figures(made.layout, {"A": {"A": {"1": "7", "4": "0.5"}, "B": {"4": "x"}}})
    context = Context(previous=before, year_to_date=[before], agency={"cấp": "xã"})
    sheet, _ = read_figures(made.layout, {})
    exact = bind(plan, made, sheet, context)
    bounds = bind(plan, made, sheet, context, Bounds())
    assert Decimal("0.5") in exact
    assert (Decimal("0.495"), Decimal("0.505")) in bounds
    told = json.loads(json.dumps(plan_to_json(plan, exact, bounds)))
    read, exact_again, bounds_again = plan_from_json(told)
    assert (read.shapes, read.instances, read.formulas) == (plan.shapes, plan.instances, plan.formulas)
    assert (read.cells, read.decimals, read.kinds) == (plan.cells, plan.decimals, plan.kinds)
    assert (exact_again, bounds_again) == (exact, bounds)


def test_open_rows_have_cells_of_their_own() -> None:
    made = program_of(read_grid("| 1 | 2\nG kind=open |\n", rules=[rule("cột 1 >= cột 2")]))
    sheet, findings = read_figures(made.layout, {"A": {"G|x": {"1": "1"}, "G|y": {"2": "1"}}})
    assert not findings
    plan = ground(made, evaluator(made, sheet, Context()).directory.form)
    assert [i.target for i in plan.instances] == ["G|x", "G|y"]
    assert plan.cells[plan.instances[1].arguments[0]] == ("A", "G|y", "1")  # type: ignore[index]
