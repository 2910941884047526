"""The file of agencies people have: CSV with level, code, name and the code of the agency above.

All faults are found at once, each with its line; a list with a fault gives no entries.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from types import MappingProxyType

from engine.findings import Finding

COLUMNS = ("level", "code", "name", "parent_code")
LEVELS = {
    "nation": "trung ương",
    "province": "tỉnh",
    "district": "huyện",
    "commune": "xã",
    "department": "sở",
    "organisation": "tổ chức",
}
"""Names of the levels by code, from above; the constraint language reads the name as `đơn vị.cấp`.

Departments stand under any level of government, organisations under anything.
"""
RANK = {level: rank for rank, level in enumerate(LEVELS)}
LISTED = tuple(LEVELS)[1:]  # the nation itself is never listed
LONGEST_NAME = 300
MAX_BYTES = 50_000_000
REFORM = date(2025, 7, 1)
_CODE = re.compile(r"[A-Z0-9.]{1,35}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: an agency as the file tells it; `parent` is empty below the root."""

    line: int
    level: str
    code: str
    name: str
    parent: str


@dataclass(frozen=True)
class Shipped:
    """A list that comes with the product, and when its agencies exist."""

    file: str
    valid_from: date
    valid_to: date | None = None


SHIPPED = {
    "today": Shipped("admin_units_from_2025-07-01.csv", REFORM),
    "before": Shipped("admin_units_before_2025-07-01.csv", date(2025, 1, 1), REFORM),
    "departments": Shipped("example_departments.csv", REFORM),
}
"""The nation since the reform of 2025, the nation until then, and departments as an example.

The units of the second are those of 30 June 2025; the list cannot begin before Thành phố Huế did.
"""


def shipped_listing(name: str = "today") -> bytes:
    """One of the lists that come with the product."""
    return seed(SHIPPED[name].file)


def seed(file: str) -> bytes:
    """A file that comes with the product."""
    return (resources.files("agencies") / "seeds" / file).read_bytes()


def read_listing(data: bytes, known: Mapping[str, str]) -> tuple[list[Entry], list[Finding]]:
    """The entries of a file, parents before children; `known` gives the level of codes in use already."""
    rows, findings = read_rows(data, COLUMNS)
    if findings:
        return [], findings
    entries = [_entry(line, row) for line, row in rows]
    findings = list(_faults(entries, known))
    return sorted(entries, key=lambda entry: RANK.get(entry.level, 0)), findings


def read_rows(
    data: bytes, columns: Sequence[str], other_names: Mapping[str, str] = MappingProxyType({})
) -> tuple[list[tuple[int, Mapping[str, str | None]]], list[Finding]]:
    """The rows of a CSV file with their lines, or why there are none; `other_names` stand for columns too."""
    if len(data) > MAX_BYTES:
        return [], [Finding("agencies.too_large", facts={"limit": MAX_BYTES})]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Finding("agencies.encoding", facts={"line": str(line)})]
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    header = [other_names.get(name, name) for name in _header(reader) or ()]
    missing = [name for name in columns if name not in header]
    if missing:
        return [], [Finding("agencies.missing_column", facts={"columns": missing, "expected": columns})]
    reader.fieldnames = header
    try:
        return [(reader.line_num, row) for row in reader], []
    except csv.Error as error:
        return [], [Finding("agencies.csv", facts={"line": str(reader.reader.line_num), "error": str(error)})]


def _header(reader: "csv.DictReader[str]") -> Sequence[str] | None:
    try:
        return reader.fieldnames
    except csv.Error:
        return None


def _entry(line: int, row: Mapping[str, str | None]) -> Entry:
    level, code, name, parent = (" ".join((row[column] or "").split()) for column in COLUMNS)
    return Entry(line, level, code, unicodedata.normalize("NFC", name), parent)


def _faults(entries: Sequence[Entry], known: Mapping[str, str]) -> Iterator[Finding]:
    if not entries:
        yield Finding("agencies.empty")
    by_code: dict[str, Entry] = {}
    for entry in entries:
        yield from _own_faults(entry)
        first = by_code.setdefault(entry.code, entry)
        if first is not entry:
            facts = {"line": str(entry.line), "code": entry.code, "first": str(first.line)}
            yield Finding("agencies.duplicate_code", facts=facts)
    levels = {**known, **{entry.code: entry.level for entry in entries}}
    for entry in entries:
        yield from _parent_faults(entry, by_code, levels)


def _own_faults(entry: Entry) -> Iterator[Finding]:
    facts = {"line": str(entry.line), "code": entry.code, "level": entry.level}
    if entry.level not in LISTED:
        yield Finding("agencies.unknown_level", facts={**facts, "levels": LISTED})
    if not _CODE.fullmatch(entry.code):
        yield Finding("agencies.bad_code", facts=facts)
    if not entry.name.isprintable() or not 0 < len(entry.name) <= LONGEST_NAME:
        yield Finding("agencies.bad_name", facts={**facts, "longest": LONGEST_NAME})


def _parent_faults(
    entry: Entry, by_code: Mapping[str, Entry], levels: Mapping[str, str]
) -> Iterator[Finding]:
    if not entry.parent:
        return
    facts = {"line": str(entry.line), "code": entry.code, "parent": entry.parent}
    if entry.parent not in levels:
        yield Finding("agencies.unknown_parent", facts=facts)
    elif _in_cycle(entry, by_code):
        yield Finding("agencies.cycle", facts=facts)
    elif RANK.get(levels[entry.parent], -1) >= RANK.get(entry.level, len(RANK)):
        yield Finding("agencies.parent_level", facts=facts)


def _in_cycle(entry: Entry, by_code: Mapping[str, Entry]) -> bool:
    seen: set[str] = set()
    above: Entry | None = entry
    while above and above.code not in seen:
        seen.add(above.code)
        above = by_code.get(above.parent)
    return above is not None and above.code == entry.code
