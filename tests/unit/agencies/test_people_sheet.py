"""A workbook of people: as people write it, and as those write it who mean harm."""

import io
import zipfile
from dataclasses import replace

import pytest

from agencies import people_sheet
from agencies.access import Role
from agencies.people_sheet import blank_workbook, read_people
from core import tabular
from tests.browsers import workbook

GOOD = ("11560", "cb.mot", "Cán bộ Một", "Nhập liệu", "0225 123 456", "mot@hp.gov.vn")


def codes(data: bytes) -> list[tuple[str, object, object]]:
    return [(f.code, f.facts.get("row"), f.facts.get("column")) for f in read_people(data)[1]]


def test_a_person() -> None:
    (entry,), findings = read_people(workbook(GOOD))
    assert findings == []
    assert (entry.row, entry.agency, entry.login, entry.name) == (2, "11560", "cb.mot", "Cán bộ Một")
    assert (entry.roles, entry.telephone, entry.email) == ((Role.ENTRY,), "0225123456", "mot@hp.gov.vn")


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("nhap lieu; PHÊ DUYỆT", (Role.ENTRY, Role.APPROVER)),
        ("approver, entry\nentry", (Role.ENTRY, Role.APPROVER)),
        ("Data entry", (Role.ENTRY,)),
        ("unit_admin", (Role.UNIT_ADMIN,)),
        ("", ()),
    ],
)
def test_roles_in_any_spelling(text: str, roles: tuple[Role, ...]) -> None:
    (entry,), findings = read_people(workbook((*GOOD[:3], text, *GOOD[4:])))
    assert (findings, entry.roles) == ([], roles)


def test_what_a_spreadsheet_makes_of_codes_and_telephones() -> None:
    (entry,), _ = read_people(workbook((31.0, "A.B", " Cán  bộ ", "", 912345678.0, None)))
    assert (entry.agency, entry.login, entry.name, entry.telephone) == ("31", "a.b", "Cán bộ", "0912345678")


def test_titles_above_and_columns_between() -> None:
    headings = ("STT", "Tài khoản", "Họ và tên", "Mã đơn vị", "Email", "Quyền", "Số điện thoại", "Ghi chú")
    rows = [("1", "cb.mot", "Cán bộ", "31", "", "Nhập liệu", "", ""), (None,) * 8]
    data = workbook(("", "DANH SÁCH TÀI KHOẢN"), headings, *rows, headings=("UBND",))
    (entry,), findings = read_people(data)
    assert (findings, entry.row, entry.agency) == ([], 4, "31")


def test_every_fault_with_row_and_column() -> None:
    bad = ("", "Á", "", "Trùm, nhập liệu", "gọi tôi", "không")
    assert codes(workbook(GOOD, bad, GOOD)) == [
        ("people.row.no_agency", "3", "Mã cơ quan"),
        ("people.row.login", "3", "Tên đăng nhập"),
        ("people.row.name", "3", "Họ tên"),
        ("people.row.role", "3", "Vai trò"),
        ("people.row.telephone", "3", "Điện thoại"),
        ("people.row.email", "3", "Thư điện tử"),
        ("people.row.repeated", "4", "Tên đăng nhập"),
    ]


def packed(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return kept.getvalue()


def swapped(part: str, content: bytes) -> bytes:
    """A good workbook with one part of it exchanged."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(GOOD))) as good, zipfile.ZipFile(kept, "w") as file:
        for name in good.namelist():
            file.writestr(name, content if name == part else good.read(name))
    return kept.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "table.no_heading"),
        (b"login,name\n", "table.no_heading"),
        (b"PK\x03\x04 broken", "table.unreadable"),
        (workbook(GOOD)[:-200], "table.unreadable"),
        (packed(a=b"x"), "table.unreadable"),
        (packed(a=bytes(5_000_000)), "table.bomb"),
        (bytes(tabular.MAX_BYTES + 1), "table.too_large"),
        (swapped("xl/worksheets/sheet1.xml", LAUGHS), "table.unreadable"),
        (swapped("xl/worksheets/sheet1.xml", OUTSIDE), "table.unreadable"),
        (swapped("xl/workbook.xml", b"<workbook/>"), "table.unreadable"),
        (workbook(), "table.empty"),
        (blank_workbook(), "table.empty"),
        (workbook(headings=("A", "B")), "table.no_heading"),
        (workbook(headings=("Mã cơ quan", "Tên đăng nhập")), "table.missing_column"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_unusable_files(data: bytes, code: str) -> None:
    assert [found for found, _, _ in codes(data)] == [code]


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_sheet, "TABLE", replace(people_sheet.TABLE, max_rows=2))
    assert codes(workbook(GOOD, GOOD, GOOD))[0][0] == "table.too_many_rows"
