"""A plug-in's function from the file to the verdict: published, compiled for a report, called by commands."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from engine.check import check_form
from engine.context import Context
from runtime.programs import program_of
from template_library.fileformat import template_to_data
from template_library.versions import publish
from tests.builders import NOW, SINCE
from tests.grids import form_of, numbered, read_grid, sheet_of

GRID = read_grid(
    """
       | 1 .0 | 2 .0 | 3 %
    A1 | 121  | 110  | 11
    """,
    rules=numbered(["ô [A1; 3] = tăng_trưởng(ô [A1; 1]; ô [A1; 2])"]),
)


def test_a_published_form_calls_it(session: Session) -> None:
    version = publish(session, form_of(GRID), actor="test", now=NOW, effective_from=SINCE)
    program = program_of(session, version.id)
    assert program.is_sound
    checked = check_form(program, sheet_of(program, GRID), Context())
    assert checked.verdicts == {"K1": "fail"}
    (finding,) = checked.findings
    assert finding.facts["right"] == 10


def test_commands_know_it_where_it_is_enabled(
    bieumau: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path
) -> None:
    file = tmp_path / "form.json"
    file.write_text(json.dumps(template_to_data(form_of(GRID)), ensure_ascii=False), encoding="utf-8")
    text = "ô [A1; 3] = growth(ô [A1; 1]; ô [A1; 2])"
    good = bieumau("rule", "check", "--template", str(file), text)
    assert good.returncode == 0 and "mức tăng phần trăm" in good.stdout
    without = bieumau("rule", "check", "--template", str(file), text, BIEUMAU_PLUGINS="http_gateway")
    assert without.returncode == 1 and "growth" in without.stdout
