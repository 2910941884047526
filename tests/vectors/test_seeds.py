"""Every example of every seed through `form check`, and each seed through `template check`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from web.cli import cli
from web.commands import Invocation

SEEDS = sorted((Path(__file__).parents[2] / "template_library" / "seeds").glob("*.json"))
EXAMPLES = [
    (path, example)
    for path in SEEDS
    for example in json.loads(path.read_text(encoding="utf-8")).get("examples", [])
]


def test_every_form_with_figures_has_examples() -> None:
    assert {path.stem for path, _ in EXAMPLES} == {path.stem for path in SEEDS} - {"BCTM-KTXH-T"}


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_seed_is_good(path: Path) -> None:
    result = CliRunner().invoke(cli, ["template", "check", str(path), "--json"], obj=Invocation("vi"))
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"findings": []})


@pytest.mark.parametrize(
    ("path", "example"), EXAMPLES, ids=[f"{path.stem}: {example['name']}" for path, example in EXAMPLES]
)
def test_example_fails_what_it_should(path: Path, example: dict[str, Any], tmp_path: Path) -> None:
    arguments = ["form", "check", "--json", "--template", str(path)]
    for name in ("figures", "context"):
        given = tmp_path / f"{name}.json"
        given.write_text(json.dumps(example.get(name, {}), ensure_ascii=False), encoding="utf-8")
        arguments += [f"--{name}", str(given)]
    result = CliRunner().invoke(cli, arguments, obj=Invocation("vi"))
    answer = json.loads(result.stdout)
    failed = {finding["rule"] for finding in answer["findings"] if finding["rule"]}
    assert failed == set(example.get("expect", []))
    assert result.exit_code == any(finding["severity"] == "error" for finding in answer["findings"])


def test_forms_are_checked_without_a_database() -> None:
    arguments = ["bieumau", "template", "check", str(SEEDS[0])]
    script = (
        f"import sys; sys.argv = {arguments!r}; from web.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print(sys.modules.keys() & {'flask', 'sqlalchemy', 'redis', 'rq'}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "set()\n")


def test_the_file_in_the_guide_is_good(tmp_path: Path) -> None:
    guide = (SEEDS[0].parents[2] / "docs" / "template-file.md").read_text(encoding="utf-8")
    path = tmp_path / "guide.json"
    path.write_text(guide.partition("```json\n")[2].partition("```")[0], encoding="utf-8")
    result = CliRunner().invoke(cli, ["template", "check", str(path), "--json"], obj=Invocation("vi"))
    assert json.loads(result.stdout) == {"findings": []}
