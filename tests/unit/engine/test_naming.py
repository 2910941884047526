"""The names of a form as rules see them."""

from tests.grids import program_of, read_grid


def test_an_open_heading_has_no_cells_but_its_rows_do() -> None:
    names = program_of(read_grid("| 1\nA kind=open\n")).directory.form.section["A"]
    heading, added = names.rows
    (column,) = names.columns
    assert names.cell(heading, column) is None
    assert names.cell(added, column) is not None
