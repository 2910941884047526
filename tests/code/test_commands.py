"""Every command is documented, with every option, and none that is not there."""

import re
import subprocess
import sys
from importlib import import_module

import click
import pytest

from tests.code.source import ROOT
from web.cli import COMMANDS

SECTION = re.compile(r"^## `(bieumau [^`]+)`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
DOCUMENTED = dict(SECTION.findall((ROOT / "docs/commands.md").read_text(encoding="utf-8")))
EVERYWHERE = {"--help", "--lang"}


def leaves(name: str, command: click.Command) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {name: command}
    return {
        path: leaf
        for key, child in command.commands.items()
        for path, leaf in leaves(f"{name} {key}", child).items()
    }


@pytest.mark.parametrize("group", COMMANDS)
def test_every_command_is_documented(group: str) -> None:
    there = leaves(f"bieumau {group}", import_module(f"web.commands.{group}").command)
    assert {name for name in DOCUMENTED if name.split()[1] == group} == set(there)
    for name, command in there.items():
        assert command.help, name
        options = {text for param in command.params for text in param.opts if text.startswith("--")}
        assert options - EVERYWHERE <= set(re.findall(r"--[a-z-]+", DOCUMENTED[name])), name


def test_the_list_of_commands_is_complete() -> None:
    modules = (ROOT / "platform/web/commands").glob("*.py")
    there = {path.stem for path in modules if re.search(r"^def command\(", path.read_text(), re.MULTILINE)}
    assert there == set(COMMANDS)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["form", "check", "--help"], ["--lang", "en", "template", "--help"]]
)
def test_commands_without_a_database_start_without_it(arguments: list[str]) -> None:
    program = (
        "import sys; from web.cli import main; sys.argv[1:] = sys.argv[1:]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'flask', 'sqlalchemy', 'babel', 'alembic', 'redis', 'rq'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
