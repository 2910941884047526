"""Every text of the pages has its English, every English text its page; no page holds a script or a style."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.code.source import ROOT
from web.pages import DIST, english

WEB = ROOT / "platform/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
FIELD = re.compile(r"%\((\w+)\)")


def texts() -> Iterator[tuple[str, Path]]:
    """Each text of templates and modules with where it stands."""
    for method, files in (("jinja2", TEMPLATES), ("python", sorted(WEB.rglob("*.py")))):
        for file in files:
            for found in extract_from_file(method, str(file), keywords=KEYWORDS):
                message: Any = found[1]  # the stubs count wrongly
                for text in (message,) if isinstance(message, str) else message:
                    yield text, file


def catalogue() -> dict[str, list[str]]:
    with (ROOT / "platform/core/messages/en/LC_MESSAGES/pages.po").open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id]
    return {
        (entry.id if isinstance(entry.id, str) else entry.id[0]): (
            [entry.string] if isinstance(entry.string, str) else list(entry.string)
        )
        for entry in entries
    }


def test_every_text_has_its_english() -> None:
    there = catalogue()
    assert sorted({(text, file.name) for text, file in texts() if not all(there.get(text, [""]))}) == []


def test_every_english_text_is_used() -> None:
    assert sorted(set(catalogue()) - {text for text, _ in texts()}) == []


def test_both_languages_hold_the_same_fields() -> None:
    for text, told in catalogue().items():
        for words in told:
            assert set(FIELD.findall(words)) <= set(FIELD.findall(text)), text


def test_the_catalogue_can_be_read() -> None:
    assert english().gettext("Về trang đầu") == "To the first page"


NEWER_THAN_CHROMIUM_109 = re.compile(
    r"color-mix(\(|%28)|oklch(\(|%28)|light-dark\(|@starting-style|@scope\b|@container style"
    r"|\.to(Sorted|Reversed|Spliced)\(|\b(Object|Map)\.groupBy\(|Promise\.withResolvers|URL\.canParse"
    r"|AbortSignal\.any|Array\.fromAsync|\.(isWellFormed|toWellFormed)\(|showPopover"
)


def test_the_client_asks_nothing_newer_than_the_oldest_browser() -> None:
    """esbuild rewrites syntax; what a browser has to know by itself is looked for here."""
    built = [file for file in DIST.iterdir() if file.suffix in (".css", ".js")]
    assert len(built) > 3
    for file in built:
        found = NEWER_THAN_CHROMIUM_109.search(file.read_text(encoding="utf-8"))
        assert not found, f"{file.name}: {found and found[0]}"


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(WEB / "templates")))
def test_pages_hold_no_inline_script_or_style(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"<style|\bstyle=|\bon[a-z]+=|javascript:|\|\s*safe\b", text)
    assert all("src=" in tag or "json" in tag for tag in re.findall(r"<script\b[^>]*>", text))
