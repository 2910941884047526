"""A form compiled: its rules read, resolved, checked, ready to run. The same form always compiles alike."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine import form as forms
from engine.findings import Finding, Severity, has_errors
from engine.formulas import fills, formula
from engine.layout import Layout
from engine.naming import Naming, naming_of
from engine.order import in_order
from engine.presence import Condition, read_conditions
from expr import nodes
from expr.faults import Fault
from expr.names import Directory, SectionNames
from expr.parser import parse
from expr.printer import print_rule
from expr.resolve import resolve
from expr.signatures import Functions, built_in
from expr.targets import Run
from expr.types import check_types

MAX_EVALUATIONS = 500_000
"""Nodes × targets of one form."""


@dataclass(frozen=True)
class CompiledRule:
    """A rule whose text could be read: the tree over ids beside what the form says of it.

    The tree of a stored rule is read when it is first asked for.
    """

    rule: forms.Rule
    section: str
    where: str
    read: Callable[[], nodes.Rule] = field(repr=False, compare=False)

    @cached_property
    def tree(self) -> nodes.Rule:
        """The tree over ids."""
        return self.read()

    @property
    def computed(self) -> bool:
        """True for a formula."""
        return self.rule.computed

    @property
    def severity(self) -> Severity:
        """What the text says, else what the form says, else error."""
        return self.tree.severity or self.rule.severity or "error"

    @property
    def message(self) -> str | None:
        """The author's own sentence for a failure."""
        return self.tree.message or self.rule.message


@dataclass(frozen=True, eq=False)
class Program:
    """A form with its compiled rules and everything that is wrong with them."""

    form: forms.Form
    layout: Layout
    functions: Functions
    others: Mapping[str, Layout] = field(default_factory=dict)
    rules: Sequence[CompiledRule] = ()
    findings: Sequence[Finding] = ()
    conditions: Sequence[Condition] = ()

    @cached_property
    def rule_by_code(self) -> Mapping[str, CompiledRule]:
        """The rules by their codes."""
        return {rule.rule.code: rule for rule in self.rules}

    @cached_property
    def naming(self) -> Naming:
        """The name tables of this form."""
        return naming_of(self.layout)

    @cached_property
    def directory(self) -> Directory:
        """The names at publishing."""
        others = {code: naming_of(layout).designed for code, layout in self.others.items()}
        return Directory(self.naming.designed, others)

    @property
    def is_sound(self) -> bool:
        """True when no finding of compiling is an error."""
        return not has_errors(self.findings)

    def canonical(self) -> forms.Form:
        """The form with every readable rule printed from its tree."""
        printed = {(c.section, c.rule.id): print_rule(c.tree, self.directory, c.section) for c in self.rules}
        sections = tuple(
            replace(
                section,
                rules=tuple(
                    replace(rule, text=printed.get((section.id, rule.id), rule.text))
                    for rule in section.rules
                ),
            )
            for section in self.form.sections
        )
        return replace(self.form, sections=sections)


def compile_form(
    form: forms.Form, others: Mapping[str, forms.Form] | None = None, functions: Functions | None = None
) -> Program:
    """`form` compiled; `others` are the templates its rules may name, by code."""
    layouts = {code: Layout(other) for code, other in (others or {}).items()}
    bare = Program(form, Layout(form), functions or built_in(), layouts)
    rules: list[CompiledRule] = []
    conditions, bad = read_conditions(form, bare.directory, bare.functions)
    findings = [_finding(fault, where) for where, fault in bad]
    cost = 0
    for i, section in enumerate(form.sections):
        for j, rule in enumerate(section.rules):
            where = f"sections[{i}].rules[{j}].text"
            compiled, faults, evaluations = compile_rule(bare, section.id, rule, where)
            cost += evaluations
            findings.extend(_finding(fault, where, section.code, rule.code) for fault in faults)
            if compiled:
                rules.append(compiled)
    if cost > MAX_EVALUATIONS:
        facts = {"limit": MAX_EVALUATIONS, "found": cost}
        findings.append(Finding("E_LIMIT", where="sections", facts=facts, variant="evaluations"))
    findings += _cycles(bare, rules)
    return replace(bare, rules=tuple(rules), findings=tuple(findings), conditions=tuple(conditions))


def _cycles(program: Program, rules: Sequence[CompiledRule]) -> Iterator[Finding]:
    """The formulas that wait for each other, told at the last of them."""
    found = fills(rules, program.directory)
    _, cycle = in_order(found, program.directory)
    if cycle:
        cells = [f"{program.form.section_by_id[s].code}[{row};{column}]" for s, row, column in cycle]
        trees = {id(found[place].tree) for place in cycle}
        members = [rule for rule in rules if id(rule.tree) in trees]
        facts = {"cells": cells, "rules": [rule.rule.code for rule in members]}
        yield Finding("E_CYCLE", where=members[-1].where, facts=facts, rule=members[-1].rule.code)


def compile_rule(
    program: Program, section_id: str, rule: forms.Rule, where: str = ""
) -> tuple[CompiledRule | None, Sequence[Fault], int]:
    """(compiled rule or None, its faults, nodes × targets)."""
    section = program.directory.form.section.get(section_id)
    if section is None:
        return None, [Fault("E_SCOPE", 0, 0, "section")], 0
    parsed = parse(rule.text)
    if parsed.rule is None:
        return None, parsed.faults, 0
    resolved = resolve(parsed.rule, program.directory, section, program.functions)
    if resolved.rule is None:
        return None, resolved.faults, 0
    tree = resolved.rule
    targets = Run(tree, section, program.directory).targets()
    if not targets:
        about_cells = all(reference.kind == "cell" for reference in nodes.references(tree))
        return None, [Fault("E_SCOPE", 0, len(parsed.text), "cell" if about_cells else "nowhere")], 0
    faults = check_types(tree, targets, program.directory, program.functions)
    faults += _formula_faults(rule, tree, section)
    size = sum(1 for part in nodes.parts(tree) for _ in nodes.walk(part))
    compiled = None if faults else CompiledRule(rule, section_id, where, lambda: tree)
    return compiled, faults, size * len(targets)


def _formula_faults(rule: forms.Rule, tree: nodes.Rule, section: SectionNames) -> Iterator[Fault]:
    if rule.computed and formula(tree, section.id) is None:
        yield Fault("E_SCOPE", 0, len(rule.text), "formula")


def _finding(fault: Fault, where: str, section: str = "", rule: str = "") -> Finding:
    return Finding(
        fault.code,
        where=where,
        facts=fault.facts,
        section=section,
        rule=rule,
        position=fault.start,
        end=fault.end,
        variant=fault.detail,
    )
