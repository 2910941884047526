"""What stands around the tables: name, code, unit, legal basis, heading; signatures, recipients, notes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from designer.excel import words
from designer.excel.regions import Table, lines_above, lines_below
from expr.text import fold

LONGEST_NAME = 500

_BASIS = re.compile(
    r"(?:Thông tư liên tịch|Thông tư|Quyết định|Nghị định|Công văn|Nghị quyết|Kế hoạch|Văn bản)"
    r"\s*(?:số)?\s*:?\s*(\d{1,5}/[\w./Đ-]+)"
    r"(?:,?\s*ngày\s*(\d{1,2})[/-](\d{1,2})[/-](\d{4})|,?\s*ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4}))?",
    re.IGNORECASE,
)
_FREQUENCIES = (
    ("nine_months", re.compile(r"\b(9|chin) thang\b")),
    ("half_year", re.compile(r"\b(6|sau) thang\b")),
    ("quarter", re.compile(r"\bquy\b")),
    ("month", re.compile(r"(?<!6 )(?<!9 )\bthang\b(?! dau| cuoi)")),
    ("year", re.compile(r"\bnam\b")),
)
_BLANK_PERIODS = (
    (
        re.compile(r"tháng\s*(?:\.{2,}|…+)\s*(?:/|năm)\s*(?:20)?(?:\.{2,}|…+)", re.IGNORECASE),
        "tháng {kỳ.tháng} năm {kỳ.năm}",
    ),
    (re.compile(r"\btháng\s*(?:\.{2,}|…+)", re.IGNORECASE), "tháng {kỳ.tháng}"),
    (re.compile(r"\bnăm\s*(?:20)?(?:\.{2,}|…+)", re.IGNORECASE), "năm {kỳ.năm}"),
)
_PERIOD_LINE = re.compile(
    r"^\(?\s*(thang|quy|nam|ky|tuan|6 thang|9 thang|tu ngay|den ngay|tinh den|thoi diem|so lieu)\b"
)
_ROLES = (
    (re.compile(r"^nguoi (lap|ghi|tong hop)|^lap bieu"), "entry"),
    (re.compile(r"kiem tra|kiem soat|^ke toan|^truong phong|^phu trach"), "checker"),
    (re.compile(r""), "approver"),
)
_DEPUTY = re.compile(r"^(kt|tm|tl|tuq|q)\. ?", re.IGNORECASE)
_ASIDE = re.compile(r"^\(.*\)$")


@dataclass
class Around:
    """What was read, in the words of the file format."""

    name: str = ""
    code: str = ""
    unit: str | None = None
    frequencies: list[str] = field(default_factory=list)
    legal_basis: list[dict[str, Any]] = field(default_factory=list)
    heading: dict[str, Any] = field(default_factory=dict)
    signatures: list[dict[str, str]] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_above(table: Table, after: int) -> Around:
    """The lines between the end of what stands above and the header."""
    found, titles = Around(), []
    lines = list(lines_above(table.sheet, table, after))
    for _, _, line in lines:
        folded = fold(line)
        if (unit := words.unit_line(line)) is not None:
            found.unit = unit
        elif words.ABOUT.match(folded) or _BASIS.search(line):
            _about(found, line, folded)
        elif not words.is_heading(line, 1) and not words.DATE_LINE.search(folded):
            titles.append(line)
    _name(found, titles)
    told = " ".join(fold(line) for _, _, line in lines if _tells_period(fold(line)) or line in titles)
    found.frequencies = [name for name, pattern in _FREQUENCIES if pattern.search(told)]
    if len(found.frequencies) > 1 and "year" in found.frequencies and "ky bao cao" not in told:
        found.frequencies.remove("year")  # "tháng 6 năm 2024" is a month
    return found


def _tells_period(line: str) -> bool:
    return line.startswith("ky bao cao") or bool(_PERIOD_LINE.match(line))


def _about(found: Around, line: str, folded: str) -> None:
    code = words.FORM_CODE.match(line)
    told = code[1] if code else ""
    if code and not any(letter.isdecimal() for letter in told):  # "Biểu số: Biểu 11 (NTM)"
        told = line.partition(":")[2].strip()
    if told and not found.code and len(told) <= 40 and any(letter.isdecimal() for letter in told):
        found.code = told.strip(" .-/:")
    for basis in _BASIS.finditer(line):
        day, month, year = basis[2] or basis[5], basis[3] or basis[6], basis[4] or basis[7]
        made: dict[str, Any] = {"number": basis[1].rstrip(".,;")[:100]}
        if (
            day
            and 1 <= int(month) <= 12
            and 1
            <= int(day)
            <= 28
            + 2 * (int(month) != 2)
            + (month in ("1", "01", "3", "03", "5", "05", "7", "07", "8", "08", "10", "12"))
        ):
            made["date"] = f"{year}-{int(month):02}-{int(day):02}"
        found.legal_basis.append(made)
    for key, start in (("issued_by", r"don vi (bao cao|gui)"), ("received_by", r"don vi nhan")):
        if re.match(start, folded) and ":" in line and (told := line.split(":", 1)[1].strip(" .…")):
            found.heading[key] = told


def _name(found: Around, titles: Sequence[str]) -> None:
    """The lines of a title in capitals make the name; else the first that is no period."""
    capitals = [line for line in titles if line.upper() == line and any(letter.isalpha() for letter in line)]
    chosen = (
        capitals
        or [line for line in titles if not _PERIOD_LINE.match(fold(line)) and not _ASIDE.match(line)][:1]
    )
    period = next((line for line in titles if line not in chosen and _PERIOD_LINE.match(fold(line))), "")
    name = " ".join(chosen) or period
    for blank, period_field in _BLANK_PERIODS:
        name = blank.sub(partial(_like, period_field), name)
    found.name = name[:LONGEST_NAME]


def _like(after: str, found: re.Match[str]) -> str:
    """In capitals where what it replaces was; the names of fields stay."""
    capitals = found[0].upper() == found[0]
    return re.sub(r"(?<![{.\w])\w+", lambda word: word[0].upper(), after) if capitals else after


def read_below(table: Table, until: int, found: Around) -> None:
    """The lines under the last table: who signs, who receives, notes."""
    receiving = None
    lines = list(lines_below(table.sheet, table, until))
    for _, column, line in lines:
        folded = fold(line)
        if folded.startswith("noi nhan"):
            receiving = column
            found.recipients += [part for part in [line.partition(":")[2].strip(" -;.")] if part]
        elif receiving == column and line.lstrip().startswith(("-", "+", "•", "–")):
            found.recipients.append(line.strip(" -;.+•–"))
        elif words.DATE_LINE.search(folded) or _ASIDE.match(line):
            continue
        elif words.SIGNATURE.match(folded) and len(line) <= 60:
            _sign(found, line)
        elif words.NOTE.match(folded) or found.notes:
            found.notes.append(line)


def _sign(found: Around, line: str) -> None:
    title = _DEPUTY.sub("", line).strip() or line
    if words.is_heading(title, 1):  # in whose name it is signed
        return
    known = {fold(place["title"]) for place in found.signatures}
    if fold(title) in known:
        return
    role = next(role for pattern, role in _ROLES if pattern.search(fold(title)))
    found.signatures.append({"title": title, "role": role})
