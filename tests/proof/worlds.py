"""One world of the proof: a form, sound rules about it, sheets of figures and their contexts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from engine.context import Context
from engine.form import Rule, Section
from engine.formulas import fills, formula
from engine.order import in_order
from engine.program import CompiledRule, Program, compile_form, compile_rule
from engine.sheet import Sheet
from tests.proof.figures import context, open_keys, sheet
from tests.proof.forms import paper
from tests.proof.texts import formula_text, rule_text

TRIES = 30
"""Texts tried for each rule wanted: a few out of ten are sound."""


@dataclass(frozen=True)
class World:
    """`cases` are the sheets, as typed, with what they are checked against. `refused` counts faults."""

    seed: str
    program: Program
    cases: Sequence[tuple[Sheet, Context]]
    refused: Counter[str]


def world(pick: Random, seed: str, rules: int, cases: int) -> World:
    """A world with at most so many rules; a quarter of them are formulas."""
    papers = paper(pick)
    program = compile_form(papers.form, {papers.other.header.code: papers.other})
    assert program.is_sound, (seed, program.findings)
    refused: Counter[str] = Counter()
    program = replace(program, rules=_rules(pick, program, rules, refused))
    other = program.others[papers.other.header.code]
    here = []
    for _ in range(2):  # sheets with the same open rows can be checked together
        rows = {key: open_keys(pick, section) for key, section in program.layout.sections.items()}
        earlier = {key: open_keys(pick, section) for key, section in program.layout.sections.items()}
        for _ in range(cases // 2):
            around = context(pick, program.layout, other, pick.choice([rows, earlier]))
            here.append((sheet(pick, program.layout, rows), around))
    return World(seed, program, here, refused)


def _rules(pick: Random, program: Program, wanted: int, refused: Counter[str]) -> tuple[CompiledRule, ...]:
    found: list[CompiledRule] = []
    sections = [s for s in program.form.sections if s.kind in ("table", "list")]
    for _ in range(wanted * TRIES):
        if len(found) == wanted:
            break
        section = pick.choice([sections[0], *sections])
        compiled = _rule(pick, program, section, len(found), refused)
        if compiled is not None and not _is_circular(program, [*found, compiled]):
            found.append(compiled)
    return tuple(found)


def _rule(
    pick: Random, program: Program, section: Section, number: int, refused: Counter[str]
) -> CompiledRule | None:
    computed = pick.random() < 0.2
    text = formula_text(pick, section) if computed else rule_text(pick, section)
    compiled, faults, _ = compile_rule(program, section.id, Rule(f"K{number}", f"K{number}", text))
    refused.update({fault.code for fault in faults})
    if compiled is None or not computed or formula(compiled.tree, section.id) is None:
        return compiled
    return replace(compiled, rule=replace(compiled.rule, computed=True))


def _is_circular(program: Program, rules: Sequence[CompiledRule]) -> bool:
    if not rules[-1].computed:
        return False
    return bool(in_order(fills(rules, program.directory), program.directory)[1])


def seeded(seed: int, rules: int, cases: int) -> World:
    """The world of a seed: always the same."""
    return world(Random(seed), str(seed), rules, cases)
