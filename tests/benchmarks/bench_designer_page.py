"""The designer's page on a form of 500 rows × 200 columns: open, walk, type, keep; goal: ≤ 50 ms a key.

    python -m tests.benchmarks.bench_designer_page

Chromium and the server run on this machine, without a line between them. A key's time ends with the frame
that shows it.
"""

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from template_library.drafts import save_draft
from template_library.fileformat import data_to_template
from tests.benchmarks.bench_designer import form
from tests.e2e.conftest import CHROMIUM, QUIET, Visitors, serving

KEYS = 60
CLOCK = """() => {
  window.keyTimes = [];
  document.addEventListener('keydown', () => {
    const start = performance.now();
    requestAnimationFrame(() => setTimeout(() => window.keyTimes.push(performance.now() - start)));
  }, true);
}"""


def main() -> None:
    """Print medians, the 95th of a hundred, the slowest."""
    with (
        tempfile.TemporaryDirectory(dir="/tmp") as folder,
        serving(Path(folder)) as site,
        sync_playwright() as play,
    ):
        with unit_of_work(site.app) as session:
            template, findings = data_to_template(form())
            assert template, findings
            agency = read_tree(session, clock.today()).with_code("31.STP").id
            save_draft(session, template, base=0, actor="so-31.stp-th", now=clock.now(), agency=agency)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = Visitors(browser, site).sign_in("so-31.stp-th")
        page.goto("/designer/LỚN", wait_until="commit")
        page.locator('[data-at="cell"]').first.wait_for()
        drawn = page.evaluate("performance.now()")
        print(f"{'open, ms':32} {drawn:7.0f}")
        page.evaluate(CLOCK)
        page.locator('[data-at="name"]').nth(5).click()
        told("walk down", pressed(page, ["ArrowDown"] * KEYS))
        told("walk right over cells", pressed(page, ["ArrowRight"] * KEYS))
        page.locator('[data-at="name"]').nth(5).click()
        told("type a name", pressed(page, list("abcdefghij" * (KEYS // 10))))
        told("keep a name", [kept(page) for _ in range(10)])
        browser.close()


def pressed(page: Page, keys: Sequence[str]) -> list[float]:
    """What each key took until it was shown."""
    page.evaluate("window.keyTimes.length = 0")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function("count => window.keyTimes.length >= count", arg=len(keys))
    return [float(time) for time in page.evaluate("window.keyTimes")]


def kept(page: Page) -> float:
    """A stroke over the next row's name, and Enter: the form is drawn again."""
    pressed(page, ["x"])
    return pressed(page, ["Enter"])[-1]


def told(name: str, times: Sequence[float]) -> None:
    ordered = sorted(times)
    middle, last = statistics.median(ordered), ordered[-1]
    print(f"{name:32} {middle:7.1f} {ordered[int(len(ordered) * 0.95)]:7.1f} {last:7.1f}")


if __name__ == "__main__":
    main()
