"""Journeys: a real server with its worker and demo data, a real Chromium, and guards that fail a journey.

A journey fails on an error in the browser's console, on anything the content security policy stops, and on
what axe finds on a page that was looked at. Pictures go to build/pictures.
"""

import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from core import clock
from core.settings import read_settings
from tests import command_line
from tests.conftest import environment, free_port
from web.app import create_app
from web.demo_seed import PASSWORD

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
"""The first is the same browser without its windows: a visitor costs a quarter."""
BESIDE = Path(__file__).with_name("beside.py")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
REPORT_VIOLATIONS = (
    "addEventListener('securitypolicyviolation',"
    " event => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))"
)
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NUMBERS = count(1)
PATIENCE = 20_000  # milliseconds; journeys share their machine
expect.set_options(timeout=PATIENCE)


@dataclass
class Site:
    """A running installation: its address, and an application over the same data to prepare things with."""

    address: str
    app: Flask

    def set_clock(self, moment: datetime) -> datetime:
        """Have it be that moment for the server and its worker; time goes on from there."""
        ahead = (moment - clock.now()).total_seconds()
        (self.app.config["SETTINGS"].data / "ahead").write_text(str(ahead))
        return moment


@dataclass
class Visitors:
    """Browsers of one journey. `faults` gathers what their guards saw."""

    browser: Browser
    site: Site
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def arrive(self, **options: Any) -> Page:
        """A new browser, as on a commune's computer, at the first page, signed in as nobody."""
        usual: dict[str, Any] = {
            "base_url": self.site.address,
            "viewport": {"width": 1366, "height": 768},
            "locale": "vi-VN",
            "timezone_id": "Asia/Ho_Chi_Minh",
        }
        context = self.browser.new_context(**(usual | options))
        context.set_default_timeout(PATIENCE)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", lambda message: self._hear(message.type, message.text))
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        self.contexts.append(context)
        page = context.new_page()
        page.goto("/")
        return page

    def sign_in(self, login: str, **options: Any) -> Page:
        """A new browser whose person has signed in."""
        page = self.arrive(**options)
        page.get_by_label("Tên đăng nhập").fill(login)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("heading", name="Hộp báo cáo").wait_for()
        return page

    def look(self, page: Page, name: str) -> None:
        """Keep a picture of the page, and what axe finds on it; of one that is just left, where it leads."""
        for _ in range(3):
            with suppress(Error):
                return self._look(page, name)
            page.wait_for_timeout(300)
        self._look(page, name)

    def _look(self, page: Page, name: str) -> None:
        pictures = ROOT / "build" / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("load")
        page.screenshot(path=pictures / f"{name}.png")
        page.evaluate(f"{AXE}; undefined")
        found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        for violation in found["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            self.faults.append(f"axe on {name}: {violation['id']}: {violation['help']}: {nodes}")

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.faults.append(f"console: {text}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seeded(short_dir: Path) -> Path:
    """The data of an installation that was started once, and stopped."""
    data = short_dir / f"seeded-{os.getpid()}"
    data.mkdir()
    with serving(data):
        return data


@pytest.fixture(scope="module")
def site(seeded: Path) -> Iterator[Site]:
    """An installation for each module of journeys."""
    data = seeded.with_name(f"site-{os.getpid()}-{next(NUMBERS)}")
    shutil.copytree(seeded, data)
    with serving(data) as served:
        yield served


@contextmanager
def serving(data: Path) -> Iterator[Site]:
    """`bieumau serve --demo` on data of its own."""
    settings = read_settings({"BIEUMAU_DATA": str(data)})
    port, started = free_port(), list[BaseProcess]()
    address, log = f"http://127.0.0.1:{port}", data / "serve.log"

    def start(*arguments: str) -> BaseProcess:
        started.append(command_line.start(arguments, os.environ | environment(settings), log, log, BESIDE))
        return started[-1]

    try:
        _await(f"{address}/healthz", start("serve", "--demo", "--port", str(port)), log)
        start("worker")
        yield Site(address, create_app(settings))
    finally:
        for process in reversed(started):
            process.terminate()
            process.join(timeout=60)


@pytest.fixture
def visitors(chromium: Browser, site: Site) -> Iterator[Visitors]:
    """Browsers for one journey, which fails where a guard saw something."""
    group = Visitors(chromium, site)
    yield group
    for context in group.contexts:
        context.close()
    assert group.faults == []


@pytest.fixture
def sign_in(visitors: Visitors) -> Callable[..., Page]:
    """Opens a browser and signs in as one of the demo's people."""
    return visitors.sign_in


@pytest.fixture
def look(visitors: Visitors) -> Callable[[Page, str], None]:
    """Takes a picture of a page and has axe look at it."""
    return visitors.look


def _await(address: str, server: BaseProcess, log: Path) -> None:
    end = monotonic() + 60
    while server.is_alive() and monotonic() < end:
        with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address):
            return
        sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text(encoding='utf-8')}")
