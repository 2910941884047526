"""What kind of workbook some bytes are, and whether they may be opened at all."""

import io
import re
import zipfile
import zlib
from typing import Literal

from core.archives import is_bomb
from engine.findings import Finding

MAX_BYTES = 5_000_000
MAX_UNPACKED = 100_000_000
MAX_RATIO = 400
MAX_CELLS = 200_000

Kind = Literal["xlsx", "xls", "ods"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([^"]{1,40})"')
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
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError):
        # RuntimeError: a part under a password, or packed in a way that is not known here.
        return None, [Finding("workbook.not_one")]


def _packed(packed: zipfile.ZipFile) -> tuple[Kind | None, list[Finding]]:
    if is_bomb(packed, most=MAX_UNPACKED, ratio=MAX_RATIO):
        return None, [Finding("workbook.bomb")]
    names = set(packed.namelist())
    if "xl/workbook.bin" in names:
        return None, [Finding("workbook.xlsb")]
    if "content.xml" in names:
        encrypted = "META-INF/manifest.xml" in names and b"encryption-data" in packed.read(
            "META-INF/manifest.xml"
        )
        return (None, [Finding("workbook.encrypted")]) if encrypted else ("ods", [])
    if not any(name.startswith("xl/worksheets/") for name in names):
        return None, [Finding("workbook.not_one")]
    for name in names:
        if name.startswith("xl/worksheets/") and _size(packed, name) > MAX_CELLS:
            return None, [Finding("workbook.too_many_cells", facts={"limit": MAX_CELLS})]
    macros = any(name.endswith("vbaProject.bin") for name in names)
    return "xlsx", [Finding("workbook.macros", "warning")] if macros else []


def _size(packed: zipfile.ZipFile, name: str) -> int:
    """How many cells and rows a sheet writes down, and its merged blocks cover; nothing is built yet."""
    size, left = 0, b""
    with packed.open(name) as part:
        while block := part.read(1_000_000):
            whole = left + block
            size += len(_CELL.findall(block)) + sum(map(_area, _MERGED.findall(whole)))
            left = whole[whole.rfind(b"<") :][-200:]
            if size > MAX_CELLS:
                break
    return size


def _area(ref: bytes) -> int:
    from openpyxl.utils import range_boundaries  # only who reads a workbook waits for it

    try:
        left, top, right, bottom = range_boundaries(ref.decode("ascii"))
    except (ValueError, TypeError):
        return MAX_CELLS + 1
    return (int(bottom or 1_048_576) - int(top or 1) + 1) * (int(right or 16_384) - int(left or 1) + 1)
