"""Lists of indicators as people have them, CSV or workbook, one row each; the seven columns of official lists
and ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.tabular import Cells, Columns, cell_text, read_table
from engine.findings import Finding
from indicator_library.meaning import LEVELS, Meaning, faults, kind_of, listed, named

COLUMNS = Columns(
    {
        "code": ("Mã số", "Mã chỉ tiêu", "Mã", "code"),
        "name": ("Nhóm, tên chỉ tiêu", "Tên chỉ tiêu", "Chỉ tiêu", "name_vi", "name"),
        "group": ("Nhóm", "group"),
        "unit": ("Đơn vị tính", "Đơn vị", "unit"),
        "disaggregation": ("Phân tổ chủ yếu", "Phân tổ", "disaggregation"),
        "frequency": ("Kỳ công bố", "Kỳ báo cáo", "frequency"),
        "responsible": ("Cơ quan chịu trách nhiệm", "responsible"),
        "rolls_up_to": ("Mã số cấp trên", "rolls_up_to"),
        "level": ("Cấp", "level"),
        "formula": ("Công thức", "formula"),
        "explanation": ("Giải thích", "explanation"),
        "legal_basis": ("Căn cứ pháp lý", "legal_basis"),
        "source": ("Nguồn", "source"),
        "provenance": ("Xuất xứ thông tin", "provenance"),
    },
    telling=frozenset({"code", "name"}),
    needed=frozenset({"code", "name"}),
    max_rows=10_000,
)


@dataclass(frozen=True)
class Entry:
    """One row: an indicator as the list tells it."""

    row: int
    code: str
    group: str
    meaning: Meaning


def read_indicators(data: bytes) -> tuple[list[Entry], list[Finding]]:
    """The indicators of a list as far as they can be read, and every fault by its row.

    A row with a name and no code is the heading of a group for the rows after it.
    """
    rows, findings = read_table(data, COLUMNS)
    entries: list[Entry] = []
    heading = ""
    for number, cells in rows:
        texts = {name: cell_text(cell) for name, cell in cells.items()}
        if not texts["code"] and texts["name"]:
            heading = texts["name"]
            continue
        entry, wrong = _entry(number, texts, cells, heading)
        entries.append(entry)
        findings += [_at(number, fault) for fault in (*wrong, *faults(entry.code, entry.meaning))]
    return entries, [*findings, *_repeated(entries)]


def _entry(number: int, texts: dict[str, str], cells: Cells, heading: str) -> tuple[Entry, list[Finding]]:
    frequencies, unknown = named(str(cells.get("frequency") or ""))
    levels, strange = named(str(cells.get("level") or ""))
    wrong = [Finding("indicator.words", facts={"code": texts["code"], "words": [*unknown, *strange]})]
    kind, decimals, nature, roll_up = kind_of(texts.get("unit", ""))
    meaning = Meaning(
        name=texts["name"],
        unit=texts.get("unit", ""),
        type=kind,
        decimals=decimals,
        nature=nature,
        roll_up=roll_up,
        formula=texts.get("formula", ""),
        explanation=texts.get("explanation", ""),
        disaggregations=listed(str(cells.get("disaggregation") or "")),
        frequencies=tuple(word for word in frequencies if word not in LEVELS),
        levels=tuple(word for word in levels if word in LEVELS),
        legal_basis=texts.get("legal_basis", ""),
        responsible=texts.get("responsible", ""),
        rolls_up_to=texts.get("rolls_up_to", ""),
        source=texts.get("source", ""),
        provenance=texts.get("provenance", ""),
    )
    entry = Entry(number, texts["code"], texts.get("group") or heading, meaning)
    return entry, wrong if unknown or strange else []


def _repeated(entries: Sequence[Entry]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for entry in entries:
        if first.setdefault(entry.code, entry.row) != entry.row:
            facts = {"code": entry.code, "row": str(entry.row), "first": str(first[entry.code])}
            yield Finding("indicator.repeated", where=str(entry.row), facts=facts)


def _at(row: int, found: Finding) -> Finding:
    return Finding(found.code, found.severity, str(row), {**found.facts, "row": str(row)})
