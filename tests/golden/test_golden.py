"""Files of every format ever released are read, and written back byte for byte in the present one."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.findings import Finding
from template_library.fileformat import read_template, write_template
from template_library.packages import Package, read_package, write_package
from template_library.regime_file import read_regime, write_regime

HERE = Path(__file__).parent


def write_again(package: Package) -> bytes:
    """The package that holds the same."""
    forms = [write_template(form) for form in package.forms.values()]
    return write_package(forms, [write_regime(regime) for regime in package.regimes.values()])


Reader = Callable[[bytes], tuple[Any, Sequence[Finding]]]
FORMATS: dict[str, tuple[Reader, Callable[[Any], str | bytes]]] = {
    "bieumau-template": (read_template, write_template),
    "bieumau-regime": (read_regime, write_regime),
    "bieumau-package": (read_package, write_again),
}
FILES = sorted(path for path in HERE.glob("*/*") if path.suffix in (".json", ".zip"))
PRESENT = {"bieumau-template-1", "bieumau-regime-1", "bieumau-package-1"}


def test_there_are_files_of_every_format() -> None:
    assert {path.parent.name for path in FILES} >= PRESENT


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_reopens(path: Path) -> None:
    kind, _, _version = path.parent.name.rpartition("-")
    read, write = FORMATS[kind]
    data = path.read_bytes()
    value, findings = read(data)
    assert value is not None, findings
    again = write(value)
    if path.parent.name in PRESENT:
        assert (again.encode() if isinstance(again, str) else again) == data
    else:  # an older one is read into the present format
        assert read(again.encode() if isinstance(again, str) else again)[0] == value
