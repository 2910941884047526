"""Packages: templates and regimes of one installation in a zip for another, with a manifest of hashes.

What goes in comes out byte for byte, so a package exported, imported and exported again is the same file.
A package is a stranger's file: everything about it is checked, and counted, before it is used.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.findings import Finding
from engine.form import Form
from template_library.fileformat import read_template
from template_library.jsontext import MAX_SIZE, read_json, write_json
from template_library.regime_file import Regime, read_regime

FORMAT = "bieumau-package/1"
MANIFEST = "manifest.json"
MAX_FILES = 1_000
MAX_TOTAL = 60_000_000
"""Bytes of all files together, unpacked."""
_WHEN = (1980, 1, 1, 0, 0, 0)  # a zip keeps times; equal content must be equal bytes


@dataclass(frozen=True)
class Package:
    """What is in a package: forms and regimes with the names of their files."""

    forms: Mapping[str, Form]
    regimes: Mapping[str, Regime]


def write_package(templates: Iterable[str], regimes: Iterable[str]) -> bytes:
    """The zip of these files, each as it is exchanged by itself."""
    files: dict[str, bytes] = {}
    for folder, texts in (("templates", templates), ("regimes", regimes)):
        for text in texts:
            content = text.encode()
            files[f"{folder}/{_digest(content)[:16]}.json"] = content
    hashes = {name: _digest(files[name]) for name in sorted(files)}
    manifest = write_json({"format": FORMAT, "files": hashes}).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, content in ((MANIFEST, manifest), *sorted(files.items())):
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            zipped.writestr(entry, content, compresslevel=9)
    return made.getvalue()


def read_package(data: bytes) -> tuple[Package | None, Sequence[Finding]]:
    """What is in a package; None where a finding says what is wrong with it."""
    files, findings = _unzip(data)
    if findings:
        return None, findings
    wrong = _check_manifest(files)
    if wrong:
        return None, wrong
    forms: dict[str, Form] = {}
    regimes: dict[str, Regime] = {}
    found: list[Finding] = []
    for name in sorted(files.keys() - {MANIFEST}):
        if name.startswith("templates/"):
            form, faults = read_template(files[name])
            if form:
                forms[name] = form
        else:
            regime, faults = read_regime(files[name])
            if regime:
                regimes[name] = regime
        found += [Finding("package.file", where=name, facts={"code": each.code}) for each in faults[:1]]
    return (None, found) if found else (Package(forms, regimes), [])


def _unzip(data: bytes) -> tuple[dict[str, bytes], list[Finding]]:
    """The files by name; never more bytes than allowed, whatever the directory of the zip says."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            entries = zipped.infolist()
            if len(entries) > MAX_FILES:
                return {}, [_limit("files", len(entries), MAX_FILES)]
            names = [entry.filename for entry in entries]
            if len(set(names)) < len(names) or not all(_is_known_name(name) for name in names):
                return {}, [Finding("package.names")]
            if any(entry.flag_bits & 1 for entry in entries):
                return {}, [Finding("package.encrypted")]
            files: dict[str, bytes] = {}
            total = 0
            for entry in entries:
                with zipped.open(entry) as packed:
                    content = packed.read(MAX_SIZE + 1)
                total += len(content)
                if len(content) > MAX_SIZE:
                    return {}, [_limit("size", len(content), MAX_SIZE)]
                if total > MAX_TOTAL:
                    return {}, [_limit("total", total, MAX_TOTAL)]
                files[entry.filename] = content
            return files, []
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError, ValueError):
        # RuntimeError: packed in a way that is not known here.
        return {}, [Finding("package.unreadable")]


def _is_known_name(name: str) -> bool:
    folder, slash, rest = name.partition("/")
    in_folder = folder in ("templates", "regimes") and slash and rest.endswith(".json") and "/" not in rest
    return name == MANIFEST or bool(in_folder and rest.removesuffix(".json").isalnum())


def _check_manifest(files: Mapping[str, bytes]) -> Sequence[Finding]:
    if MANIFEST not in files:
        return [Finding("package.no_manifest")]
    manifest, findings = read_json(files[MANIFEST])
    if findings or not isinstance(manifest, dict):
        return [Finding("package.no_manifest")]
    told: Any = manifest.get("format")
    if told != FORMAT:
        facts = {"value": str(told)[:100], "known": FORMAT}
        return [Finding("package.format", facts=facts, variant="newer" if _is_newer(told) else "")]
    hashes = manifest.get("files")
    there = {name: _digest(content) for name, content in files.items() if name != MANIFEST}
    if hashes != there:
        wrong = sorted(there.keys() ^ hashes.keys()) if isinstance(hashes, dict) else []
        wrong = wrong or [name for name in sorted(there) if there[name] != (hashes or {}).get(name)]
        return [Finding("package.hash", facts={"files": wrong[:5]})]
    return []


def _is_newer(told: Any) -> bool:
    name, _, number = str(told).partition("/")
    return name == FORMAT.partition("/")[0] and number.isdecimal() and len(number) < 6 and int(number) > 1


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _limit(what: str, count: int, limit: int) -> Finding:
    return Finding("package.limit", facts={"count": count, "limit": limit}, variant=what)
