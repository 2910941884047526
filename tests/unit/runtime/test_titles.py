import pytest

from runtime.periods import period_of
from runtime.titles import read_title, title_in

AUGUST = {"kỳ.tháng": 8, "kỳ.năm": 2026, "đơn_vị.tên": "Xã Một"}


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Ước tháng {kỳ.tháng}", "Ước tháng 8"),
        ("Chính thức tháng {kỳ.tháng-1}", "Chính thức tháng 7"),
        ("Cùng kỳ năm {kỳ.năm-1} của {đơn_vị.tên}", "Cùng kỳ năm 2025 của Xã Một"),
        ("{kỳ.gì} và { để trống }", "{kỳ.gì} và { để trống }"),
    ],
)
def test_fields_are_filled_in(title: str, told: str) -> None:
    assert read_title(title, AUGUST) == told


def test_the_month_before_january_is_december() -> None:
    assert read_title("{kỳ.tháng-1}", {"kỳ.tháng": 1}) == "12"


def test_a_name_is_read_in_its_period() -> None:
    name = "Chỉ tiêu tháng {kỳ.tháng} năm {kỳ.năm} của {đơn_vị.tên}"
    assert title_in(name, period_of("month", 2026, 6)) == "Chỉ tiêu tháng 6 năm 2026 của {đơn_vị.tên}"
