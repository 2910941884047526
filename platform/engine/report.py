"""A program at one report: the names of the rows that are there, the plan for them, the plain evaluator.

Names and plans are made once for a program, a set of open rows and what is absent by its `when`.
"""

from dataclasses import replace
from functools import lru_cache

from engine.context import Context
from engine.evaluate import At, Evaluator
from engine.naming import Rows, names_of, rows_of
from engine.plans.grounding import ground
from engine.plans.plan import Plan
from engine.presence import Closed, Extent, absent, closed, without
from engine.program import Program
from engine.sheet import Sheet
from expr import nodes
from expr.names import FormNames
from expr.targets import Target


def evaluator(program: Program, sheet: Sheet, context: Context) -> Evaluator:
    """The plain evaluator of a program's rules over one sheet."""
    names = _names(program, rows_of(sheet), _absent(program, context))
    directory = replace(program.directory, form=names)
    return Evaluator(program.layout, directory, program.functions, sheet, context)


def plan_for(program: Program, sheet: Sheet, context: Context) -> Plan:
    """The plan of a program for the rows of a sheet."""
    return _plan(program, rows_of(sheet), _absent(program, context))


def closed_cells(program: Program, context: Context) -> Closed:
    """The cells that an agency cannot fill in a period, by the conditions of the form."""
    if not program.conditions:
        return {}
    sheet = Sheet(program.layout)
    work = Evaluator(program.layout, program.directory, program.functions, sheet, context)
    return closed(program.conditions, lambda tree: work.condition(tree, At(nodes.Rule(tree), Target())))


def _absent(program: Program, context: Context) -> frozenset[Extent]:
    return absent(closed_cells(program, context))


@lru_cache(maxsize=128)
def _names(program: Program, rows: Rows, gone: frozenset[Extent]) -> FormNames:
    return without(names_of(program.layout, rows), gone)


@lru_cache(maxsize=64)
def _plan(program: Program, rows: Rows, gone: frozenset[Extent]) -> Plan:
    return ground(program, _names(program, rows, gone))
