"""The fill page in Chromium: from key to verdict, one edit with 753 dependants, the first usable screen.

    python -m tests.benchmarks.bench_browser

A form of 500 × 40 with 1,000 rules is typed in key by key; one of 125 × 40 is opened on the spot, and on a
line of 256 kbit/s with 300 ms there and back. The edit runs in the page's evaluator alone, without a screen.
"""

import os
import platform as machine
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from core import clock
from core.db import unit_of_work
from engine.context import Context
from engine.figures import read_figures
from engine.form import Column, Form, Header, Properties, Row, Rows, Rule, Section
from engine.plans.givens import bind
from engine.plans.plan_json import plan_to_json
from engine.program import compile_form
from engine.report import plan_for
from runtime.filling.entry import Change, save
from runtime.periods import period_of
from template_library.versions import publish
from tests.e2e.conftest import CHROMIUM, QUIET, ROOT, Site, Visitors, serving
from tests.e2e.rounds import ask

SINCE = date(2025, 7, 1)
AGENCY = "10507"
KEYS = 60
OPENINGS = 20
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 32_000, "uploadThroughput": 32_000}
EDITS = 15
TOUCHED = """({plan, figures, slot}) => {
  const running = new evaluator.Running(evaluator.readPlan(plan));
  running.start(figures);
  const {slots, instances} = running.change([[slot, "99999"]]);
  return [slots.length, instances.length];
}"""
EDIT = """({plan, figures, slot}) => {
  const running = new evaluator.Running(evaluator.readPlan(plan));
  running.start(figures);
  const times = [];
  for (let turn = 0; turn < %d; turn += 1) {
    const start = performance.now();
    for (let again = 0; again < 500; again += 1) running.change([[slot, String(turn * 500 + again)]]);
    times.push((performance.now() - start) / 500);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}"""
KEYED = """() => {
  window.keyed = [];
  let pressed = 0;
  addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
  addEventListener("input", () => {
    const told = performance.now() - pressed;
    requestAnimationFrame(() => setTimeout(() => window.keyed.push([told, performance.now() - pressed])));
  });
}"""


def form(code: str, rows: int, columns: int, rules: list[str], computed: Sequence[str] = ()) -> Form:
    """A table of whole numbers."""
    whole = Properties(type="integer")
    made = tuple(Rule(f"K{i}", f"K{i}", text) for i, text in enumerate(rules))
    made += tuple(Rule(f"F{i}", f"F{i}", text, computed=True) for i, text in enumerate(computed))
    section = Section(
        "A",
        "A",
        "table",
        columns=tuple(Column(f"c{j}", f"c{j}", f"Cột {j}", str(j), whole) for j in range(1, columns + 1)),
        rows=Rows(items=tuple(Row(f"r{i}", f"r{i}", f"Dòng {i}", str(i)) for i in range(1, rows + 1))),
        rules=made,
    )
    return Form(Header(code, code, frequencies=("quarter",)), (section,))


def rule_texts(rows: int, columns: int, count: int) -> Iterator[str]:
    """Half sums of five cells, the rest comparisons, ratios and conditions."""
    for i in range(count):
        row, column = 1 + i % (rows - 6), 1 + i * 7 % (columns - 4)
        if i % 10 < 5:
            yield f"ô [r{row}; c{column}] = " + " + ".join(f"ô [r{row + k}; c{column}]" for k in range(1, 6))
        elif i % 10 < 7:
            share = f"làm_tròn(ô [r{row}; c{column}] / ô [r{row}; c{column + 1}] * 100; 2)"
            yield f"{share} <= ô [r{row}; c{column + 2}]"
        elif i % 10 < 9:
            yield f"ô [r{row}; c{column}] <= ô [r{row}; c{column + 1}]"
        else:
            yield f"nếu ô [r{row}; c{column}] > 0 thì ô [r{row}; c{column + 1}] > 0"


def report(site: Site, made: Form, number: int) -> int:
    """A report on a form, every cell filled."""
    with unit_of_work(site.app) as session:
        publish(session, made, actor="test", now=clock.now(), effective_from=SINCE)
    asked = ask(site, (AGENCY,), period_of("quarter", 2026, number), made.header.code)
    (section,) = made.sections
    changes = [
        Change("A", row.id, column.id, str((at * 31) % 997))
        for row in section.row_list
        for at, column in enumerate(section.leaves)
    ]
    with unit_of_work(site.app) as session:
        save(
            session,
            asked.reports[AGENCY],
            base=0,
            idempotency_key="benchmark",
            changes=changes,
            actor="test",
            now=clock.now(),
        )
    return asked.reports[AGENCY]


def keys(page: Page, number: int) -> tuple[float, float]:
    """Median milliseconds from a key to its verdict, and to the screen that shows it."""
    page.goto(f"/reports/{number}/fill")
    page.locator("#grid .slick-cell").first.wait_for()
    page.evaluate(KEYED)
    page.locator('.grid-canvas-right .slick-row[data-row="2"] .slick-cell').nth(3).click()
    for turn in range(KEYS):
        page.keyboard.type(str(100 + turn), delay=40)
        page.keyboard.press("Enter" if turn % 12 < 11 else "Tab")
    found = page.evaluate("window.keyed")
    return statistics.median(told for told, _ in found), statistics.median(shown for _, shown in found)


