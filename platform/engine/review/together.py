"""What is wrong with sound rules taken together: the second look at a form, before it is published.

Compiling says what is wrong with each rule by itself. Nothing here knows figures: a cell counts as entered,
so that no rule hides behind a blank.
"""

from collections.abc import Iterator, Sequence

from engine.findings import Finding
from engine.program import Program
from engine.review.contradictions import contradictions
from engine.review.demands import Demands
from engine.review.fights import fights
from engine.review.idle import idle
from engine.review.repetitions import repetitions
from expr.parser import parse
from expr.printer import print_rule

_SHORT = 1_000
"""Characters within which a rule keeps every limit of length and tokens."""


def review(program: Program) -> Sequence[Finding]:
    """Contradictions, repetitions, idle rules, fights over a cell and what cannot be kept, rule by rule."""
    demands = Demands(program)
    findings = [
        *_unreadable(program),
        *contradictions(demands),
        *repetitions(demands),
        *idle(demands),
        *fights(demands),
    ]
    order = {rule.where: position for position, rule in enumerate(program.rules)}
    return sorted(findings, key=lambda finding: order[finding.where])


def _unreadable(program: Program) -> Iterator[Finding]:
    """Rules that stay within the limits as written, but not as they will be printed and kept."""
    for rule in program.rules:
        text = print_rule(rule.tree, program.directory, rule.section)
        for fault in parse(text).faults if len(text) > _SHORT else ():
            yield Finding(
                fault.code, where=rule.where, facts=fault.facts, rule=rule.rule.code, variant=fault.detail
            )
