"""The house: every room is packaged, under a name that is ours alone, and `platform` stays a mere folder."""

import fnmatch
import sys
from configparser import ConfigParser
from importlib.metadata import packages_distributions

import pytest

from tests.code.source import ROOT, packages, rooms

SETUP = ConfigParser()
SETUP.read(ROOT / "setup.cfg")


def test_platform_is_no_package() -> None:
    """With an __init__.py it would hide the standard library's `platform`, and nothing would start."""
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_every_room_is_packaged() -> None:
    assert SETUP["options"]["packages"].split() == sorted(packages())


def test_every_room_is_in_the_layers() -> None:
    assert SETUP["importlinter"]["root_packages"].split() == sorted(rooms())
    layers = SETUP["importlinter:contract:layers"]["layers"].replace("|", " ").split()
    assert sorted(layers) == sorted(rooms())


@pytest.mark.parametrize("room", rooms())
def test_no_room_takes_the_name_of_another(room: str) -> None:
    assert room not in sys.stdlib_module_names
    assert set(packages_distributions().get(room, ["bieumau"])) == {"bieumau"}


def test_every_data_file_is_packaged() -> None:
    for room, folder in rooms().items():
        patterns = SETUP["options.package_data"].get(room, "").split()
        for path in folder.rglob("*"):
            inside = str(path.relative_to(folder))
            built_from = inside.startswith("client/")  # the wheel holds what is built from it
            if path.is_file() and path.suffix != ".py" and "__pycache__" not in inside and not built_from:
                assert any(fnmatch.fnmatch(inside, pattern) for pattern in patterns), path


def test_every_requirement_is_used_and_pinned() -> None:
    pinned = {line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    asked = SETUP["options"]["install_requires"].split() + SETUP["options.extras_require"]["tests"].split()
    assert {name.partition("[")[0].lower() for name in asked} <= pinned
