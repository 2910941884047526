"""The seeds are files like any other: read without a finding, written back byte for byte."""

from pathlib import Path

import pytest

from engine.form import Form
from template_library.fileformat import read_template, write_template

SEEDS = sorted((Path(__file__).parents[3] / "template_library" / "seeds").glob("*.json"))


@pytest.fixture(params=SEEDS, ids=lambda path: str(path.stem))
def seed(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def read(path: Path) -> Form:
    form, findings = read_template(path.read_bytes())
    assert findings == []
    assert form is not None
    return form


def test_nine_forms_are_there() -> None:
    assert len(SEEDS) == 9
    assert len({read(path).header.code for path in SEEDS}) == 9


def test_export_of_an_import_is_the_same_file(seed: Path) -> None:
    written = write_template(read(seed))
    assert written.encode() == seed.read_bytes()
    again, findings = read_template(written)
    assert (again, findings) == (read(seed), [])
