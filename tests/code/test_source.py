"""Rules of the house that no linter knows."""

import ast
import re
from pathlib import Path

import pytest

from core import settings
from tests.code.source import ROOT, calls, modules, rooms, tree

NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "service"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_named_for_its_thing(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert path.stem.lower() not in NAMES_THAT_SAY_NOTHING
    assert path.parent.name not in NAMES_THAT_SAY_NOTHING


def test_every_room_tells_its_story() -> None:
    for folder in rooms().values():
        assert len(ast.get_docstring(tree(folder / "__init__.py")) or "") > 60, folder


def test_commit_stands_once() -> None:
    found = [path for path in modules() for name, _ in calls(path) if name == "commit"]
    assert found == [ROOT / "platform/core/db.py"]


def test_the_clock_is_read_at_the_edge_only() -> None:
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if path != ROOT / "platform/core/clock.py":
            assert not re.search(r"datetime\.(now|today|utcnow)\(|date\.today\(|\btime\.time\(", text), path
        if "web" not in path.parts and path != ROOT / "platform/core/jobs.py":
            assert not re.search(
                r"^\s*(from core|import core\.clock).*\bclock\b(?! import VIETNAM$)", text, re.MULTILINE
            ), path


def test_rooms_know_no_database_by_name() -> None:
    for path in modules():
        if path == ROOT / "platform/core/db.py" or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert "sqlalchemy.dialects" not in text, path
        assert "IntegrityError" not in text, path
        assert not re.search(r"\bdialect\b", text), path


def test_every_setting_is_documented() -> None:
    read = set(re.findall(r'environ\.get\("([A-Z_]+)"', Path(settings.__file__).read_text()))
    read |= {
        name for path in modules() for name in re.findall(r'environ\.get\("(BIEUMAU_\w+)"', path.read_text())
    }
    documented = set(re.findall(r"^## `([A-Z_]+)`$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    assert documented == read
