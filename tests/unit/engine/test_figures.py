"""Figures as texts and in blocks: what is read, what is refused, what comes back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cells import Cell
from engine.figures import parse_figure, print_figure, read_figures, write_figures
from engine.findings import Finding
from engine.form import Aggregation
from engine.sheet import LARGEST, Block, Figure, Status
from tests.grids import program_of, read_grid


def cell(kind: str = "decimal", decimals: int = 2) -> Cell:
    return Cell(kind, None, decimals, False, None, None, None, Aggregation(), "flow", "open", None)


READ = """
    decimal 2 | 5            | 5.00
    decimal 2 | 5.25         | 5.25
    decimal 2 | -0.10        | -0.10
    decimal 2 | -0           | 0.00
    decimal 2 | 007          | 7.00
    decimal 2 | 5.255        | E_DECIMALS
    decimal 0 | 5.0          | E_DECIMALS
    decimal 2 | 5,25         | E_NUM.style
    decimal 2 | 1.234,5      | E_NUM.style
    decimal 2 | 1,234.5      | E_NUM.style
    decimal 2 | 1.234.567    | E_NUM.style
    decimal 2 | 1e5          | E_NUM.figure
    decimal 2 | 1e400        | E_NUM.figure
    decimal 2 | NaN          | E_NUM.figure
    decimal 2 | Infinity     | E_NUM.figure
    decimal 2 | ５            | E_NUM.figure
    decimal 2 | ٣            | E_NUM.figure
    decimal 2 | +5           | E_NUM.figure
    decimal 2 | 5.           | E_NUM.figure
    decimal 2 | .5           | E_NUM.figure
    decimal 2 | 1_000        | E_NUM.figure
    decimal 2 | năm          | E_NUM.figure
    decimal 2 | --5          | E_NUM.figure
    decimal 2 | -            | -
    decimal 2 | x            | x
    decimal 2 | ...          | ...
    decimal 2 | X            | E_NUM.figure
    decimal 2 |              |
    decimal 0 | 9200000000000000000  | 9200000000000000000
    decimal 0 | -9200000000000000000 | -9200000000000000000
    decimal 0 | 9200000000000000001  | E_LIMIT.figure
    decimal 0 | 9223372036854775808  | E_LIMIT.figure
    decimal 2 | 92000000000000000    | 92000000000000000.00
    decimal 2 | 92000000000000000.01 | E_LIMIT.figure
    date 0    | 2024-02-29   | 2024-02-29
    date 0    | 2025-02-29   | E_TYPE.date
    date 0    | 29/02/2024   | E_TYPE.date
    date 0    | 2024-2-9     | E_TYPE.date
    date 0    | 20240229     | E_TYPE.date
    text 0    | -            | -
    text 0    | Đạt          | Đạt
"""


@pytest.mark.parametrize("line", [line for line in READ.splitlines() if line.strip()])
def test_reading(line: str) -> None:
    kind, text, wanted = (part.strip() for part in line.split("|"))
    name, decimals = kind.split()
    found = parse_figure(cell(name, int(decimals)), text)
    if isinstance(found, Finding):
        assert found.key == wanted
    else:
        assert print_figure(cell(name, int(decimals)), found) == wanted


def test_texts_are_composed() -> None:
    found = parse_figure(cell("text"), "Đa\u0323t")
    assert isinstance(found, Figure) and found.text == "Đạt"
    assert isinstance(parse_figure(cell("text"), "a" * 10_001), Finding)


def test_hostile_length() -> None:
    found = parse_figure(cell(), "9" * 1_000_000)
    assert isinstance(found, Finding) and found.key == "E_LIMIT.figure" and len(str(found.facts)) < 200


@given(st.integers(-LARGEST, LARGEST), st.integers(0, 9))
def test_figures_come_back(value: int, decimals: int) -> None:
    place = cell(decimals=decimals)
    text = print_figure(place, Figure(Status.VALUE, Decimal(value).scaleb(-decimals)))
    again = parse_figure(place, text)
    assert isinstance(again, Figure) and print_figure(place, again) == text
    block = Block.blank(1).changed({0: (again, place)})
    assert int(block.values[0]) == value


@given(st.lists(st.tuples(st.integers(-LARGEST, LARGEST), st.sampled_from(list(Status))), max_size=40))
def test_blocks_come_back_from_bytes(cells: list[tuple[int, Status]]) -> None:
    block = Block.blank(len(cells))
    block.values[:] = [value for value, _ in cells]
    block.status[:] = [status for _, status in cells]
    packed = block.to_bytes()
    assert len(packed) == 9 * len(cells)
    assert Block.from_bytes(packed, {}) == block


def test_all_faults_of_a_file_at_once() -> None:
    program = program_of(read_grid("| 1 | 2\nG kind=group |\n  A | 1 | 2\n"))
    data = {
        "A": {"A": {"1": "a", "9": "1", "2": 1.5}, "G": {"1": "1"}, "Z": {"1": "1"}, "Y": 5},
        "B": {"A": {"1": "1"}},
    }
    _, findings = read_figures(program.layout, data)
    assert sorted((f.code, f.where) for f in findings) == [
        ("E_NUM", "A[A;1]"),
        ("figure.column", "A[A;9]"),
        ("figure.no_cells", "A[G;1]"),
        ("figure.row", "A[Z;1]"),
        ("figure.section", "B"),
        ("figure.shape", "A[Y]"),
        ("figure.value", "A[A;2]"),
    ]


def test_figures_are_written_as_read() -> None:
    grid = read_grid("| 1 .2 | 2 text | 3 date\nA | 1.50 | Đạt | 2025-01-01\nB | x | | \nC | ... | |\n")
    program = program_of(grid)
    sheet, findings = read_figures(program.layout, {"A": grid.figures})
    assert not findings
    assert write_figures(sheet) == {"A": grid.figures}
