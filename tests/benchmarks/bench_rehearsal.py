"""A rehearsal over 114 and over 3,321 communes, of a form with 304 cells to type in each.

    python -m tests.benchmarks.bench_rehearsal [communes …]

As the job runs it: the agencies copied into a database of their own, figures made up, each report saved,
checked, handed in and taken in, the total summed up and compared.
"""

import os
import platform as machine
import sys
import tempfile
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from core.db import settle, unit_of_work
from core.schema import upgrade
from core.settings import read_settings
from engine.form import Form, Row
from rehearsal.rehearse import rehearse
from rehearsal.requests import request_rehearsal
from template_library.drafts import save_draft
from template_library.versions import get_version, load_form
from tests.builders import NOW, QUARTER, build
from web.app import create_app

ROWS = 38
"""Rows of eight typed cells and three computed ones."""


def large(form: Form) -> Form:
    """II.06a with as many rows."""
    section = form.sections[0]
    rows = tuple(Row(id=f"I{at}", code=f"I{at}", title=f"Lĩnh vực {at}") for at in range(1, ROWS + 1))
    group = replace(section.rows.items[0], kind="group", children=rows)
    filled = replace(section, rows=replace(section.rows, items=(group,)))
    return replace(form, sections=(filled,), examples=())


def measure(communes: int, data: Path) -> None:
    """Prints a line."""
    app = create_app(read_settings({"BIEUMAU_DATA": str(data)}))
    upgrade(app)
    with unit_of_work(app) as session:
        world = build(session, communes)
        form = large(load_form(get_version(session, world.version)))
        save_draft(session, form, base=0, actor="bench", now=NOW)
        asked = request_rehearsal(
            session,
            form.header.code,
            agency=world.lead,
            scope="children",
            period=QUARTER,
            due_at=None,
            actor="bench",
            now=NOW,
        )
        settle(session)
        start = perf_counter()
        for _ in rehearse(session, None, asked.id, now=NOW):
            settle(session)
        taken, result = perf_counter() - start, asked.result
    assert result is not None
    assert (result["handed_in"], result["failed"], result["wrong"]) == (communes, [], [])
    print(
        f"{communes:6,} communes × {ROWS * 8} cells: {taken:6.1f} s, {1000 * taken / communes:5.1f} ms each",
        flush=True,
    )


def main() -> None:
    """Prints seconds with machine and versions."""
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "numpy", "scipy")))
    for communes in map(int, sys.argv[1:] or ("114", "3321")):
        with tempfile.TemporaryDirectory(prefix="bm-") as folder:
            measure(communes, Path(folder))


if __name__ == "__main__":
    main()
