"""Marks of secrecy: a form that bears one does not belong in this system, and is not published.

MẬT, TỐI MẬT, TUYỆT MẬT count where they stand by themselves, as a stamp does. Words that only hold them (mật
độ dân số, mật ong, bí mật nhà nước) do not.
"""

import re
import unicodedata
from collections.abc import Iterator

from engine.findings import Finding
from engine.form import Form

_MARKS = {"mật": "MẬT", "tốimật": "TỐI MẬT", "tuyệtmật": "TUYỆT MẬT"}
_PARTS = re.compile(r"[\n\r()\[\]{}<>|;:*_]+|\s[-–—]+\s|^[-–—]+|[-–—]+$")
_LABEL = re.compile(r"(?:mức độ|độ|dấu độ|dấu chỉ độ) mật|(?:đóng )?dấu|classification", re.IGNORECASE)
_LABELLED = re.compile(rf"(?:{_LABEL.pattern})[\s:–—-]+(tuyệt\s*mật|tối\s*mật|mật)\W*", re.IGNORECASE)
_WHOLE = re.compile(r"(?:tài liệu|văn bản|hồ sơ|báo cáo|biểu mẫu|biểu)\s+(?=(?:tuyệt\s+|tối\s+)?mật$)")


def find_marks(form: Form) -> Iterator[Finding]:
    """An error for each line of the title, the headings and the notes that is a mark of secrecy."""
    for where, text in _lines(form):
        mark = mark_in(text)
        if mark:
            yield Finding("template.classified", where=where, facts={"mark": mark, "text": text[:200]})


def mark_in(text: str) -> str | None:
    """The mark that stands in a text by itself, None where none does."""
    clean = "".join(sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    for line in clean.splitlines():
        if labelled := _LABELLED.fullmatch(line.strip()):
            return _MARKS["".join(labelled[1].lower().split())]
    for part in _PARTS.split(clean):
        words = part.strip(" \t.,\"'“”‘’!-–—\u00a0")
        known = _WHOLE.sub("", words.lower()) if words.isupper() else words.lower()
        mark = _MARKS.get("".join(known.split()))
        # A small “mật” is honey.
        if mark and (words.isupper() or mark != "MẬT"):
            return mark
    return None


def _lines(form: Form) -> Iterator[tuple[str, str]]:
    header, heading = form.header, form.layout.get("heading") or {}
    yield "name", header.name
    for key in ("addressee", "notes", "explanation"):
        yield key, getattr(header, key) or ""
    for index, section in enumerate(form.sections):
        yield f"sections[{index}].title", section.title
    for key in ("issued_by", "received_by"):
        yield f"layout.heading.{key}", heading.get(key) or ""
    for index, line in enumerate(form.layout.get("recipients") or ()):
        yield f"layout.recipients[{index}]", line
