"""`bieumau template publish`, `list` and `export` over a real database."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from template_library.shelf import seed_files

Call = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_file_is_published_listed_and_exported(bieumau: Call, tmp_path: Path) -> None:
    file = tmp_path / "ntm.json"
    file.write_bytes(seed_files()["NTM-11"])
    done = bieumau("template", "publish", str(file), "--effective-from", "2026-01-01", "--json")
    (version,) = json.loads(done.stdout)
    assert (version["code"], version["version"]) == ("Biểu 11 (NTM)", 1)
    assert version["effective_from"] == "2026-01-01"
    assert json.loads(bieumau("template", "list", "--json").stdout) == [version]
    exported = bieumau("template", "export", "Biểu 11 (NTM)", "--on", "2026-05-01")
    assert exported.stdout.encode() == file.read_bytes()
    early = bieumau("template", "export", "Biểu 11 (NTM)", "--on", "2025-05-01")
    assert (early.returncode, early.stdout) == (3, "")
    assert "2025-05-01" in early.stderr


def test_seeds_are_published_once(bieumau: Call) -> None:
    first, again = (bieumau("template", "publish", "--seeds", "--json").stdout for _ in range(2))
    assert json.loads(first) == json.loads(again)
    assert len(json.loads(first)) == 9


def test_what_is_faulty_is_not_published(bieumau: Call, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"format": "bieumau-template/1"}')
    done = bieumau("template", "publish", str(file))
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["code", "name", "sections"]
    assert bieumau("template", "publish").returncode == 2
    assert bieumau("template", "list").stdout == ""
