"""The workbook of people a province hands in: one row a person; read with limits, all faults at once."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agencies.access import GRANTED, Role
from agencies.contacts import faulty_fields, is_login, read_contact
from core.messages import LANGUAGES, sentence
from core.tabular import Columns, cell_text, read_table
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
TABLE = Columns(COLUMNS, telling=frozenset({"agency", "login"}), needed=frozenset(COLUMNS))


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
    rows, findings = read_table(data, TABLE)
    entries = []
    for number, cells in rows:
        entry, faults = _entry(number, cells)
        entries.append(entry)
        findings += faults
    return entries, [*findings, *_repeated(entries)]


def blank_workbook() -> bytes:
    """A workbook to fill in: the headings, and a second sheet with the roles there are."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.create_sheet("Tài khoản").append([names[0] for names in COLUMNS.values()])
    roles = book.create_sheet("Vai trò")
    for role in GRANTED:
        roles.append([sentence(f"role.{role}", {}, lang) for lang in LANGUAGES])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _entry(number: int, cells: Mapping[str, object]) -> tuple[Entry, list[Finding]]:
    texts = {name: cell_text(cell) for name, cell in cells.items()}
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
