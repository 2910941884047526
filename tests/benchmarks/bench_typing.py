"""One stroke while a rule is typed on a form of 200×40: completions, faults, sentences; goal ≤ 50 ms.

    python -m tests.benchmarks.bench_typing

A round trip is the whole request in the process of the server: session, rights, reading, compiling, JSON.
"""

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

from core import clock
from core.db import unit_of_work
from core.schema import upgrade
from core.settings import read_settings
from engine.form import Column, Form, Header, Properties, Row, Rows, Rule, Section
from expr.complete import _read
from template_library.versions import publish
from tests.benchmarks.workload import rule_texts
from tests.browsers import SINCE, Browser, settle_people
from web.app import create_app

ROWS, COLUMNS, REPEATS = 200, 40, 7
TYPED = {
    "a word": "dò",
    "a row of 200": "dòng ",
    "a row by its title": "dòng chi thuong xuyen 15",
    "a column of 40": "ô [r12; ",
    "a short rule": "cột c3 = cột c4 + cột c5 + ",
    "a rule of 30 terms": "dòng r1 = " + " + ".join(f"dòng r{i}" for i in range(2, 31)) + " + dòng ",
    "a rule of 150 terms": "dòng r1 = " + " + ".join(f"dòng r{i}" for i in range(2, 151)) + " + dòng ",
    "a whole rule": "nếu ô [r1; c1] > 0 thì tổng(ô [r1 đến r200; c2]) <= 100 sai số 1 cảnh báo",
}


def form() -> Form:
    """200 rows of long titles, 40 columns, 1,000 rules."""
    whole = Properties(type="integer")
    columns = tuple(
        Column(f"c{j}", f"c{j}", f"Kế hoạch năm của ngành {j}", str(j), whole) for j in range(1, COLUMNS + 1)
    )
    rows = tuple(
        Row(f"r{i}", f"r{i}", f"Chi thường xuyên {i} của các đơn vị sự nghiệp công lập", str(i))
        for i in range(1, ROWS + 1)
    )
    rules = tuple(Rule(f"K{i}", f"K{i}", text) for i, text in enumerate(rule_texts()))
    section = Section("A", "A", "table", columns=columns, rows=Rows(items=rows), rules=rules)
    return Form(Header("B", "B"), (section,))


def measured() -> Iterator[tuple[str, float, float]]:
    """(what is typed, median milliseconds of the first stroke of a word, of the next ones)."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings({"BIEUMAU_DATA": folder}))
        upgrade(app)
        settle_people(app)
        with unit_of_work(app) as session:
            now = clock.now()
            plain = replace(form(), sections=tuple(replace(s, rules=()) for s in form().sections))
            publish(session, plain, actor="bench", now=now, effective_from=SINCE)
        browser = Browser(app, "o-31-th")
        headers = {"X-CSRFToken": browser.token()}

        def stroke(text: str, *, first: bool = False) -> float:
            if first:
                _read.cache_clear()
            body = {"section": "A", "text": text, "cursor": len(text)}
            start = perf_counter()
            answer = browser.client.post("/library/versions/1/rules/try", json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            return (perf_counter() - start) * 1_000

        stroke("dòng 1")
        for name, text in TYPED.items():
            first = statistics.median(stroke(text, first=True) for _ in range(REPEATS))
            yield name, first, statistics.median(stroke(text) for _ in range(REPEATS))


def main() -> None:
    """Print the medians."""
    for name, first, further in measured():
        print(f"{name:24} {first:7.1f} ms {further:7.1f} ms")


if __name__ == "__main__":
    main()
