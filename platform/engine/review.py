"""What is wrong with sound rules taken together: the second look at a form, before it is published.

Compiling says what is wrong with each rule by itself. Nothing here knows figures: a cell counts as entered,
so that no rule hides behind a blank.
"""

from collections.abc import Sequence

from engine.contradictions import contradictions
from engine.demands import Demands
from engine.fights import fights
from engine.findings import Finding
from engine.idle import idle
from engine.program import Program
from engine.repetitions import repetitions


def review(program: Program) -> Sequence[Finding]:
    """Contradictions, repetitions, idle rules and fights over a cell, in the order of the rules."""
    demands = Demands(program)
    findings = [*contradictions(demands), *repetitions(demands), *idle(demands), *fights(demands)]
    order = {rule.where: position for position, rule in enumerate(program.rules)}
    return sorted(findings, key=lambda finding: order[finding.where])
