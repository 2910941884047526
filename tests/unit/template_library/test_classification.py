"""A mark of secrecy that stands by itself is found; words that only hold it pass."""

import unicodedata
from dataclasses import replace

import pytest

from engine.form import Form, Header, Section
from template_library.classification import find_marks, mark_in


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("MẬT", "MẬT"),
        (" TỐI MẬT ", "TỐI MẬT"),
        ("Tuyệt mật", "TUYỆT MẬT"),
        ("M Ậ T", "MẬT"),
        ("T U Y Ệ T  M Ậ T", "TUYỆT MẬT"),
        ("*** MẬT ***", "MẬT"),
        ("BÁO CÁO QUÂN SỐ (MẬT)", "MẬT"),
        ("[TỐI MẬT] Báo cáo quân số", "TỐI MẬT"),
        ("Báo cáo quân số - MẬT", "MẬT"),
        ("Độ mật: Mật", "MẬT"),
        ("Mức độ mật: tối mật", "TỐI MẬT"),
        ("UBND TỈNH\nTUYỆT MẬT", "TUYỆT MẬT"),
        ("TÀI LIỆU MẬT", "MẬT"),
        ("M\u200eẬT", "MẬT"),
        (unicodedata.normalize("NFD", "TUYỆT MẬT"), "TUYỆT MẬT"),
    ],
)
def test_marks(text: str, mark: str) -> None:
    assert mark_in(text) == mark


@pytest.mark.parametrize(
    "text",
    [
        "Mật độ dân số",
        "MẬT ĐỘ DÂN SỐ",
        "Dân số (mật độ)",
        "Sản lượng mật ong",
        "SẢN LƯỢNG MẬT ONG",
        "Mật",
        "Sản phẩm: mật; sáp",
        "SẢN PHẨM (MẬT, SÁP)",
        "Công tác bảo vệ bí mật nhà nước",
        "BÁO CÁO CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "Số tài liệu tối mật, tuyệt mật đã giải mật",
        "BÁO CÁO VỀ TÀI LIỆU MẬT",
        "Độ mật: không",
        "Mật khẩu; mật mã",
        "Đường mật, tuyệt mật thám",
        "",
    ],
)
def test_words(text: str) -> None:
    assert mark_in(text) is None


def test_the_lines_of_a_form_that_are_looked_at() -> None:
    form = Form(
        Header("A", "Dân số (MẬT)", notes="dòng một\nMẬT"),
        (Section("A", "A", "table", "TỐI MẬT"),),
        {"heading": {"issued_by": "TUYỆT MẬT"}, "recipients": ["Lưu", "MẬT"]},
    )
    assert [finding.where for finding in find_marks(form)] == [
        "name",
        "notes",
        "sections[0].title",
        "layout.heading.issued_by",
        "layout.recipients[1]",
    ]
    assert not list(find_marks(replace(form, header=Header("A", "Mật độ dân số"), sections=(), layout={})))
