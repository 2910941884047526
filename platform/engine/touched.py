"""Which cells a finding is about, for marking them where people type."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from engine.findings import Finding
from engine.formulas import fills
from engine.program import CompiledRule, Program
from engine.sheet import Place
from expr import nodes
from expr.names import Directory, FormNames
from expr.targets import Run, Target, places

MOST = 40
"""Cells marked for one finding; of a wider one only the first."""


def touched(program: Program, directory: Directory, finding: Finding) -> list[Place]:
    """The cells of this report that a failed rule names at its target, or the one cell a finding names."""
    rule = program.rule_by_code.get(finding.rule)
    if rule is None:
        return list(_named(program, finding.where))
    target = _targets(program, directory.form, rule).get(finding.where)
    if target is None:
        return []
    references = [r for r in nodes.references(rule.tree) if r.source == nodes.HERE]
    singles = [r for r in references if not r.is_set] or references
    cells = chain.from_iterable(
        ((reference.section, row.id, column.id) for row, column in places(directory, reference, target))
        for reference in singles
    )
    found = list(dict.fromkeys(cells))
    return found if len(found) <= MOST else found[:1]


def computed_places(program: Program, directory: Directory) -> frozenset[Place]:
    """The cells that formulas fill."""
    return _computed(program, directory.form)


@lru_cache(maxsize=128)
def _computed(program: Program, form: FormNames) -> frozenset[Place]:
    return frozenset(fills(program.rules, replace(program.directory, form=form)))


@lru_cache(maxsize=1024)
def _targets(program: Program, form: FormNames, rule: CompiledRule) -> Mapping[str, Target]:
    directory = replace(program.directory, form=form)
    return {t.key: t for t in Run(rule.tree, form.section[rule.section], directory).targets()}


def _named(program: Program, where: str) -> Iterator[Place]:
    """The place of `A[I1;3]`."""
    name, bracket, rest = where.partition("[")
    row, _, column = rest.removesuffix("]").rpartition(";")
    section = program.form.section_by_code.get(name) or program.form.section_by_id.get(name)
    if bracket and section is not None and column in section.column_by_id:
        yield section.id, row, column
