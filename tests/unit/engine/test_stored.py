"""A stored program is the program that its texts give."""

import pytest

from engine.program import Program, compile_form
from engine.stored import restore, store
from expr.signatures import BUILT_IN, Functions, built_in
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from tests.grids import form_of, program_of, read_grid, rule

PAPER = """
          | 1 .0 | 2 .2 | t text
    T     |
      A   |
      B when=kỳ.quý_=_4 |
"""
RULES = (
    rule("dòng cha = tổng(dòng con) trừ cột 2 sai số 0,5% cảnh báo", "K1"),
    rule('nếu ô [T; t] thuộc ("a"; "b") thì cột 1 >= cột 2 của kỳ trước (2)', "K2"),
    rule("ô [A; 2] = trung_bình(ô [A đến B; 1]) chỉ khi kỳ.đầu_năm", "K3", computed=True),
)


def again(program: Program, functions: Functions | None = None) -> Program | None:
    text = store(program)
    assert text is not None
    return restore(program.form, functions or built_in(), text)


def test_trees_conditions_and_places_in_the_file_come_back() -> None:
    program = program_of(read_grid(PAPER, rules=RULES))
    stored = again(program)
    assert stored is not None
    assert stored.rules == program.rules
    assert [rule.tree for rule in stored.rules] == [rule.tree for rule in program.rules]
    assert stored.conditions == program.conditions
    assert stored.canonical() == program.canonical()


@pytest.mark.parametrize("code", sorted(seed_files()))
def test_seeds(code: str) -> None:
    form, _ = read_template(seed_files()[code])
    assert form
    program = compile_form(form)
    stored = again(program)
    assert stored is not None
    assert [rule.tree for rule in stored.rules] == [rule.tree for rule in program.rules]


def test_rules_over_other_templates_are_not_stored() -> None:
    other = form_of(read_grid("| 1\nA |\n", "S"), code="F")
    program = program_of(
        read_grid(PAPER, rules=[rule("ô [A; 1] = ô [A; 1] của biểu F")]), others={"F": other}
    )
    assert store(program) is None


def test_a_function_that_is_gone_has_the_texts_read_again() -> None:
    without = Functions(signature for signature in BUILT_IN if signature.name != "trung_bình")
    assert again(program_of(read_grid(PAPER, rules=RULES)), without) is None


def test_a_reference_to_another_section_is_of_this_template() -> None:
    grids = read_grid(PAPER, rules=[rule("ô [A; 1] = ô [A; 1] của biểu S")]), read_grid("| 1\nA |\n", "S")
    assert store(program_of(*grids)) is not None
