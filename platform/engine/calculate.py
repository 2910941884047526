"""Computed cells: filled in the order they need each other.

A figure that is already there is a claim: it is kept, every other rule sees it, and the formula's own
verdict compares it with the computed value. A save overwrites instead, and says so where the figure differed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.context import Context
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.plans.running import Running
from engine.program import Program
from engine.report import evaluator as evaluator
from engine.sheet import Figure, Place, Sheet


@dataclass(frozen=True)
class Calculated:
    """The sheet with computed cells filled, the claims that were kept or replaced, and what went wrong.

    `opened` are computed cells whose earlier figure is missing, and why: people type them, so that what they
    hold is kept also where all is computed anew.
    """

    sheet: Sheet
    claims: Mapping[Place, Figure]
    findings: tuple[Finding, ...] = ()
    opened: Mapping[Place, str] = field(default_factory=dict)


def calculate(program: Program, sheet: Sheet, context: Context, *, overwrite: bool = False) -> Calculated:
    """`sheet` with every formula computed; with `overwrite` given figures of computed cells are replaced."""
    return calculated(Running(program, sheet, context, overwrite=overwrite))


def calculated(work: Running) -> Calculated:
    """What was computed in a report that is being worked on."""
    found = replaced(work, work.made) if work.overwrite else ()
    return Calculated(work.sheet, work.claims, (*work.findings, *found), work.opened)


def replaced(work: Running, places: Iterable[Place]) -> Iterator[Finding]:
    """A finding for each of these places in which the computed figure replaced a given one."""
    program = work.program
    for place in places:
        claim, computed = work.claims.get(place), work.made.get(place)
        section, row, column = place
        cell = find_cell(program.layout.sections[section], row, column)
        if cell is None or claim is None or computed is None:
            continue
        facts = {"given": print_figure(cell, claim), "computed": print_figure(cell, computed)}
        where = f"{program.form.section_by_id[section].code}[{row};{column}]"
        yield Finding("figure.replaced", "warning", where, facts)
