"""Which rules of a form have to do with one another: formulas that feed it, those that read what it fills,
those that speak of the same cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from engine.formulas import fills
from engine.program import CompiledRule, Program
from engine.sheet import Place
from expr import nodes
from expr.targets import Run, places

Relation = Literal["feeds", "reads", "shares"]


@dataclass(frozen=True, slots=True)
class Related:
    """Another rule: it `feeds` this one, `reads` what this one fills, or `shares` cells with it."""

    rule: CompiledRule
    relation: Relation


def related(program: Program, rule: CompiledRule) -> list[Related]:
    """The other rules that touch cells of this one, in the order of the form."""
    read, filled = _reads(program), _fills(program)
    mine, own = read[rule.where], filled[rule.where]
    found = []
    for other in program.rules:
        if other is rule:
            continue
        relation: Relation | None = None
        if own & read[other.where]:
            relation = "reads"
        elif filled[other.where] & mine:
            relation = "feeds"
        elif mine & read[other.where]:
            relation = "shares"
        if relation:
            found.append(Related(other, relation))
    return found


def cells_read(program: Program, rule: CompiledRule) -> Sequence[Place]:
    """The cells of this form that a rule mentions, in the order of its text."""
    return list(dict.fromkeys(_mentioned(program, rule)))


@lru_cache(maxsize=16)
def _reads(program: Program) -> Mapping[str, frozenset[Place]]:
    return {rule.where: frozenset(_mentioned(program, rule)) for rule in program.rules}


@lru_cache(maxsize=16)
def _fills(program: Program) -> Mapping[str, frozenset[Place]]:
    return {rule.where: frozenset(fills([rule], program.directory)) for rule in program.rules}


def _mentioned(program: Program, rule: CompiledRule) -> Iterator[Place]:
    references = [each for each in nodes.references(rule.tree) if each.source == nodes.HERE]
    section = program.directory.form.section[rule.section]
    for target in Run(rule.tree, section, program.directory).targets():
        for reference in references:
            for row, column in places(program.directory, reference, target):
                yield reference.section, row.id, column.id
