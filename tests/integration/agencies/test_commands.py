"""The commands of the agency tree, as a person calls them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.slices import sliced

Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize("database", sliced(["sqlite"], ["sqlite", "postgresql"]), indirect=True)
def test_a_province_through_the_reform(bieumau: Call, tmp_path: Path) -> None:
    assert "115 cơ quan mới" in bieumau("agencies", "import", "--province", "31").stdout
    before = bieumau("agencies", "import", "--shipped", "before", "--province", "31", "--json")
    counts = json.loads(before.stdout)
    assert (counts["added"], counts["unchanged"]) == (183, 0)
    assert counts["continued"] == 0  # nothing of Hải Phòng went on whole and alone
    bieumau("agencies", "import", "--province", "04")
    assert (
        "cơ quan đã biết" in bieumau("agencies", "import", "--shipped", "before", "--province", "04").stdout
    )
    assert json.loads(bieumau("agencies", "succession", "--json").stdout)["skipped"] > 0
    assert bieumau("agencies", "import", "--shipped", "departments").returncode == 0

    done = bieumau("agencies", "set", "31", "dân số", "4664124", "--since", "2025-07-01")
    assert (done.returncode, done.stderr) == (0, "")
    bieumau("agencies", "set", "31", "điện thoại trực", "0225 3842 000", "--since", "2025-07-01")
    shown = json.loads(bieumau("agencies", "show", "31", "--on", "2026-09-14", "--json").stdout)
    assert shown["attributes"] == {
        "dân_số": "4664124",
        "cấp": "tỉnh",
        "mã": "31",
        "tên": "Thành phố Hải Phòng",
    }
    assert shown["telephone"] == "0225 3842 000"
    assert [each["name"] for each in shown["predecessors"]] == ["Thành phố Hải Phòng"]
    assert len(shown["below"]) == 114 + 13
    told = bieumau("agencies", "show", "318", "--on", "2025-06-30", "--lang", "en").stdout
    assert "Went as a whole into Đặc khu Bạch Long Vĩ (11948), on 2025-07-01" in told

    assert (
        bieumau("agencies", "rename", "31.TTR", "Thanh tra thành phố", "--on", "2026-09-20").returncode == 0
    )
    assert "Thanh tra thành phố" in bieumau("agencies", "find", "31.TTR", "--on", "2026-09-20").stdout
    assert bieumau("agencies", "move", "31.TTR", "10507", "--on", "2026-09-20").returncode == 0
    listed = tmp_path / "attributes.csv"
    listed.write_text("code,name,value\n31,vùng,đồng bằng\n", encoding="utf-8")
    assert "Đã đặt 1" in bieumau("agencies", "attributes", str(listed)).stdout
    assert bieumau("agencies", "import", str(listed), "--shipped", "today").returncode == 2
    assert bieumau("agencies", "close", "31.TTR", "--on", "2026-10-01").returncode == 0
    assert bieumau("agencies", "show", "31.TTR", "--on", "2026-10-01").returncode == 3
    assert bieumau("agencies", "close", "31", "--on", "2026-10-01").returncode == 3
    assert bieumau("agencies", "set", "31", "mã", "1").returncode == 2

    file = tmp_path / "lines.csv"
    file.write_text("predecessor_code,successor_code\n99,98\n", encoding="utf-8")
    done = bieumau("agencies", "succession", str(file))
    assert done.returncode == 2
    assert "Dòng 2: ngày 2025-06-30 không có cơ quan mã “99”." in done.stderr
