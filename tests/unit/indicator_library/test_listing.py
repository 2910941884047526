"""Lists of indicators as people have them."""

from importlib import resources

import pytest

from indicator_library.listing import read_indicators
from indicator_library.meaning import faults, kind_of, named
from tests.browsers import workbook

OFFICIAL = ("STT", "Mã số", "Nhóm, tên chỉ tiêu", "Phân tổ chủ yếu", "Kỳ công bố", "Mã số cấp trên")


def test_the_seven_columns_of_an_official_list() -> None:
    data = workbook(
        ("", "", "01. Đất đai, dân số", "", "", ""),
        ("1", "T0101", "Diện tích đất", "Loại đất; huyện", "Năm", "0101"),
        ("2", "T0102", "Dân số", "", "Quý, năm", ""),
        headings=OFFICIAL,
    )
    (land, people), findings = read_indicators(data)
    assert findings == []
    assert (land.code, land.group, land.meaning.rolls_up_to) == ("T0101", "01. Đất đai, dân số", "0101")
    assert land.meaning.disaggregations == ("Loại đất", "huyện")
    assert people.meaning.frequencies == ("quarter", "year")


def test_every_fault_by_its_row() -> None:
    data = workbook(
        ("1", "A 1", "Có khoảng trắng", "", "", ""),
        ("2", "A2", "x" * 301, "", "", ""),
        ("3", "A3", "Kỳ lạ", "", "thập kỷ", ""),
        ("4", "A3", "Lặp", "", "", ""),
        headings=OFFICIAL,
    )
    assert [(found.code, found.where) for found in read_indicators(data)[1]] == [
        ("indicator.code", "2"),
        ("indicator.name", "3"),
        ("indicator.words", "4"),
        ("indicator.repeated", "5"),
    ]


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("tháng (assumed)", ["month"], []),
        ("quý; 6 tháng; 9 tháng; năm (from memory)", ["quarter", "half_year", "nine_months", "year"], []),
        ("xã/tỉnh", ["commune", "province"], []),
        ("Nửa năm, tuần", ["half_year"], ["tuần"]),
        ("", [], []),
    ],
)
def test_frequencies_and_levels_by_what_people_call_them(
    text: str, known: list[str], unknown: list[str]
) -> None:
    assert named(text) == (known, unknown)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("%", ("percent", 2, "rate", "none")),
        ("người", ("integer", 0, "flow", "sum")),
        ("người/km2", ("decimal", 2, "rate", "none")),
        ("tỷ đồng", ("decimal", 2, "flow", "sum")),
    ],
)
def test_what_a_unit_tells_of_its_figures(unit: str, kind: tuple[object, ...]) -> None:
    assert kind_of(unit) == kind


def test_the_starting_set_is_whole_and_says_where_it_is_from() -> None:
    data = (resources.files("indicator_library") / "seeds" / "indicators.csv").read_bytes()
    entries, findings = read_indicators(data)
    assert findings == []
    assert len(entries) == 198
    assert all(entry.meaning.provenance and entry.meaning.source for entry in entries)
    assert not [fault for entry in entries for fault in faults(entry.code, entry.meaning)]
