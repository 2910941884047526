"""Edits of a form of 500 rows × 200 columns over HTTP: typing a title, a rule, a block of cells; its review.

    python -m tests.benchmarks.bench_designer [edits]

The application answers in this process, on a new SQLite database: what is measured is the whole request
without the line. The form has a formula for every tenth column and 500 cells that state something.
"""

import statistics
import sys
import tempfile
from time import perf_counter, process_time
from typing import Any

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.schema import upgrade
from core.settings import read_settings
from template_library.drafts import save_draft
from template_library.fileformat import data_to_template
from tests.browsers import SINCE, Browser, settle_people
from web.app import create_app

ROWS, COLUMNS = 500, 200
Taken = tuple[float, float]
"""Seconds that passed, and seconds of the processor."""


def form() -> Any:
    """The value of its file."""
    columns = [
        {"code": f"c{i}", "title": f"Cột số {i}", "type": "integer", "unit": "người"} for i in range(COLUMNS)
    ]
    rows = [{"code": f"r{i}", "title": f"Dòng số {i}", "ordinal": str(i + 1)} for i in range(ROWS)]
    rules = [
        {"code": f"K{i}", "text": f"cột c{i} = tổng(cột c{i + 1} đến c{i + 9})", "computed": True}
        for i in range(0, COLUMNS, 10)
    ]
    cells = [{"row": f"r{i}", "column": f"c{i % COLUMNS}", "state": "locked"} for i in range(ROWS)]
    table = {"code": "A", "kind": "table", "columns": columns, "rows": {"items": rows}, "rules": rules}
    sections = [table | {"cells": cells}]
    return {"format": "bieumau-template/1", "code": "LỚN", "name": "Biểu lớn", "sections": sections}


def measure(edits: int) -> None:
    """Times of each kind of request, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings({"BIEUMAU_DATA": folder}))
        upgrade(app)
        settle_people(app)
        with unit_of_work(app) as session:
            template, findings = data_to_template(form())
            assert template, findings
            agency = read_tree(session, SINCE).with_code("31").id
            save_draft(session, template, base=0, actor="o-31-th", now=clock.now(), agency=agency)
        browser = Browser(app, "o-31-th")
        headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
        revision = 1

        def send(name: str, ops: Any) -> Taken:
            nonlocal revision
            body = {"base": revision, "key": f"{name}-{revision:08}", "edits": [ops]}
            start = perf_counter(), process_time()
            answer = browser.client.post("/designer/LỚN/edits", json=body, headers=headers)
            taken = perf_counter() - start[0], process_time() - start[1]
            told: Any = answer.json
            assert answer.status_code == 200 and not told["refused"], answer.text[:500]
            revision = told["revision"]
            return taken

        def title(number: int) -> Any:
            at = {"kind": "column", "section": "A", "id": f"c{number % COLUMNS}"}
            return [{"op": "set", "at": at, "key": "title", "value": f"Tên {number}"}]

        def rule(number: int) -> Any:
            at = {"kind": "rule", "section": "A", "id": "K0"}
            return [{"op": "set", "at": at, "key": "text", "value": f"cột c0 = cột c{number % 99 + 1}"}]

        def row(number: int) -> Any:
            node = {"id": f"n{number}", "code": f"n{number}", "title": "Dòng mới"}
            parent = {"kind": "section", "id": "A"}
            return [{"op": "insert", "kind": "row", "parent": parent, "after": f"r{number}", "node": node}]

        def block(number: int) -> Any:
            ats = [
                {"kind": "cell", "section": "A", "row": f"r{i}", "column": f"c{number}"} for i in range(200)
            ]
            return [{"op": "set", "at": at, "key": "state", "value": "not_applicable"} for at in ats]

        for name, make in (("title", title), ("rule", rule), ("row", row), ("block of 200 cells", block)):
            tell(name, [send(name, make(number)) for number in range(edits)])
        tell("poll", [get(browser, f"/designer/LỚN/steps?after={revision}") for _ in range(edits)])
        tell("state", [get(browser, "/designer/LỚN/state") for _ in range(3)])
        send("title", title(7))
        tell("review after an edit", [get(browser, "/designer/LỚN/derived")])


def get(browser: Browser, address: str) -> Taken:
    """Seconds of one reading."""
    start = perf_counter(), process_time()
    assert browser.get(address).status_code == 200
    return perf_counter() - start[0], process_time() - start[1]


def tell(name: str, times: list[Taken]) -> None:
    """One line of the report; others may use the machine, so the processor's own time stands beside."""
    passed, worked = ([time[side] * 1000 for time in times] for side in (0, 1))
    print(
        f"{name:22} median {statistics.median(passed):7.0f} ms   worst {max(passed):7.0f} ms"
        f"   processor {statistics.median(worked):7.0f} ms   of {len(times)}"
    )


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
