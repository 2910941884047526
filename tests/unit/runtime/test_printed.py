"""A signed PDF carries the printed code or it does not, however its writer spells text."""

import zlib

import pytest

from runtime.flow.printed import carries, is_encrypted, is_scan

CODE = "BM12-3-0AB9F1C2D4"
UTF16 = CODE.encode("utf-16-be")
GLYPHS = {sign: at for at, sign in enumerate(sorted(set(CODE)), start=3)}


def packed(page: bytes) -> bytes:
    return b"4 0 obj << /Filter /FlateDecode >>\nstream\n" + zlib.compress(page) + b"\nendstream\nendobj\n"


def glyphs(text: str) -> bytes:
    """Text as browsers write it: numbers of glyphs, and a table that tells their characters."""
    pairs = b"".join(b"<%04X> <%04X>\n" % (at, ord(sign)) for sign, at in GLYPHS.items())
    table = b"%d beginbfchar\n" % len(GLYPHS) + pairs + b"endbfchar"
    shown = b"<" + b"".join(b"%04X" % GLYPHS[sign] for sign in text[:5]) + b"> Tj "
    return packed(table) + packed(
        shown + b"<" + b"".join(b"%04X" % GLYPHS[sign] for sign in text[5:]) + b"> Tj"
    )


CARRYING = {
    "title": b"/Title (II.06a " + CODE.encode() + b")",
    "title in UTF-16": b"/Title (\xfe\xff" + UTF16 + b")",
    "title in UTF-16, escaped": b"/Title ("
    + b"".join(b"\\000" + bytes([each]) for each in UTF16[1::2])
    + b")",
    "title in hexadecimal": b"/Title <FEFF" + UTF16.hex().encode() + b">",
    "packed objects": packed(b"<< /Title (" + CODE.encode() + b") >>"),
    "text with kerning": packed(b"[(BM12) -20 (-3-0AB9) 3 (F1C2D4)] TJ"),
    "glyphs": glyphs(CODE),
}


@pytest.mark.parametrize("name", CARRYING)
def test_the_code_is_found(name: str) -> None:
    assert carries(b"%PDF-1.4\n" + CARRYING[name] + b"\n%%EOF", CODE)


@pytest.mark.parametrize("name", CARRYING)
def test_another_code_is_not(name: str) -> None:
    assert not carries(b"%PDF-1.4\n" + CARRYING[name] + b"\n%%EOF", "BM12-4-0AB9F1C2D4")


def test_what_is_torn_or_packed_without_end_is_not_read() -> None:
    bomb = packed(b"\0" * 40_000_000)
    assert not carries(bomb + b"stream\nnot packed\nendstream", CODE)


def test_scans_and_encrypted_files_are_known() -> None:
    picture = packed(bytes(range(256)) * 4_000)
    assert is_scan(picture) and is_scan(b"/Title (scan)") and not is_encrypted(picture)
    for text in (b"BT /F1 12 Tf [(BM) -20 (12)] TJ ET", b"BT <0003> Tj ET"):
        assert not is_scan(packed(text)) and not is_scan(picture + packed(text))
    assert is_encrypted(b"trailer << /Root 1 0 R /Encrypt 9 0 R >>")
