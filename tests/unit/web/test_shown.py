import pytest

from web.shown import figure, header_rows


@pytest.mark.parametrize(
    ("value", "kind", "vi", "en"),
    [
        ("1234.50", "decimal", "1.234,5", "1,234.5"),
        ("1200", "integer", "1.200", "1,200"),
        ("-0.5", "percent", "-0,5", "-0.5"),
        ("100.00", "money", "100", "100"),
        ("-", "integer", "-", "-"),
        ("x", "decimal", "x", "x"),
        ("...", "decimal", "...", "..."),
        ("", "integer", "", ""),
        ("2026-09-14", "date", "14/09/2026", "14/09/2026"),
        ("1234.5", "text", "1234.5", "1234.5"),
    ],
)
def test_a_figure_is_written_as_its_reader_does(value: str, kind: str, vi: str, en: str) -> None:
    assert (figure(value, kind, "vi"), figure(value, kind, "en")) == (vi, en)


def test_header_cells_span_what_stands_below_them() -> None:
    leaf = {"title": "b", "ordinal": "1", "children": []}
    group = {"title": "a", "ordinal": "", "children": [leaf, leaf]}
    rows = header_rows({"header": [group, leaf], "lead": {"names": ["STT", "Chỉ tiêu"]}})
    assert [[(cell.title, cell.columns, cell.rows) for cell in row] for row in rows] == [
        [("STT", 1, 2), ("Chỉ tiêu", 1, 2), ("a", 2, 1), ("b", 1, 2)],
        [("b", 1, 1), ("b", 1, 1)],
    ]
