"""The workbook of people a province hands in: one row a person; read with limits, all faults at once."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook

from agencies.access import GRANTED, Role
from agencies.contacts import faulty_fields, is_login, one_line, read_contact
from core.messages import LANGUAGES, sentence
from engine.findings import Finding
from expr.text import fold

COLUMNS = {
    "agency": ("Mã cơ quan", "Mã đơn vị", "agency"),
    "login": ("Tên đăng nhập", "Tài khoản", "login"),
    "name": ("Họ tên", "Họ và tên", "name"),
    "roles": ("Vai trò", "Quyền", "roles"),
    "telephone": ("Điện thoại", "Số điện thoại", "telephone"),
    "email": ("Thư điện tử", "Email", "E-mail"),
}
"""The fields of a person with the headings they may stand under, the first one ours."""
MAX_BYTES = 5_000_000
MAX_UNPACKED = 60_000_000
MAX_RATIO = 200
MAX_ROWS = 20_000
HEADING_WITHIN = 10  # titles may stand above the headings
WIDEST = 30  # columns


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a person as the workbook tells it; `agency` is a code."""

    row: int
    agency: str
    login: str
    name: str
    roles: tuple[Role, ...]
    telephone: str
    email: str


def read_people(data: bytes) -> tuple[list[Entry], list[Finding]]:
    """The people of the first sheet as far as they can be read, and every fault."""
    findings = list(_file_faults(data))
    if findings:
        return [], findings
    try:
        rows = _rows(data)
    except Exception:  # the library raises whatever a broken part makes it stumble over
        return [], [Finding("people.not_xlsx")]
    found = next(
        ((place, at) for place, row in enumerate(rows[:HEADING_WITHIN]) if (at := _heading(row))), None
    )
    if found is None:
        return [], [Finding("people.no_heading", facts={"columns": [names[0] for names in COLUMNS.values()]})]
    heading, at = found
    if missing := [names[0] for name, names in COLUMNS.items() if name not in at]:
        return [], [Finding("people.missing_column", facts={"columns": missing})]
    if len(rows) - heading - 1 > MAX_ROWS:
        return [], [Finding("people.too_many_rows", facts={"limit": MAX_ROWS})]
    entries = []
    for number, row in enumerate(rows[heading + 1 :], heading + 2):
        cells = {name: row[place] if place < len(row) else None for name, place in at.items()}
        if any(cell not in (None, "") for cell in cells.values()):
            entry, faults = _entry(number, cells)
            entries.append(entry)
            findings += faults
    findings += _repeated(entries)
    if not entries:
        findings.append(Finding("people.empty"))
    return entries, findings


def blank_workbook() -> bytes:
    """A workbook to fill in: the headings, and a second sheet with the roles there are."""
    book = Workbook(write_only=True)
    book.create_sheet("Tài khoản").append([names[0] for names in COLUMNS.values()])
    roles = book.create_sheet("Vai trò")
    for role in GRANTED:
        roles.append([sentence(f"role.{role}", {}, lang) for lang in LANGUAGES])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _file_faults(data: bytes) -> Iterator[Finding]:
    """What may not even be unpacked."""
    if len(data) > MAX_BYTES:
        yield Finding("people.too_large", facts={"limit": MAX_BYTES // 1_000_000})
        return
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        yield Finding("people.not_xlsx")
        return
    swollen = any(part.file_size > MAX_RATIO * max(part.compress_size, 1_000) for part in parts)
    if swollen or sum(part.file_size for part in parts) > MAX_UNPACKED:
        yield Finding("people.bomb")


def _rows(data: bytes) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size need not be true
    most = MAX_ROWS + HEADING_WITHIN + 1
    return list(islice(sheet.iter_rows(max_row=most, max_col=WIDEST, values_only=True), most))


def _heading(row: Sequence[object]) -> Mapping[str, int]:
    """Where each field stands, if this row holds headings: a login's and an agency's at least."""
    known = {fold(heading): name for name, headings in COLUMNS.items() for heading in headings}
    at: dict[str, int] = {}
    for place, cell in enumerate(row):
        if (name := known.get(fold(_text(cell)))) is not None:
            at.setdefault(name, place)
    return at if {"agency", "login"} <= set(at) else {}


def _entry(number: int, cells: Mapping[str, object]) -> tuple[Entry, list[Finding]]:
    texts = {name: _text(cell) for name, cell in cells.items()}
    roles, unknown = _roles(str(cells["roles"] or ""))
    contact = read_contact(texts["name"], texts["telephone"], texts["email"])
    telephone = contact.telephone
    if not isinstance(cells["telephone"], str) and telephone and not telephone.startswith("0"):
        telephone = f"0{telephone}"  # a spreadsheet takes it for a number and drops the first digit
        contact = replace(contact, telephone=telephone)
    login = texts["login"].lower()
    entry = Entry(number, texts["agency"], login, contact.name, roles, telephone, contact.email)
    faulty = {name: f"people.row.{name}" for name in faulty_fields(contact)}
    faulty |= {} if entry.agency else {"agency": "people.row.no_agency"}
    faulty |= {} if is_login(login) else {"login": "people.row.login"}
    faulty |= {"roles": "people.row.role"} if unknown else {}
    values = texts | {"roles": unknown}
    return entry, [fault(faulty[name], number, name, values[name]) for name in COLUMNS if name in faulty]


def fault(code: str, row: int, column: str, value: object) -> Finding:
    """A finding about one cell of the workbook."""
    facts = {"row": str(row), "column": COLUMNS[column][0], "value": value}
    return Finding(code, where=f"{facts['column']}, {row}", facts=facts)


def _roles(text: str) -> tuple[tuple[Role, ...], list[str]]:
    """Roles by code or by name in any of our languages, and what is neither."""
    known = {fold(sentence(f"role.{role}", {}, lang)): role for role in GRANTED for lang in LANGUAGES}
    known |= {role.value: role for role in GRANTED}
    names = [name for part in re.split(r"[,;\n]", text) if (name := " ".join(part.split()))]
    found = {known[fold(name)] for name in names if fold(name) in known}
    return tuple(role for role in GRANTED if role in found), [
        name for name in names if fold(name) not in known
    ]


def _repeated(entries: Sequence[Entry]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for entry in entries:
        if first.setdefault(entry.login, entry.row) != entry.row:
            yield fault("people.row.repeated", entry.row, "login", entry.login)


def _text(cell: object) -> str:
    """A cell as one line; numbers without the .0 that spreadsheets add."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return one_line(str(cell if cell is not None else ""))
