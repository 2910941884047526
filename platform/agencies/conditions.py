"""Conditions on agencies, in the words of the rules: `đơn vị.dân_số > 10000`, `đơn vị.loại = "phường"`.

A condition asks for attributes of the agency alone, as the `when` of a form does, and is decided by the same
means. What nobody knows of an agency does not hold of it.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from agencies.attributes import attributes_of
from agencies.tree import Node, Tree
from core.errors import Invalid
from engine.findings import Finding
from engine.form import CellOverride, Column, Form, Header, Row, Rows, Section
from engine.given import read_context
from engine.program import Program, compile_form
from engine.report import closed_cells

LONGEST = 500
CELL = "A", "R", "C"


def meeting(tree: Tree, nodes: Iterable[Node], condition: str) -> list[Node]:
    """Those of some agencies of whom a condition holds on the tree's day; Invalid where it is none."""
    program = _program(condition.strip())
    return [node for node in nodes if _holds(program, tree, node)]


def _holds(program: Program, tree: Tree, node: Node) -> bool:
    context, _ = read_context(program, {"agency": dict(attributes_of(tree, node.id))})
    return CELL in closed_cells(program, context)


@lru_cache(maxsize=64)
def _program(condition: str) -> Program:
    """A form of one cell, which is locked for whom the condition holds."""
    if not 0 < len(condition) <= LONGEST:
        raise Invalid([Finding("condition.empty", facts={"longest": LONGEST})])
    section, row, column = CELL
    table = Section(
        section,
        section,
        "table",
        columns=(Column(column, column, column, ""),),
        rows=Rows(items=(Row(row, row, row),)),
        cells=(CellOverride(row, column, state="locked", when=condition),),
    )
    program = compile_form(Form(Header(section, section), (table,)))
    if program.findings:
        raise Invalid([replace(finding, where=condition) for finding in program.findings])
    return program
