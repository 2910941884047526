"""Canonical JSON: the one byte string of a value that hashes and signatures are taken over."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from engine.figures import write_figures
from engine.sheet import Sheet


def canonical_json(value: object) -> bytes:
    """UTF-8, NFC, keys sorted by code point, no spaces, numbers only as integers; floats are refused."""
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(value: object) -> str:
    """SHA-256 over the canonical JSON, hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def sheet_json(sheet: Sheet) -> bytes:
    """The canonical JSON of a report's figures."""
    return canonical_json(write_figures(sheet))


def _plain(value: object) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {unicodedata.normalize("NFC", str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical form")
