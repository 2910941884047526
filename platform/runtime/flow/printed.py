"""Whether a document carries the code that was printed on a report.

Only what a browser or an office program writes by itself is read: the document's title, and the text of its
pages where it stands as characters or through a table of characters (ToUnicode). Of scanned pages and
encrypted documents it can only be told that they are such.
"""

import re
import zlib
from collections.abc import Iterator, Mapping

MOST_UNPACKED = 20_000_000
"""Bytes unpacked of one document; what lies behind is not read."""
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_STRING = re.compile(rb"\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f\s]+)>", re.DOTALL)
_PAIRS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SHOWN = re.compile(rb"\bBT\s.{0,5000}?[)>\]]\s*T[jJ]\b", re.DOTALL)
Characters = Mapping[int, str]


def carries(content: bytes, code: str) -> bool:
    """Whether `code` (capitals, digits, hyphens) stands in a PDF's title or text."""
    parts = [content, *_unpacked(content)]
    if any(_spells(part, code) for part in parts):
        return True
    tables = [table for part in parts if (table := _characters(part))]
    return any(code in text for part in parts[1:] for text in _texts(part, tables))


def is_encrypted(content: bytes) -> bool:
    """Whether a PDF opens with a password, or restricts who may read it."""
    return b"/Encrypt" in content


def is_scan(content: bytes) -> bool:
    """Whether no page of a PDF shows text: pictures of paper."""
    return not any(_SHOWN.search(part) for part in (content, *_unpacked(content)))


def _spells(part: bytes, code: str) -> bool:
    """Whether the code stands there as plain characters or as UTF-16, in a string or in hexadecimal."""
    signs = code.encode()
    plain = part.replace(b"\\000", b"").replace(b"\0", b"")
    coded = (b"".join(form % sign for sign in signs) for form in (b"%02X", b"00%02X"))
    return signs in plain or any(each in part.upper() for each in coded)


def _unpacked(content: bytes) -> Iterator[bytes]:
    left = MOST_UNPACKED
    for found in _STREAM.finditer(content):
        try:
            part = zlib.decompressobj().decompress(found[1], left)
        except zlib.error:  # a picture, or packed another way
            continue
        left -= len(part)
        yield part
        if left <= 0:
            return


def _characters(part: bytes) -> Characters:
    """Which character each glyph stands for, where this is such a table."""
    found: dict[int, str] = {}
    for block in _PAIRS.findall(part):
        signs = _HEX.findall(block)
        found |= {int(glyph, 16): _text(sign) for glyph, sign in zip(signs[::2], signs[1::2], strict=False)}
    for block in _RANGES.findall(part):
        for first, last, sign in _RANGE.findall(block):
            start, base = int(first, 16), int(sign, 16)
            for step in range(min(int(last, 16) - start + 1, 0x10000)):
                found[start + step] = chr(base + step) if base + step < 0x110000 else ""
    return found


def _text(sign: bytes) -> str:
    return bytes.fromhex(sign.decode().rjust(4, "0")).decode("utf-16-be", "ignore")


def _texts(part: bytes, tables: list[Characters]) -> Iterator[str]:
    """All strings of a page one after another: as they stand, and by each table of characters."""
    strings = [found.groups() for found in _STRING.finditer(part)]
    yield b"".join(plain for plain, _ in strings if plain).decode("latin-1")
    glyphs = [int(quad, 16) for _, coded in strings if coded for quad in _quads(coded)]
    for table in tables:
        yield "".join(table.get(glyph, "") for glyph in glyphs)


def _quads(coded: bytes) -> Iterator[str]:
    plain = b"".join(coded.split()).decode()
    yield from (plain[at : at + 4] for at in range(0, len(plain) - 3, 4))
