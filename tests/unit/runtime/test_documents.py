"""What a document is, by what is in it; names that every disk takes."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from runtime.filling.documents import kind_of, proper_name

PDF = b"%PDF-1.7\nx\n%%EOF\n"


def archive(*names: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (PDF[:-6], ""),
        (b"GIF89a" + PDF, "gif"),
        (archive("[Content_Types].xml", "word/document.xml"), "docx"),
        (archive("word/document.xml", "docProps/core.xml", "[Content_Types].xml"), "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), ""),
        (archive("[Content_Types].xml"), ""),
        (archive("readme.txt"), "zip"),
        (archive("word/document.xml")[:50], ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "png"),
        (b"MZ\x90\x00" + bytes(60), "exe"),
        (b"<html>", ""),
        (b"", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_kinds(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("báo cáo.pdf", "báo cáo.pdf"),
        ("BÁO CÁO.PDF", "BÁO CÁO.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        (r"C:\Users\x\a.pdf", "a.pdf"),
        ('a"b<c>\r\n\u202e.pdf', "abc.pdf"),
        ("a.docx", "a.docx.pdf"),
        ("", "van-ban.pdf"),
        (".pdf", "pdf.pdf"),
        ("a" * 500 + ".pdf", "a" * 120 + ".pdf"),
    ],
)
def test_names(given: str, name: str) -> None:
    assert proper_name(given, "pdf") == name
