"""A form beside the version before it: rules that names left behind, rules that now mean something else."""

from collections.abc import Iterator
from dataclasses import replace

from engine.findings import Finding
from engine.form import Form
from engine.program import Program
from engine.restate import restate

UNREAD = ("E_REF", "E_AMBIGUOUS")


def carry_over(program: Program, before: Program) -> tuple[Form, list[Finding]]:
    """The form with rules that no longer read written in the names of now, and what the author should know.

    A rule is known by its id. Where its text was left alone and names what was renamed, it is written anew;
    where that is gone, it is told what was; where the text reads but now means other rows or columns than in
    the version before, it is told that.
    """
    unread = {finding.where for finding in program.findings if finding.code in UNREAD}
    restated = restate(before, program.form)
    told = [finding for finding in restated.findings if finding.where in unread]
    sections = tuple(
        replace(
            section,
            rules=tuple(
                new if f"sections[{i}].rules[{j}].text" in unread else old
                for j, (old, new) in enumerate(zip(section.rules, anew.rules, strict=True))
            ),
        )
        for i, (section, anew) in enumerate(zip(program.form.sections, restated.form.sections, strict=True))
    )
    return replace(program.form, sections=sections), [*told, *_changed(program, before)]


def _changed(program: Program, before: Program) -> Iterator[Finding]:
    known = {(rule.section, rule.rule.id): rule for rule in before.rules}
    for rule in program.rules:
        old = known.get((rule.section, rule.rule.id))
        if old is not None and old.rule.text == rule.rule.text and old.tree != rule.tree:
            facts = {"rule": rule.rule.code}
            yield Finding("rule.means_other", "warning", rule.where, facts, rule=rule.rule.code)
