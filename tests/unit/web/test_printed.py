from template_library.fileformat import read_template
from template_library.shelf import seed_files
from web.shelves.printed import Table, tables


def table_of(name: str) -> Table:
    form, _ = read_template(seed_files()[name])
    assert form
    return tables(form)[0]


def test_header_cells_cover_the_whole_width_on_every_line() -> None:
    for name in seed_files():
        form, _ = read_template(seed_files()[name])
        assert form
        for table in tables(form):
            width = len(table.numbers) - (3 if table.unit else 2)
            covered = [0] * len(table.header)
            for level, cells in enumerate(table.header):
                for cell in cells:
                    for below in range(level, level + cell.lines):
                        covered[below] += cell.columns
            assert covered == [width] * len(table.header), name
            assert all(len(line.places) in (0, width) for line in table.lines), name


def test_the_number_line_goes_on_before_the_first_column() -> None:
    assert list(table_of("II.06a-VPCP-KSTT").numbers) == [str(n) for n in range(1, 14)]


def test_rows_below_a_heading_are_indented() -> None:
    lines = table_of("II.06a-VPCP-KSTT").lines
    assert [(line.ordinal, line.depth, line.kind) for line in lines[:2]] == [
        ("I", 0, "open"),
        ("1", 1, "data"),
    ]
    assert lines[0].places == []
