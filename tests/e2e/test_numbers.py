"""How the sheet reads what people type, in three styles; nothing with two readings is guessed."""

import subprocess

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import ROOT

SOURCE = ROOT / "platform/web/client/fill/numbers.ts"
BOTH = "ambiguous"
TABLE = [
    # text, type, decimals: value, "ambiguous" or why not
    ("1234", "integer", 0, "1234"),
    ("1.234", "integer", 0, "1234"),
    ("1,234", "integer", 0, "1234"),
    ("1.234.567", "integer", 0, "1234567"),
    ("1 234", "integer", 0, "1234"),
    ("1.234,5", "decimal", 2, "1234.5"),
    ("1,234.5", "decimal", 2, "1234.5"),
    ("1234.5", "decimal", 2, "1234.5"),
    ("1234,50", "decimal", 2, "1234.5"),
    ("1.234", "decimal", 3, BOTH),
    ("1.234", "decimal", 2, BOTH),
    ("1,234", "decimal", 2, BOTH),
    ("0,5", "percent", 2, "0.5"),
    ("12,5%", "percent", 2, "12.5"),
    ("-0,25", "decimal", 2, "-0.25"),
    ("−3", "integer", 0, "-3"),
    ("007", "integer", 0, "7"),
    ("-0", "integer", 0, "0"),
    ("-", "integer", 0, "-"),
    ("–", "integer", 0, "-"),
    ("X", "decimal", 2, "x"),
    ("…", "decimal", 2, "..."),
    ("...", "decimal", 2, "..."),
    ("", "integer", 0, ""),
    ("1,5", "integer", 0, "wrong_whole"),
    ("1,555", "decimal", 0, "1555"),
    ("12,345", "decimal", 1, BOTH),
    ("1,2345", "decimal", 2, "wrong_decimals"),
    ("mười", "integer", 0, "wrong_number"),
    ("1e5", "integer", 0, "wrong_number"),
    ("1.2.3", "decimal", 2, "wrong_number"),
    ("12.34.567", "integer", 0, "wrong_number"),
    ("1,23,4", "decimal", 2, "wrong_number"),
    ("9" * 19, "integer", 0, "wrong_large"),
    ("14/9/2026", "date", 0, "2026-09-14"),
    ("2026-09-14", "date", 0, "2026-09-14"),
    ("31/2/2026", "date", 0, "wrong_date"),
]


@pytest.fixture(scope="module")
def sheet(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A blank page that knows the module."""
    made = tmp_path_factory.mktemp("numbers") / "numbers.js"
    esbuild = next((ROOT / "node_modules/@esbuild").glob("*/bin/esbuild"))
    subprocess.run(
        [esbuild, SOURCE, "--bundle", "--format=iife", "--global-name=numbers", f"--outfile={made}"],
        check=True,
    )
    page = chromium.new_page()
    page.add_script_tag(path=made)
    return page


@pytest.mark.parametrize(("text", "kind", "decimals", "told"), TABLE)
def test_reading(sheet: Page, text: str, kind: str, decimals: int, told: str) -> None:
    cell = {"type": kind, "decimals": decimals, "state": "open", "choices": None}
    reading = sheet.evaluate("([text, cell]) => numbers.read(text, cell)", [text, cell])
    found = {"value": "value", "wrong": "why"}.get(reading["is"])
    assert (reading[found] if found else reading["is"]) == told


@pytest.mark.parametrize(
    ("value", "kind", "vi", "plain"),
    [
        ("1234567.50", "decimal", "1.234.567,5", "1234567,5"),
        ("-1200", "integer", "-1.200", "-1200"),
        ("0.00", "money", "0", "0"),
        ("x", "integer", "x", "x"),
        ("2026-09-14", "date", "14/09/2026", "14/09/2026"),
    ],
)
def test_writing(sheet: Page, value: str, kind: str, vi: str, plain: str) -> None:
    cell = {"type": kind, "decimals": 2, "state": "open", "choices": None}
    show = "([value, cell, plain]) => numbers.show(value, cell, 'vi', plain)"
    assert sheet.evaluate(show, [value, cell, False]) == vi
    assert sheet.evaluate(show, [value, cell, True]) == plain
