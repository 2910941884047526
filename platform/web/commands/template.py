"""`bieumau template`: template files checked, published, listed, exported."""

from collections.abc import Sequence
from pathlib import Path

import click

from core.errors import Invalid
from engine.findings import has_errors
from web.commands import finding_json, finding_text, json_option, lang, print_json, say
from web.commands.files import existing_file, open_others, open_template, unusable_told


@click.group()
def command() -> None:
    """Mẫu biểu."""


@command.command()
@click.argument("file", type=existing_file)
@click.option("--with", "with_", type=existing_file, multiple=True, help="Biểu khác mà quy tắc nhắc tới.")
@json_option
def check(file: Path, with_: Sequence[Path], as_json: bool) -> None:
    """Kiểm tra tệp mẫu biểu: hình thức, quy tắc, ví dụ."""
    from template_library.examples import check_template

    with unusable_told(as_json):
        others = open_others(with_)
    try:
        form = open_template(file)
        findings = check_template(form, others)[1]
    except Invalid as error:
        form, findings = None, list(error.findings)
    if as_json:
        print_json({"findings": [finding_json(finding, lang()) for finding in findings]})
    else:
        for finding in findings:
            click.echo(finding_text(finding, lang()))
        if form and not has_errors(findings):
            rules = sum(len(section.rules) for section in form.sections)
            counts = {"sections": len(form.sections), "rules": rules, "examples": len(form.examples)}
            say("template.good", template=form.header.code, **counts)
    raise click.exceptions.Exit(1 if has_errors(findings) else 0)
