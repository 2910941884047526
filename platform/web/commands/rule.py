"""`bieumau rule`: one rule of a form, checked and told in words, without a database."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import Invalid
from engine.findings import Finding
from web.commands import finding_json, finding_text, json_option, lang, print_json
from web.commands.files import open_functions, open_others, open_template, template_options, unusable_told

if TYPE_CHECKING:
    from engine.form import Form, Rule, Section
    from engine.program import Program


@click.group()
def command() -> None:
    """Quy tắc của biểu."""


@command.command()
@template_options
@click.option("--computed", is_flag=True, help="Quy tắc là công thức tự tính.")
@click.argument("text")
@json_option
def check(
    template: Path, with_: Sequence[Path], section: str | None, computed: bool, text: str, as_json: bool
) -> None:
    """Kiểm tra một quy tắc như khi ghi nó vào phần của biểu; in theo cách viết chuẩn và diễn giải."""
    from engine.form import Rule

    with unusable_told(as_json):
        form = open_template(template)
        place = _section(form, section)
        rule = Rule(id="rule", code="rule", text=text, computed=computed)
        program = _compile(form, open_others(with_), place, rule)
    _tell(program, place, as_json)


@command.command()
@template_options
@click.argument("rule")
@json_option
def explain(template: Path, with_: Sequence[Path], section: str | None, rule: str, as_json: bool) -> None:
    """Diễn giải bằng lời một quy tắc, cho bằng mã của nó hoặc bằng văn bản."""
    from engine.form import Rule

    with unusable_told(as_json):
        form = open_template(template)
        written = {own.code: (place, own) for place in form.sections for own in place.rules}
        place, found = written.get(rule) or (_section(form, section), Rule(id="rule", code="rule", text=rule))
        program = _compile(form, open_others(with_), place, found)
    _tell(program, place, as_json)


@command.command()
def reference() -> None:
    """In trang tra cứu cách viết quy tắc, với hàm của các phần mở rộng đang bật."""
    from web.rules.reference import markdown
    from web.rules.reference import reference as made

    click.echo(markdown(made(lang(), open_functions())), nl=False)


def _section(form: "Form", name: str | None) -> "Section":
    sections = [section for section in form.sections if section.kind in ("table", "list")]
    for section in sections:
        if name in (None, section.code, section.id):
            return section
    facts = {"value": name or "", "known": [section.code for section in sections]}
    raise Invalid([Finding("rule.section", facts=facts)])


def _compile(form: "Form", others: "dict[str, Form]", place: "Section", rule: "Rule") -> "Program":
    """The form with this rule alone."""
    from engine.program import compile_form

    sections = (replace(section, rules=(rule,) if section is place else ()) for section in form.sections)
    return compile_form(replace(form, sections=tuple(sections)), others, open_functions())


def _tell(program: "Program", place: "Section", as_json: bool) -> None:
    from engine.explain import explain_rule

    (written,) = program.canonical().section_by_id[place.id].rules
    explanation = [explain_rule(program, rule, lang()) for rule in program.rules]
    findings = [replace(finding, where="", section="", rule="") for finding in program.findings]
    if as_json:
        told = [finding_json(finding, lang()) for finding in findings]
        print_json({"text": written.text, "explanation": "".join(explanation), "findings": told})
    else:
        told_lines = [finding_text(finding, lang()) for finding in findings]
        for line in told_lines or [written.text, *explanation]:
            click.echo(line)
    raise click.exceptions.Exit(1 if findings else 0)
