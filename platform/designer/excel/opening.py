"""What kind of workbook some bytes are, and whether they may be opened at all."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Literal

from engine.findings import Finding

MAX_BYTES = 5_000_000
MAX_UNPACKED = 100_000_000
MAX_RATIO = 400
MAX_CELLS = 200_000

Kind = Literal["xlsx", "xls", "ods"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)[ >/]")


def open_workbook(data: bytes) -> tuple[Kind | None, list[Finding]]:
    """The kind by what the bytes say, never by the file's name; None with the reason where there is none."""
    if len(data) > MAX_BYTES:
        return None, [Finding("workbook.too_large", facts={"limit": MAX_BYTES // 1_000_000})]
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        return (None, [Finding("workbook.encrypted")]) if encrypted else ("xls", [])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _packed(packed)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return None, [Finding("workbook.not_one")]


def _packed(packed: zipfile.ZipFile) -> tuple[Kind | None, list[Finding]]:
    parts = packed.infolist()
    swollen = any(part.file_size > MAX_RATIO * max(part.compress_size, 1_000) for part in parts)
    if swollen or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return None, [Finding("workbook.bomb")]
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        return None, [Finding("workbook.xlsb")]
    if "content.xml" in names:
        encrypted = "META-INF/manifest.xml" in names and b"encryption-data" in packed.read(
            "META-INF/manifest.xml"
        )
        return (None, [Finding("workbook.encrypted")]) if encrypted else ("ods", [])
    if not any(name.startswith("xl/worksheets/") for name in names):
        return None, [Finding("workbook.not_one")]
    if sum(_cells(packed, name) for name in names if name.startswith("xl/worksheets/")) > MAX_CELLS:
        return None, [Finding("workbook.too_many_cells", facts={"limit": MAX_CELLS})]
    macros = any(name.endswith("vbaProject.bin") for name in names)
    return "xlsx", [Finding("workbook.macros", "warning")] if macros else []


def _cells(packed: zipfile.ZipFile, name: str) -> int:
    """How many cells and rows a sheet writes down, counted without building them."""
    return sum(len(_CELL.findall(block)) for block in _blocks(packed, name))


def _blocks(packed: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with packed.open(name) as part:
        yield from iter(lambda: part.read(1_000_000), b"")