def opened(page: Page, number: int) -> tuple[float, float]:
    """Milliseconds to the page's first byte, and to its first usable screen."""
    page.goto(f"/reports/{number}/fill")
    page.locator("#grid .slick-cell").first.wait_for()
    return page.evaluate(  # type: ignore[no-any-return]
        """() => [
          performance.getEntriesByType("navigation")[0].responseStart,
          performance.getEntriesByName("fill:usable")[0].startTime,
        ]"""
    )


def edit(browser: Browser, made: Form, place: tuple[str, str]) -> tuple[int, int, float]:
    """(computed cells, rules checked again, median milliseconds) of one edit of a cell."""
    program = compile_form(made)
    assert program.is_sound, program.findings
    rows = {
        row.id: {"c1": str(i), "c2": str(1 + i * 7 % 99)} for i, row in enumerate(made.sections[0].row_list)
    }
    sheet, _ = read_figures(program.layout, {"A": rows})
    plan = plan_for(program, sheet, Context())
    asked: dict[str, Any] = {
        "plan": plan_to_json(plan, bind(plan, program, sheet, Context())),
        "figures": [
            [plan.slots["A", row, column], v] for row, cells in rows.items() for column, v in cells.items()
        ],
        "slot": plan.slots["A", *place],
    }
    bundle = subprocess.run(
        [ROOT / "node_modules/.bin/esbuild", "--bundle", "--format=iife", "--global-name=evaluator"],
        input='export { readPlan } from "./plan"; export { Running } from "./running";',
        cwd=ROOT / "platform/web/client/evaluator",
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    page = browser.new_page()
    page.add_script_tag(content=bundle)
    touched = page.evaluate(TOUCHED, asked)
    taken = page.evaluate(EDIT % EDITS, asked)
    page.close()
    return touched[0], touched[1], taken


def show(what: str, value: float, unit: str = "ms") -> None:
    """Prints a line."""
    print(f"{what:64} {value:10.3f} {unit}")


def measure(browser: Browser, site: Site) -> None:
    """Prints all medians."""
    chain = ["cột 3 = cột 2 * ô [r1; c1]", "cột 4 = cột 3 + cột 2", "cột 5 = cột 4 - cột 2"]
    totals = [f"ô [r252; c{j}] = tổng(ô [r2 đến r251; c{j}])" for j in (3, 4, 5)]
    within = [f"{text} trong dòng (r2 đến r251)" for text in chain]
    computed, _, taken = edit(browser, form("P3", 252, 5, [], [*within, *totals]), ("r1", "c1"))
    show(f"one edit, {computed} computed cells follow", taken)
    texts = list(rule_texts(200, 20, 1000))
    _, checked, taken = edit(browser, form("P3b", 200, 20, texts), ("r20", "c9"))
    show(f"one edit, {checked} of 1,000 rules are checked again", taken)
    large = report(site, form("P10", 500, 40, list(rule_texts(500, 40, 1000))), 1)
    usual = report(site, form("P9", 125, 40, list(rule_texts(125, 40, 250))), 2)
    visitors = Visitors(browser, site)
    page = visitors.sign_in(f"xa-{AGENCY}")
    told, shown = keys(page, large)
    show("500 × 40, 1,000 rules: key to verdict", told)
    show("500 × 40, 1,000 rules: key to the screen", shown)
    found = [opened(page, usual) for _ in range(OPENINGS)]
    first_bytes = sorted(first for first, _ in found)
    show("125 × 40, 250 rules: first byte", statistics.median(first_bytes))
    show("125 × 40, 250 rules: first byte, 95 of 100", first_bytes[OPENINGS * 95 // 100 - 1])
    show("125 × 40, 250 rules: first usable screen", statistics.median(usable for _, usable in found))
    show(
        "500 × 40, 1,000 rules: first usable screen",
        statistics.median(opened(page, large)[1] for _ in range(3)),
    )
    size = len(page.request.get(f"/reports/{usual}/fill").body()) / 1000
    show("125 × 40, 250 rules: the page, before compression", size, "kB")
    slow = visitors.sign_in(f"xa-{AGENCY}")
    line = slow.context.new_cdp_session(slow)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    slow.context.new_cdp_session(slow).send("Network.clearBrowserCache")
    show("the same on 256 kbit/s, nothing kept", opened(slow, usual)[1])
    show("the same on 256 kbit/s, scripts and font kept", opened(slow, usual)[1])
    for context in visitors.contexts:
        context.close()


def main() -> None:
    """Prints medians with machine and versions."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="bm-") as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        print(f"{machine.platform()}, {os.cpu_count()} cores, Chromium {browser.version}")
        with serving(Path(folder)) as site:
            measure(browser, site)
        browser.close()


if __name__ == "__main__":
    main()
