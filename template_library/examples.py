"""A template's own examples, run: the rules that fail must be exactly those the author expects to fail."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.check import check_form
from engine.figures import read_figures
from engine.findings import Finding, has_errors
from engine.form import Example, Form
from engine.given import read_context
from engine.program import Program, compile_form
from engine.review.together import review
from expr.signatures import Functions
from template_library.carried import carry_over
from template_library.classification import find_marks
from template_library.fileformat import data_to_template
from template_library.jsontext import path_to


def check_template(
    form: Form,
    others: Mapping[str, Form] | None = None,
    functions: Functions | None = None,
    before: Form | None = None,
) -> tuple[Program, list[Finding]]:
    """The compiled form and all that is wrong with its rules, each and together, its examples and headings.

    `others` are the templates its rules may name; those that an example brings in its context count too.
    `functions` are those it may call, without them the language's own; `before` is the version before it.
    """
    findings: list[Finding] = []
    known = dict(others or {})
    for index, example in enumerate(form.examples):
        brought, faults = forms_in(example.context)
        known |= brought
        findings += [_within(fault, f"examples[{index}].context") for fault in faults]
    program = compile_form(form, known, functions)
    if before is not None:
        form, told = carry_over(program, compile_form(before, known, functions))
        program = program if form == program.form else compile_form(form, known, functions)
        findings += told
    findings += [*find_marks(form), *program.findings]
    if not has_errors(findings):
        findings += [*review(program), *run_examples(program)]
    return program, findings


def forms_in(context: Any) -> tuple[dict[str, Form], list[Finding]]:
    """The templates under `forms` of a context, by code."""
    forms: dict[str, Form] = {}
    findings: list[Finding] = []
    entries = context.get("forms") if isinstance(context, dict) else None
    for code, entry in entries.items() if isinstance(entries, dict) else ():
        template = entry.get("template") if isinstance(entry, dict) else None
        form, faults = data_to_template(template)
        findings += [_within(fault, f"{path_to('forms', code)}.template") for fault in faults]
        if form:
            forms[code] = form
    return forms, findings


def run_examples(program: Program) -> Iterator[Finding]:
    """A finding for each example that cannot run or fails otherwise than expected."""
    for index, example in enumerate(program.form.examples):
        for finding in _run(program, example):
            yield _within(finding, f"examples[{index}]")


def _run(program: Program, example: Example) -> Iterator[Finding]:
    sheet, findings = read_figures(program.layout, example.figures, "figures.")
    context, faults = read_context(program, example.context)
    findings += faults
    yield from findings
    if has_errors(findings):
        return
    failed = {finding.rule for finding in check_form(program, sheet, context).findings if finding.rule}
    if failed != set(example.expect):
        facts = {"expected": sorted(example.expect), "found": sorted(failed)}
        variant = "good" if not example.expect else "bad" if not failed else ""
        yield Finding("file.example", where="expect", facts=facts, variant=variant)


def _within(finding: Finding, where: str) -> Finding:
    return replace(finding, where=f"{where}.{finding.where}" if finding.where else where)
