"""Packages come back byte for byte, and nothing strange in them gets far."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest

from template_library import packages
from template_library.fileformat import write_template
from template_library.packages import MANIFEST, read_package, write_package
from template_library.regime_file import write_regime
from template_library.regimes import seed_regimes
from template_library.shelf import seed_files

TEMPLATES = [file.decode() for file in seed_files().values()]
REGIMES = [write_regime(regime) for regime in seed_regimes()]
PACKED = write_package(TEMPLATES, REGIMES)


def test_a_package_comes_back_byte_for_byte() -> None:
    package, findings = read_package(PACKED)
    assert package and not findings
    assert len(package.forms) == len(TEMPLATES) and len(package.regimes) == len(REGIMES)
    texts = [write_template(form) for form in package.forms.values()]
    assert write_package(texts, map(write_regime, package.regimes.values())) == PACKED
    assert write_package(reversed(TEMPLATES), reversed(REGIMES)) == PACKED


def rewritten(change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    change(files)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return made.getvalue()


def with_manifest(**keys: object) -> Callable[[dict[str, bytes]], object]:
    def change(files: dict[str, bytes]) -> None:
        files[MANIFEST] = json.dumps(json.loads(files[MANIFEST]) | keys).encode()

    return change


def first_of(files: dict[str, bytes]) -> str:
    return next(name for name in files if name.startswith("templates/"))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (with_manifest(format="bieumau-package/2"), "package.format.newer"),
        (with_manifest(format="khác"), "package.format"),
        (with_manifest(format=7), "package.format"),
        (with_manifest(files=[]), "package.hash"),
        (lambda files: files.pop(MANIFEST), "package.no_manifest"),
        (lambda files: files.update({MANIFEST: b"{"}), "package.no_manifest"),
        (lambda files: files.update({first_of(files): b"{}"}), "package.hash"),
        (lambda files: files.pop(first_of(files)), "package.hash"),
        (lambda files: files.update({"../x.json": b""}), "package.names"),
        (lambda files: files.update({"templates/a/b.json": b""}), "package.names"),
        (lambda files: files.update({"evil.exe": b""}), "package.names"),
    ],
)
def test_what_was_tampered_with_is_refused(change: Callable[[dict[str, bytes]], object], key: str) -> None:
    package, findings = read_package(rewritten(change))
    assert package is None
    assert [finding.key for finding in findings] == [key]


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", PACKED[: len(PACKED) // 2], PACKED[100:]])
def test_what_is_no_package_is_told(data: bytes) -> None:
    package, findings = read_package(data)
    assert package is None
    assert [finding.code for finding in findings] == ["package.unreadable"]


def test_bombs_are_counted_before_they_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(files: dict[str, bytes]) -> str:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, content in files.items():
                zipped.writestr(name, content)
        return read_package(made.getvalue())[1][0].key

    assert told({"templates/a.json": b"0" * 6_000_000}) == "package.limit.size"
    assert told({f"templates/{number}.json": b"" for number in range(1_001)}) == "package.limit.files"
    monkeypatch.setattr(packages, "MAX_TOTAL", 1_000)
    assert told({f"templates/{number}.json": b"0" * 600 for number in range(2)}) == "package.limit.total"


def test_a_faulty_file_is_named() -> None:
    package, findings = read_package(write_package(['{"format": "bieumau-template/9"}'], []))
    assert package is None
    assert findings[0].where.startswith("templates/")
