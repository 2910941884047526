"""A stranger's plug-in: a tiny distribution in a folder, found, enabled and used as ours are."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Conflict
from core.plugins import functions_of, load_plugins
from plugins.http_gateway import HttpGateway
from plugins.statistics import Statistics

MODULE = """
from core.notices import Channel, Receipt
from core.plugins import Plugin
from engine.findings import Finding
from expr.signatures import Signature


class Pigeons(Plugin):
    def notices(self):
        return [Channel("pigeons", {"vi": "Bồ câu"}, (), lambda values, secret: (), self.fly)]

    def functions(self):
        return [Signature("gấp_đôi", "double", ("number",), 1, body=lambda numbers, x: numbers.add([x, x]))]

    def self_test(self):
        yield Finding("plugin.broken", "warning", facts={"name": "pigeons", "error": "no corn"})

    def fly(self, values, secret, message):
        return Receipt("sent")


class Broken:
    def __init__(self):
        raise RuntimeError("no wings")


class Clash(Plugin):
    def functions(self):
        return [Signature("tổng", "sum", ("cells",), 1)]
"""
ENTRIES = """[bieumau.plugins]
pigeons = stranger_pigeons:Pigeons
broken = stranger_pigeons:Broken
clash = stranger_pigeons:Clash
nowhere = stranger_pigeons:Nowhere
"""


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "stranger_pigeons.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "stranger_pigeons-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger-pigeons\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("stranger_pigeons", None)


def test_ours_are_found_by_entry_point() -> None:
    ours = load_plugins(["http_gateway", "statistics"])
    assert {type(plugin) for plugin in ours.values()} == {HttpGateway, Statistics}


def test_a_stranger_is_found_and_asked_the_same_way(stranger: Path) -> None:
    loaded = load_plugins(["statistics", "pigeons"])
    assert [channel.name for channel in loaded["pigeons"].notices()] == ["pigeons"]
    functions = functions_of(loaded)
    assert functions.find("gap_doi") is functions.find("double") is not None
    assert functions.find("tang_truong") is functions.find("growth") is not None


def test_who_is_not_enabled_is_not_loaded(stranger: Path) -> None:
    assert list(load_plugins(["statistics"])) == ["statistics"]
    assert "stranger_pigeons" not in sys.modules


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("no such", "plugin.unknown"),
        ("broken", "plugin.broken"),
        ("clash", "plugin.broken"),
        ("nowhere", "plugin.broken"),
    ],
)
def test_what_does_not_start_is_told(stranger: Path, name: str, code: str) -> None:
    with pytest.raises(Conflict) as refused:
        load_plugins([name])
    assert refused.value.code == code and refused.value.facts["name"] == name


def test_the_command_tells_it_too(stranger: Path, tmp_path: Path) -> None:
    variables = {"BIEUMAU_DATA": str(tmp_path / "data"), "PYTHONPATH": str(stranger)}

    def doctor(plugins: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "web.cli", "doctor"],
            env={"PATH": "/usr/bin:/bin", "BIEUMAU_PLUGINS": plugins, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    assert "no corn" in doctor("pigeons").stdout
    refused = doctor("broken")
    assert refused.returncode == 3 and "no wings" in refused.stderr
