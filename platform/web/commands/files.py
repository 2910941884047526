"""Files named on the command line: templates, figures, contexts; and how what is wrong with them is told."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from core.errors import Invalid
from engine.findings import has_errors
from web.commands import complain, finding_json, lang

if TYPE_CHECKING:
    from engine.findings import Finding
    from engine.form import Form
    from expr.signatures import Functions

Command = TypeVar("Command", bound=Callable[..., Any])

existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def template_options(command: Command) -> Command:
    """`--template FILE`, `--with OTHER` as often as needed, `--section CODE`."""
    for option in (
        click.option("--section", help="Mã phần; không có thì phần đầu tiên có số liệu."),
        click.option(
            "--with", "with_", type=existing_file, multiple=True, help="Biểu khác mà quy tắc nhắc tới."
        ),
        click.option("--template", type=existing_file, required=True, help="Tệp mẫu biểu."),
    ):
        command = option(command)
    return command


def open_json(path: Path) -> Any:
    """The JSON value of a file, read exactly."""
    from template_library.jsontext import read_json

    value, findings = read_json(path.read_bytes())
    _raise(findings)
    return value


def open_template(path: Path) -> "Form":
    """The form of a template file."""
    from template_library.fileformat import read_template

    form, findings = read_template(path.read_bytes())
    _raise(findings)
    assert form is not None
    return form


def open_others(paths: Sequence[Path]) -> "dict[str, Form]":
    """The forms of further template files by code."""
    return {form.header.code: form for form in map(open_template, paths)}


def open_functions() -> "Functions":
    """The functions of the language with those of the plug-ins that are enabled."""
    from core.plugins import functions_named
    from core.settings import read_settings

    return functions_named(read_settings(os.environ).plugins)


def _raise(findings: "Sequence[Finding]") -> None:
    if has_errors(findings):
        raise Invalid(findings)


@contextmanager
def unusable_told(as_json: bool) -> Iterator[None]:
    """Input that cannot be used is told on standard error, each finding on a line, and ends with status 2."""
    try:
        yield
    except Invalid as error:
        if as_json:
            lines = (
                json.dumps(finding_json(f, lang()), ensure_ascii=False, default=str) for f in error.findings
            )
            click.echo('{"findings": [\n' + ",\n".join(lines) + "\n]}", err=True)
        else:
            complain(error, lang())
        raise click.exceptions.Exit(2) from None
