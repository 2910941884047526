"""Generated rules come back from their text."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.program import Program
from expr import nodes
from expr.parser import parse
from expr.printer import print_rule
from expr.resolve import resolve
from tests.grids import program_of, read_grid

PAPER = """
            | 1 #A | 2 #B .2 | 3 | in | 8 text
    TH #I   |
      a #1  |
      b #2  |
    row #II |
    C_1.2   |
"""
PROGRAM: Program = program_of(read_grid(PAPER))
SECTION = PROGRAM.directory.form.sections[0]
ROWS, COLUMNS = [row.id for row in SECTION.rows], ["1", "2", "3", "in"]


def name(ids: list[str]) -> st.SearchStrategy[nodes.Name]:
    return st.sampled_from(ids).map(nodes.Name)


def between(ids: list[str]) -> st.SearchStrategy[nodes.Between]:
    pairs = st.tuples(st.integers(0, len(ids) - 1), st.integers(0, len(ids) - 1))
    return pairs.map(lambda pair: nodes.Between(nodes.Name(ids[min(pair)]), nodes.Name(ids[max(pair)])))


def picks(ids: list[str]) -> st.SearchStrategy[nodes.Selector]:
    single = st.one_of(name(ids).map(nodes.One), between(ids))
    several = st.lists(single, min_size=2, max_size=3).map(lambda found: nodes.Several(tuple(found)))
    return st.one_of(single, several, st.just(nodes.Every()))


TIMES = st.one_of(
    st.builds(nodes.Time, st.just("previous"), st.integers(1, 99), st.booleans()),
    st.builds(nodes.Time, st.sampled_from(["same_period_last_year", "last_year"])),
)
SOURCES = st.one_of(
    st.just(nodes.HERE),
    st.builds(
        nodes.Source,
        time=st.one_of(st.none(), TIMES),
        agency=st.one_of(st.none(), st.text('aĐ"', max_size=3)),
    ),
)
CELL = st.builds(
    nodes.Reference, name(ROWS).map(nodes.One), name(COLUMNS).map(nodes.One), SOURCES, st.just("A")
)
CELLS = st.builds(nodes.Reference, picks(ROWS), picks(COLUMNS), SOURCES, st.just("A"))
COLUMN = st.builds(nodes.Reference, st.none(), name(COLUMNS).map(nodes.One), SOURCES, st.just("A"))
NUMBERS = st.builds(
    nodes.Number,
    st.one_of(
        st.integers(0, 10**34 - 1).map(Decimal),
        st.decimals(0, 10**9, places=4).map(lambda d: d.normalize() if d else Decimal(0)),
    ),
    st.booleans(),
)
TEXTS = st.builds(nodes.Text, st.text('aĐạ –×"“”;)ỹu', max_size=6))
DATES = st.dates(min_value=date(1000, 1, 1)).map(lambda day: nodes.Date(day.isoformat()))
ATTRIBUTES = st.builds(
    nodes.Attribute, st.sampled_from(["agency", "period"]), st.sampled_from(["cấp", "dân_số", "tháng"])
)
LEAVES = st.one_of(CELL, COLUMN, NUMBERS, TEXTS, DATES, ATTRIBUTES)
OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def compared(operands: st.SearchStrategy[nodes.Node]) -> st.SearchStrategy[nodes.Compare]:
    def build(found: list[nodes.Node], operators: list[nodes.Operator]) -> nodes.Compare:
        return nodes.Compare(tuple(found), tuple(operators[: len(found) - 1]))

    return st.builds(
        build, st.lists(operands, min_size=2, max_size=3), st.lists(OPERATORS, min_size=2, max_size=2)
    )


def deeper(inner: st.SearchStrategy[nodes.Node]) -> st.SearchStrategy[nodes.Node]:
    many = st.lists(inner, min_size=2, max_size=3).map(tuple)
    signed = st.lists(st.sampled_from([1, -1]), min_size=2, max_size=2)
    divided = st.lists(st.booleans(), min_size=2, max_size=2)
    return st.one_of(
        st.builds(lambda parts, signs: nodes.Sum(parts, (1, *signs[: len(parts) - 1])), many, signed),
        st.builds(lambda parts, how: nodes.Product(parts, (False, *how[: len(parts) - 1])), many, divided),
        inner.map(nodes.Negative),
        compared(inner),
        st.builds(nodes.Filled, inner, st.booleans()),
        st.builds(nodes.OneOf, inner, many, st.booleans()),
        inner.map(nodes.Not),
        many.map(nodes.Both),
        many.map(nodes.Either),
        st.builds(nodes.Guard, inner, inner, st.one_of(st.none(), inner)),
        st.lists(st.one_of(inner, CELLS), min_size=1, max_size=3).map(lambda a: nodes.Call("tổng", tuple(a))),
        st.builds(
            lambda cells, operator, operand: nodes.Call(
                "đếm_nếu", (cells, nodes.Criterion(operator, operand))
            ),
            CELLS,
            OPERATORS,
            inner,
        ),
    )


EXPRESSIONS = st.recursive(LEAVES, deeper, max_leaves=8)
RULES = st.builds(
    nodes.Rule,
    EXPRESSIONS,
    tolerance=st.one_of(
        st.none(),
        st.just(nodes.Tolerance("auto")),
        st.builds(
            nodes.Tolerance, st.sampled_from(["absolute", "relative"]), st.integers(0, 99).map(Decimal)
        ),
    ),
    blanks=st.sampled_from([None, "zero", "skip"]),
    when=st.one_of(st.none(), compared(LEAVES)),
    severity=st.sampled_from([None, "error", "warning"]),
    message=st.one_of(st.none(), st.text('aĐạ –"', max_size=5)),
)


@given(RULES)
def test_what_is_printed_reads_back(tree: nodes.Rule) -> None:
    printed = print_rule(tree, PROGRAM.directory, "A")
    parsed = parse(printed)
    assert parsed.rule is not None, (printed, parsed.faults)
    again = resolve(parsed.rule, PROGRAM.directory, SECTION)
    found = again.rule
    if found is None:  # generated trees may mix what no rule may mix; names must be found all the same
        assert {fault.code for fault in again.faults} <= {"E_MIX", "E_SCOPE"}, (printed, again.faults)
    else:
        assert found == tree, printed
        assert print_rule(found, PROGRAM.directory, "A") == printed
