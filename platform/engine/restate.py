"""Rules carried to a later state of their form: stored by ids, they are written anew in the names of now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.findings import Finding
from engine.form import Form
from engine.layout import Layout
from engine.program import CompiledRule, Program
from expr import nodes
from expr.names import Axis, Directory, Named, SectionNames
from expr.nodes import Between, Children, Name, One, Selector, Several
from expr.parser import parse
from expr.printer import print_rule
from expr.resolve import resolve


@dataclass(frozen=True, slots=True)
class Restated:
    """The form with its rules in the names of now, and a finding for each rule that cannot be so written."""

    form: Form
    findings: Sequence[Finding]


def restate(before: Program, form: Form) -> Restated:
    """`form`, an edit of the form of `before`, with every rule whose text the edit left as it was.

    Renaming, moving and inserting change how a rule is written, never what it means. A rule that names what
    is gone keeps its text.
    """
    now = replace(before, form=form, layout=Layout(form), rules=(), findings=(), conditions=()).directory
    known = {(rule.section, rule.rule.id): rule for rule in before.rules}
    findings: list[Finding] = []
    sections = []
    for i, section in enumerate(form.sections):
        rules = []
        for j, rule in enumerate(section.rules):
            old = known.get((section.id, rule.id))
            if old is not None and old.rule.text == rule.text:
                told = list(_told(before.directory, now, old, f"sections[{i}].rules[{j}].text"))
                findings += told
                rule = rule if told else replace(rule, text=print_rule(old.tree, now, section.id))
            rules.append(rule)
        sections.append(replace(section, rules=tuple(rules)))
    return Restated(replace(form, sections=tuple(sections)), findings)


def users(program: Program, section: str, ident: str, axis: Axis) -> Sequence[CompiledRule]:
    """The rules that name a row or a column, and would be broken without it."""
    return [
        rule
        for rule in program.rules
        if any(
            (home, found, name.text) == (section, axis, ident)
            for home, found, name in _names(rule.tree, rule.section)
        )
    ]


def _told(before: Directory, now: Directory, rule: CompiledRule, where: str) -> Iterator[Finding]:
    gone: dict[str, dict[str, None]] = {}
    for section, axis, name in _names(rule.tree, rule.section):
        home = now.form.section.get(section)
        if home is None:
            gone.setdefault("section", {})[before.form.section[section].code] = None
        elif name.text not in _things(home, axis):
            thing = _things(before.form.section[section], axis).get(name.text)
            gone.setdefault(axis, {})[_label(thing, name.text)] = None
    for kind, labels in gone.items():
        facts = {"rule": rule.rule.code, "gone": list(labels)}
        yield Finding("rule.gone", where=where, facts=facts, rule=rule.rule.code, variant=kind)
    if not gone and not _reads_back(rule, now):
        yield Finding("rule.no_name", where=where, facts={"rule": rule.rule.code}, rule=rule.rule.code)


def _reads_back(rule: CompiledRule, now: Directory) -> bool:
    """False where two things go by one name, so that no text says which is meant."""
    parsed = parse(print_rule(rule.tree, now, rule.section))
    return (
        parsed.rule is not None
        and resolve(parsed.rule, now, now.form.section[rule.section]).rule == rule.tree
    )


def _names(tree: nodes.Rule, section: str) -> Iterator[tuple[str, Axis, Name]]:
    """(section, axis, name) of each row and column of its own template that a rule names."""
    for narrowing in tree.narrowings:
        yield from ((section, narrowing.axis, name) for name in _picked(narrowing.picks))
    for reference in nodes.references(tree):
        if reference.source.form is None:
            yield from ((reference.section, "row", name) for name in _picked(reference.rows))
            yield from ((reference.section, "column", name) for name in _picked(reference.columns))


def _picked(selector: Selector | None) -> Iterator[Name]:
    match selector:
        case One(name) | Children(Name() as name):
            yield name
        case Between(first, last):
            yield from (first, last)
        case Several(picks):
            for pick in picks:
                yield from _picked(pick)


def _things(section: SectionNames, axis: Axis) -> Mapping[str, Named]:
    return section.row if axis == "row" else section.column


def _label(thing: Named | None, ident: str) -> str:
    if thing is None:
        return ident
    return f"{thing.ordinal or thing.code} ({thing.title})" if thing.title else thing.code
