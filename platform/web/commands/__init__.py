"""One module per group of commands, imported only when its command is called.

Each module has a click command or group named `command`. What a command needs from elsewhere it imports
inside the function where that is heavy (Flask, SQLAlchemy, Babel): checking a form must start at once.
This module holds what commands share: the language, output, and the application with a unit of work.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar

import click

from web.findings import finding_json as finding_json
from web.findings import finding_text as finding_text

if TYPE_CHECKING:
    from flask import Flask

    from core.db import Session

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Invocation:
    """What holds for one call of the command line."""

    lang: str
    debug: bool = False


def _remember_lang(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        context.obj.lang = value


lang_option = click.Option(
    ["--lang"],
    type=click.Choice(["vi", "en"]),
    is_eager=True,
    expose_value=False,
    callback=_remember_lang,
    help="Ngôn ngữ của kết quả (BIEUMAU_LANG).",
)


def json_option(command: Command) -> Command:
    """`--json`: the same for programs; arrives as the argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình.")(command)


def actor_option(command: Command) -> Command:
    """`--actor`: who does it, as the journal will say."""
    return click.option("--actor", default="cli", show_default=True, help="Người thực hiện.")(command)


def lang() -> str:
    """The language of this call."""
    invocation: Invocation = click.get_current_context().obj
    return invocation.lang


def say(code: str, **facts: object) -> None:
    """Print the sentence of a code."""
    from core.messages import sentence

    click.echo(sentence(code, facts, lang()))


def print_json(value: object) -> None:
    """Print a value for programs, one document, keys as given."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def application() -> "Flask":
    """The application of the environment's settings; an empty database is prepared, an old one refused."""
    from core.schema import prepare
    from core.settings import read_settings
    from web.app import create_app

    app = create_app(read_settings(os.environ))
    prepare(app)
    return app


@contextmanager
def work(*, write: bool = True) -> Iterator["Session"]:
    """One unit of work on the application of the environment's settings."""
    from core.db import unit_of_work

    with unit_of_work(application(), write=write) as session:
        yield session


def wait_for(app: "Flask", job_id: int) -> None:
    """Have a job done: by a worker where one was quicker, else here. Raises what made it fail."""
    from core import jobs
    from core.db import unit_of_work
    from core.errors import Conflict

    with app.app_context():
        jobs.run(job_id)
        while True:
            with unit_of_work(write=False) as session:
                job = session.get_one(jobs.Job, job_id)
            if job.state == "failed":
                error = job.error or {}
                raise Conflict(error["code"], **error["facts"])
            if job.state == "done":
                return
            sleep(0.1)


def complain(error: Exception, language: str) -> int:
    """Say on standard error why a command was refused; its status, or 0 for an error of no known kind."""
    from core.errors import Invalid, Refusal

    if not isinstance(error, Refusal):
        return 0
    if isinstance(error, Invalid):
        for finding in error.findings:
            click.echo(finding_text(finding, language), err=True)
        return 2
    from core.messages import sentence

    click.echo(sentence(error.code, error.facts, language), err=True)
    return 3
