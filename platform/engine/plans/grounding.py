"""Brings the rules of a program down to the cells of a report (see `engine.plans.ground`)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from engine.formulas import OVER_CHILDREN, Fill, fills
from engine.layout import SectionLayout
from engine.plans import ground as grounded
from engine.plans.ground import Argument, Ground, Instance, Shape, Side
from engine.plans.plan import CellKind, Formula, GivenKind, GivenSource, Plan, Table
from engine.program import Program
from engine.values import BLANK, EXACT
from expr import nodes
from expr.names import Directory, FormNames, SectionNames
from expr.nodes import Node, Reference
from expr.targets import Run, Target, cell_facts, places
from expr.types import has_percent, unit_of
from expr.units import factor


def ground(program: Program, names: FormNames) -> Plan:
    """The plan of a program for a report with these names (see `engine.calculate.evaluator`)."""
    directory = replace(program.directory, form=names)
    work = _Grounder(program, directory)
    runs = [
        (at, target)
        for at, rule in enumerate(program.rules)
        for target in Run(rule.tree, names.section[rule.section], directory).targets()
    ]
    instances = tuple(work.instance(at, target) for at, target in runs)
    rule_at = {id(rule.tree): at for at, rule in enumerate(program.rules)}
    formulas = [work.formula(rule_at[id(f.tree)], f) for f in fills(program.rules, directory).values()]
    plan = Plan(
        tuple(work.cells.tables),
        (*work.cells.decimals, 0),
        (*work.cells.kinds, "number"),
        tuple(work.shapes),
        instances,
        tuple(work.givens),
        tuple(formulas),
        tuple(target for _, target in runs),
    )
    return replace(plan, formulas=_in_order(plan))


def _in_order(plan: Plan) -> tuple[Formula, ...]:
    """The formulas, each after all it reads; none where they wait for each other."""
    by_slot = {formula.slot: formula for formula in plan.formulas}
    graph = {slot: [s for s in plan.reads(formula) if s in by_slot] for slot, formula in by_slot.items()}
    try:
        return tuple(by_slot[slot] for slot in TopologicalSorter(graph).static_order())
    except CycleError:
        return ()


class _Slots:
    """Numbers all cells of a report; what they hold is the same for figures that rules do not see."""

    def __init__(self, program: Program, names: FormNames) -> None:
        self.tables: list[Table] = []
        self.decimals: list[int] = []
        self.kinds: list[CellKind] = []
        self._rows: dict[str, dict[str, int]] = {}
        self._columns: dict[str, Mapping[str, int]] = {}
        for section in names.sections:
            self._add(section, program.layout.sections[section.id])

    def _add(self, section: SectionNames, layout: SectionLayout) -> None:
        keys = [row.id for row in layout.rows]
        cells = list(layout.cells)
        for row in section.rows:
            if row.pattern:
                keys.append(row.id)
                cells += layout.pattern_cells[row.pattern if row.pattern in layout.pattern_cells else ""]
        first, width = len(self.decimals), len(layout.columns)
        self.tables.append(Table(section.id, tuple(keys), tuple(layout.column_at), first))
        self.decimals += [cell.decimals for cell in cells]
        self.kinds += [
            "number" if cell.is_numeric else "date" if cell.type == "date" else "text" for cell in cells
        ]
        self._rows[section.id] = {key: first + i * width for i, key in enumerate(keys)}
        self._columns[section.id] = layout.column_at

    def slot(self, section: str, row: str, column: str) -> int:
        return self._rows[section][row] + self._columns[section][column]

    def has(self, section: str, row: str) -> bool:
        """False for a designed row that stands for those of the agencies: nothing is ever entered there."""
        return row in self._rows[section]


@dataclass(frozen=True, slots=True)
class _At:
    """Where a node is being grounded: `tolerance` is None for what only decides."""

    rule: nodes.Rule
    index: int
    target: Target
    tolerance: nodes.Tolerance | None
    of_percent: bool = False


class _Grounder:
    """Grounds one target after the other; shapes and givens that were met before are met again."""

    def __init__(self, program: Program, directory: Directory) -> None:
        self.program = program
        self.directory = directory
        self.cells = _Slots(program, directory.form)
        self.shapes: dict[Shape, int] = {}
        self.givens: dict[GivenSource, int] = {}
        self.arguments: list[Argument] = []

    def instance(self, index: int, target: Target) -> Instance:
        """A rule at one of its targets."""
        rule = self.program.rules[index].tree
        self.arguments = []
        at = _At(rule, index, target, rule.tolerance)
        when = None if rule.when is None else self.condition(rule.when, at)
        shape = Shape(self.truth(rule.statement, at), when)
        return Instance(index, self.shape(shape), target.key, tuple(self.arguments))

    def formula(self, index: int, fill: Fill) -> Formula:
        """A computed cell: the expression in place of the statement."""
        self.arguments = []
        at = _At(fill.tree, index, fill.target, fill.tree.tolerance)
        when = None if fill.tree.when is None else self.condition(fill.tree.when, at)
        shape = Shape(self.value(fill.expression, self.beside(fill.operands, at)), when)
        slot = self.cells.slot(*fill.place)
        return Formula(slot, index, self.shape(shape), tuple(self.arguments))

    def shape(self, shape: Shape) -> int:
        return self.shapes.setdefault(shape, len(self.shapes))

    def argument(self, argument: Argument) -> int:
        self.arguments.append(argument)
        return len(self.arguments) - 1

    # --- conditions

    def condition(self, node: Node, at: _At) -> Ground:
        return self.truth(node, replace(at, tolerance=None))

    def truth(self, node: Node, at: _At) -> Ground:
        match node:
            case nodes.Compare(operands, operators):
                inner = self.beside(operands, at)
                sides = tuple(self.side(operand, inner) for operand in operands)
                return grounded.Compare(sides, operators, at.tolerance, at.rule.blanks)
            case nodes.Filled(operand, wanted):
                return grounded.Filled(self.value(operand, at), wanted)
            case nodes.OneOf(operand, choices, negated):
                inner = self.beside((operand, *choices), at)
                found = tuple(self.side(choice, inner) for choice in choices)
                return grounded.OneOf(self.side(operand, inner), found, negated, at.rule.blanks)
            case nodes.Not(operand):
                return grounded.Not(self.truth(operand, at))
            case nodes.Both(operands):
                return grounded.Both(tuple(self.truth(part, at) for part in operands))
            case nodes.Either(operands):
                return grounded.Either(tuple(self.truth(part, at) for part in operands))
            case nodes.Guard(condition, then, otherwise):
                last = None if otherwise is None else self.truth(otherwise, at)
                return grounded.Guard(self.condition(condition, at), self.truth(then, at), last)
        return self.value(node, at)

    def side(self, node: Node, at: _At) -> Side:
        literal = node.operand if isinstance(node, nodes.Negative) else node
        operand, decimals = self.value(node, at), None
        if isinstance(node, Reference) and not node.is_set:
            decimals = self.decimals(node, operand, at)
        if isinstance(node, nodes.Attribute) and isinstance(operand, grounded.Given):
            operand = replace(operand, as_text=self.given(node, at, "text").at)
        return Side(
            operand,
            has_references=any(isinstance(part, Reference) for part in nodes.walk(node)),
            is_literal=isinstance(literal, nodes.Number | nodes.Text | nodes.Date),
            decimals=decimals,
        )

    def decimals(self, reference: Reference, operand: Ground, at: _At) -> int | None:
        """Those of the cell that a single reference names; None where there is none."""
        if reference.source == nodes.HERE:
            return operand.decimals if isinstance(operand, grounded.Cell) else None
        facts = cell_facts(self.directory, reference, at.target)
        return facts[0].decimals if facts and facts[0] else None

    def beside(self, operands: Sequence[Node], at: _At) -> _At:
        """100% beside percentages is 100; anywhere else it is the factor 1."""
        if at.of_percent or not any(has_percent(operand) for operand in operands):
            return at
        units = (unit_of(o, self.directory, self.program.functions, at.target) for o in operands)
        return replace(at, of_percent=any(unit == "%" for unit in units))

    # --- values

    def value(self, node: Node, at: _At) -> Ground:
        match node:
            case nodes.Number(number, percent):
                as_factor = percent and not at.of_percent
                return grounded.Constant(number.scaleb(-2, EXACT) if as_factor else number)
            case nodes.Text(text):
                return grounded.Constant(text)
            case nodes.Date(day):
                return grounded.Constant(datetime.date.fromisoformat(day))
            case nodes.Attribute():
                return self.given(node, at, "value")
            case Reference():
                return self.cell(node, at) if node.source == nodes.HERE else self.given(node, at, "value")
            case nodes.Negative(operand):
                return grounded.Negative(self.value(operand, at))
            case nodes.Sum(terms, signs):
                inner = self.beside(terms, at)
                return grounded.Sum(tuple(self.value(term, inner) for term in terms), signs)
            case nodes.Product(factors, divides):
                inner = replace(at, of_percent=False)
                return grounded.Product(tuple(self.value(part, inner) for part in factors), divides)
            case nodes.Call():
                return self.call(node, at)
        return self.condition(node, at)

    def given(self, node: Node, at: _At, kind: GivenKind) -> grounded.Given:
        return grounded.Given(self.argument(self.source(node, at, kind)))

    def given_set(self, node: Node, at: _At, kind: GivenKind) -> grounded.Givens:
        return grounded.Givens(self.argument(self.source(node, at, kind)))

    def source(self, node: Node, at: _At, kind: GivenKind) -> int:
        source = GivenSource(at.index, node, at.target, kind, at.of_percent)
        return self.givens.setdefault(source, len(self.givens))

    def cell(self, reference: Reference, at: _At) -> Ground:
        """The first cell that a reference stands for, as of a single one; blank where there is none."""
        found = self.found(reference, at)
        slot = found[0] if found else None
        return grounded.Constant(BLANK) if slot is None else self.leaf(slot)

    def leaf(self, slot: int) -> grounded.Cell:
        decimals, kind = self.cells.decimals[slot], self.cells.kinds[slot]
        return grounded.Cell(self.argument(slot), decimals, kind)

    def found(self, reference: Reference, at: _At) -> list[int | None]:
        """The slots of a reference to this report; None where there is no cell."""
        section = self.directory.form.section[reference.section]
        return [
            self.cells.slot(section.id, row.id, column.id)
            if section.cell(row, column) is not None and self.cells.has(section.id, row.id)
            else None
            for row, column in places(self.directory, reference, at.target)
        ]

    def set(self, node: Node, at: _At, *, aligned: bool = False) -> Ground:
        """A set, or the one value of an expression. An aligned set keeps the place of absent cells."""
        if not isinstance(node, Reference):
            return self.value(node, at)
        if node.source != nodes.HERE:
            return self.given_set(node, at, "set")
        found = self.found(node, at)
        nowhere = len(self.cells.decimals)
        slots = tuple(nowhere if slot is None else slot for slot in found if aligned or slot is not None)
        return grounded.Cells(self.argument(slots))

    # --- functions

    def call(self, call: nodes.Call, at: _At) -> Ground:
        if call.name in OVER_CHILDREN:
            return self.given(call, at, "value")
        at, arguments = self.beside(call.arguments, at), call.arguments
        match call.name:
            case "chọn":
                return grounded.Choose(self.condition(arguments[0], at), *self.values(arguments[1:], at))
            case "đổi":
                return self.convert(arguments, at)
            case "đếm_nếu" | "tổng_nếu":
                return self.chosen(call, at)
            case "lũy_kế":
                return self.year_to_date(arguments[0], at)
        signature = self.program.functions.by_name[call.name]
        if signature.kind(0) == "cells":
            kinds = ("any" if call.name == "đếm" else "number",) * len(arguments)
            sets = tuple(self.set(a, at) for a in arguments)
            return grounded.Call(call.name, sets, kinds, sets=True, body=signature.body)
        kinds = tuple(signature.kind(i) for i in range(len(arguments)))
        return grounded.Call(call.name, self.values(arguments, at), kinds, body=signature.body)

    def values(self, arguments: Sequence[Node], at: _At) -> tuple[Ground, ...]:
        return tuple(self.value(argument, at) for argument in arguments)

    def convert(self, arguments: Sequence[Node], at: _At) -> Ground:
        operand, target = self.value(arguments[0], at), arguments[1]
        have = unit_of(arguments[0], self.directory, self.program.functions, at.target)
        found = factor(have, target.value) if isinstance(target, nodes.Text) else None
        return grounded.Convert(operand, *(found or (EXACT.create_decimal(1), EXACT.create_decimal(1))))

    def chosen(self, call: nodes.Call, at: _At) -> Ground:
        tested, criterion, *rest = call.arguments
        operator: nodes.Operator = "="
        if isinstance(criterion, nodes.Criterion):
            operator, criterion = criterion.operator, criterion.operand
        summed = None
        if call.name == "tổng_nếu":
            summed = self.set(rest[0] if rest else tested, at, aligned=True)
        wanted = replace(self.side(criterion, at), is_literal=True)
        return grounded.Chosen(self.set(tested, at, aligned=True), operator, wanted, summed, at.rule.blanks)

    # --- over time

    def year_to_date(self, reference: Node, at: _At) -> Ground:
        assert isinstance(reference, Reference)
        facts = cell_facts(self.directory, reference, at.target)
        if any(f is not None and f.nature == "stock" for f in facts):
            earlier = self.given_set(reference, at, "latest")
            return grounded.YearToDate(earlier, self.set(reference, at), latest=True)
        found = [(row.id, column.id) for row, column in places(self.directory, reference, at.target)]
        revised_by = self.program.layout.sections[reference.section].revised_by
        if not any(column in revised_by for _, column in found):
            earlier = self.given_set(reference, at, "earlier")
            return grounded.YearToDate(earlier, self.set(reference, at), latest=False)
        earlier = self.given_set(reference, at, "before")
        last = (
            self.last(reference.section, row, column, revised_by.get(column), at) for row, column in found
        )
        current = (self.set(reference, at), *last)
        together = grounded.Call("tổng", current, ("number",) * len(current), sets=True)
        return grounded.YearToDate(earlier, together, latest=False)

    def last(self, section: str, row: str, column: str, official: str | None, at: _At) -> Ground:
        """The last earlier figure of a cell; where this report has the official one, that."""
        before = Reference(None, None, section=section)
        at = replace(at, target=Target(row=row, column=column))
        earlier = self.given(before, at, "last")
        if official is None:
            return earlier
        slot = self.cells.slot(section, row, official)
        is_revised = (
            grounded.Filled(self.leaf(slot), True),
            grounded.Filled(self.given(before, at, "there"), True),
        )
        return grounded.Choose(grounded.Both(is_revised), self.leaf(slot), earlier)
