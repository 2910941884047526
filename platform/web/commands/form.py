"""`bieumau form`: figures against a form, without a database."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import Invalid
from engine.findings import has_errors
from web.commands import finding_json, finding_text, json_option, lang, print_json, say
from web.commands.files import existing_file, open_functions, open_json, open_template, unusable_told

if TYPE_CHECKING:
    from engine.check import Checked
    from engine.program import Program
    from engine.repair import Suggestion


@click.group()
def command() -> None:
    """Biểu và số liệu."""


@command.command()
@click.option("--template", type=existing_file, required=True, help="Tệp mẫu biểu.")
@click.option("--figures", type=existing_file, required=True, help="Tệp số liệu JSON.")
@click.option("--context", type=existing_file, help="Kỳ trước, biểu khác, đơn vị cấp dưới, thuộc tính.")
@json_option
def check(template: Path, figures: Path, context: Path | None, as_json: bool) -> None:
    """Tính các công thức và kiểm tra mọi quy tắc của biểu trên số liệu."""
    with unusable_told(as_json):
        program, checked, suggestions = _check(template, figures, context)
    if as_json:
        print_json(_data(program, checked) | {"suggestions": [asdict(each) for each in suggestions]})
    else:
        _tell(program, checked, suggestions)
    raise click.exceptions.Exit(1 if has_errors(checked.findings) else 0)


def _check(
    template: Path, figures: Path, context: Path | None
) -> "tuple[Program, Checked, Sequence[Suggestion]]":
    from engine.check import check_form
    from engine.figures import read_figures
    from engine.given import read_context
    from engine.program import compile_form
    from engine.repair import suggest
    from template_library.examples import forms_in

    form = open_template(template)
    given = open_json(context) if context else {}
    others, findings = forms_in(given)
    program = compile_form(form, others, open_functions())
    sheet, faults = read_figures(program.layout, open_json(figures))
    known, misread = read_context(program, given)
    findings = [*findings, *program.findings, *faults, *misread]
    if has_errors(findings):
        raise Invalid(findings)
    checked = check_form(program, sheet, known)
    return program, checked, suggest(program, known, checked)


def _data(program: "Program", checked: "Checked") -> dict[str, object]:
    from engine.figures import write_figures

    findings = []
    for finding in checked.findings:
        data = dict(finding_json(finding, lang()))
        findings.append(data | {"message": _message(program, finding.rule, data["message"])})
    return {"figures": write_figures(checked.sheet), "findings": findings, "verdicts": checked.verdicts}


def _tell(program: "Program", checked: "Checked", suggestions: "Sequence[Suggestion]") -> None:
    for finding in checked.findings:
        text = _message(program, finding.rule, finding_text(finding, lang()))
        click.echo(" ".join(filter(None, (finding.rule, text))))
    for each in suggestions:
        say("form.suggestion", **asdict(each))
    verdicts = Counter(
        verdict
        for rule in checked.verdicts.values()
        for verdict in ([rule] if isinstance(rule, str) else rule.values())
    )
    passed, failed = verdicts["pass"], verdicts["fail"]
    say("form.counts", passed=passed, failed=failed, other=verdicts.total() - passed - failed)


def _message(program: "Program", rule: str, message: Any) -> str:
    """The author's own words go before ours."""
    own = next((compiled.message for compiled in program.rules if compiled.rule.code == rule), None)
    return f"{own} {message}" if own else str(message)
