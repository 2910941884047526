"""What a document is, by what is in it: names and declared types are not believed."""

import hashlib
import unicodedata
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

import filetype

from core.errors import Invalid
from engine.findings import Finding

LARGEST = 15_000_000  # bytes
LONGEST_NAME = 120
MOST_ENTRIES = 5_000
_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_SAME = {"jpeg": "jpg"}


def digest_of(content: bytes) -> str:
    """The name under which a document is kept."""
    return hashlib.sha256(content).hexdigest()


def kind_of(content: bytes) -> str:
    """`docx`, `pdf`, …; "" for what is not known, torn, or carries programs (macros) inside."""
    guessed = filetype.guess(content)
    kind = str(guessed.extension) if guessed else ""
    if content.startswith(b"PK"):
        return _kind_of_archive(content, kind)
    if kind == "pdf" and b"%%EOF" not in content[-2_048:]:
        return ""
    return kind


def demand_kind(content: bytes, name: str, allowed: tuple[str, ...]) -> str:
    """The kind of a document that may be sent; Invalid where it is empty, too large, or of another kind."""
    facts: dict[str, object] = {"name": name, "allowed": list(allowed)}
    if not content:
        raise Invalid([Finding("attachment.empty", facts=facts)])
    if len(content) > LARGEST:
        raise Invalid([Finding("attachment.large", facts=facts | {"limit": LARGEST // 1_000_000})])
    kind = kind_of(content)
    if kind not in {_SAME.get(each, each) for each in allowed}:
        raise Invalid([Finding("attachment.kind", facts=facts)])
    return kind


def proper_name(name: str, kind: str) -> str:
    """A file name without folders and signs that disks refuse, ending as its kind does."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"/|?*').strip(". ")
    stem, _, ending = plain.rpartition(".")
    stem = stem if stem and ending.lower() in (kind, *(a for a, b in _SAME.items() if b == kind)) else plain
    return f"{stem[:LONGEST_NAME] or 'van-ban'}.{kind}"


def _kind_of_archive(content: bytes, guessed: str) -> str:
    """Office documents are archives; their kind is that of the folder inside, whatever comes first."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError):  # RuntimeError: a later kind of zip
        return ""
    if len(names) > MOST_ENTRIES or any("vbaproject" in name.lower() for name in names):
        return ""
    if "[Content_Types].xml" in names:
        return next((kind for start, kind in _OFFICE.items() if any(n.startswith(start) for n in names)), "")
    return guessed
