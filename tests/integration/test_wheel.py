"""The wheel, in an empty folder, far from the source, does what the source does."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `pip wheel .` makes it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    return next(folder.glob("bieumau-*.whl"))


@pytest.fixture(scope="module")
def bieumau(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an environment that has the wheel, and our dependencies but not our source."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin/bieumau"


def call(bieumau: Path, folder: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "BIEUMAU_LANG": "vi"}
    done = subprocess.run(
        [bieumau, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_no_more_than_the_product(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if name.startswith(("tests/", "docs/", "platform/", "web/client/"))]
    assert {"web/static/dist/manifest.json", "web/templates/base.html"} <= set(names)


def test_it_works_from_an_empty_folder(bieumau: Path, tmp_path: Path) -> None:
    seeds = subprocess.run(
        [bieumau.with_name("python"), "-c", "import template_library; print(template_library.__path__[0])"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert not seeds.startswith(str(ROOT))
    seed = next((Path(seeds) / "seeds").glob("*.json"))
    call(bieumau, tmp_path, "template", "check", str(seed))
    assert "cấu trúc mới nhất" in call(bieumau, tmp_path, "db", "upgrade")
    assert call(bieumau, tmp_path, "job", "list", "--json").strip() == "[]"
    call(bieumau, tmp_path, "worker", "--burst")
    assert (tmp_path / "var/bieumau.sqlite").exists()
