"""Types and units of a resolved rule at its targets: what may be added, compared, asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from expr import nodes
from expr.faults import Fault
from expr.names import CellFacts, Directory
from expr.nodes import Call, Node, Reference
from expr.signatures import Functions, Kind
from expr.targets import Target, cell_facts
from expr.text import fold
from expr.units import factor, normal_unit

Type = Literal["number", "text", "date", "logic", "any"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Type and unit of an expression; unit None goes with every unit."""

    type: Type
    unit: str | None = None


ANY, NUMBER, TEXT, DATE, LOGIC = (Shape(t) for t in ("any", "number", "text", "date", "logic"))

_ENGLISH = {
    "level": "cap",
    "code": "ma",
    "name": "ten",
    "month": "thang",
    "quarter": "quy",
    "year": "nam",
    "first": "dau_nam",
    "from": "tu",
    "to": "den",
}
_ATTRIBUTES: dict[tuple[str, str], Shape] = {
    **{("period", name): NUMBER for name in ("thang", "quy", "nam")},
    **{("period", name): DATE for name in ("tu", "den")},
    **{("agency", name): TEXT for name in ("cap", "ma", "ten")},
    ("period", "dau_nam"): LOGIC,
}


def attribute_name(name: str) -> str:
    """The one name of an attribute: folded, Vietnamese where it is built in."""
    folded = fold(name).replace(" ", "_")
    return _ENGLISH.get(folded, folded)


def check_types(
    rule: nodes.Rule, targets: Iterable[Target], directory: Directory, functions: Functions
) -> list[Fault]:
    """The faults of `rule` over all its targets, each told once; units that clash at some, with the first."""
    found: dict[tuple[str, int, int], list[tuple[Fault, Target]]] = {}
    seen: set[tuple[tuple[CellFacts | None, ...], ...]] = set()
    refs = list(nodes.references(rule))
    for target in targets:
        signature = tuple(tuple(cell_facts(directory, r, target)) for r in refs)
        if signature in seen:
            continue
        seen.add(signature)
        checker = Checker(directory, functions, target)
        checker.known = {id(reference): facts for reference, facts in zip(refs, signature, strict=True)}
        for part in nodes.parts(rule):
            checker.condition(part)
        checker.tolerance(rule)
        told: dict[tuple[str, int, int], Fault] = {}
        for fault in checker.faults:
            told.setdefault((fault.code, fault.start, fault.end), fault)
        for key, fault in told.items():
            found.setdefault(key, []).append((fault, target))
    return [
        _at(fault, target, refs, directory) if len(told_at) < len(seen) else fault
        for told_at in found.values()
        for fault, target in told_at[:1]
    ]


def _at(fault: Fault, target: Target, refs: Sequence[Reference], directory: Directory) -> Fault:
    """A fault of units with the row or column where it is one."""
    home = next((r.section for r in refs if r.kind != "cell" and r.source.form is None), None)
    if fault.key != "E_UNIT" or home is None:
        return fault
    section, axis = directory.form.section[home], "row" if target.row else "column"
    thing = section.row.get(target.row) if target.row else section.column.get(target.column or "")
    if thing is None:
        return fault
    label = f"{thing.ordinal or thing.code} ({thing.title})" if thing.title else thing.code
    return replace(fault, detail=axis, facts={**fault.facts, "at": label})


class Checker:
    """Walks one tree at one target."""

    def __init__(self, directory: Directory, functions: Functions, target: Target) -> None:
        self.directory = directory
        self.functions = functions
        self.target = target
        self.faults: list[Fault] = []
        self.known: Mapping[int, Sequence[CellFacts | None]] = {}

    def fault(self, code: str, at: Node, detail: str = "", **facts: object) -> None:
        start, end = place(at)
        self.faults.append(Fault(code, start, end, detail, facts))

    def condition(self, node: Node) -> None:
        """Demands something that is true or false."""
        if self.shape(node).type not in ("logic", "any"):
            self.fault("E_TYPE", node, "condition")

    def tolerance(self, rule: nodes.Rule) -> None:
        """Demands a comparison of numbers that a tolerance can forgive."""
        numbers = Checker(self.directory, self.functions, self.target)
        kinds = {numbers.shape(part).type for node in nodes.asserted(rule) for part in node.operands}
        if rule.tolerance and not kinds & {"number", "any"}:
            self.faults.append(Fault("E_SCOPE", 0, 0, "clause"))

    def shape(self, node: Node) -> Shape:
        """Type and unit of `node`."""
        match node:
            case nodes.Number():
                return NUMBER
            case nodes.Text():
                return TEXT
            case nodes.Date():
                return DATE
            case nodes.Attribute(owner, name):
                return _ATTRIBUTES.get((owner, attribute_name(name)), ANY)
            case Reference():
                return self.reference(node)
            case nodes.Negative(operand):
                return self.number(operand)
            case nodes.Sum(terms):
                shapes = [self.number(term) for term in terms]
                self.percent_beside(node, terms, shapes)
                return Shape("number", self.same_unit(node, shapes))
            case nodes.Product():
                return Shape("number", self.product(node))
            case Call():
                return self.call(node)
            case _:
                self.logic(node)
                return LOGIC

    def logic(self, node: Node) -> None:
        match node:
            case nodes.Compare():
                self.compare(node)
            case nodes.Criterion(_, operand):
                self.shape(operand)
            case nodes.Filled(operand, _):
                if self.shape(operand).type == "logic":
                    self.fault("E_TYPE", operand, "filled")
            case nodes.OneOf(operand, choices):
                shapes = [self.shape(part) for part in (operand, *choices)]
                self.same_type(node, shapes)
                self.percent_beside(node, (operand, *choices), shapes)
                self.same_unit(node, shapes)
            case _:
                for part in nodes.children(node):
                    self.condition(part)

    def number(self, node: Node) -> Shape:
        shape = self.shape(node)
        if shape.type not in ("number", "any"):
            self.fault("E_TYPE", node, "number", type=shape.type)
            return NUMBER
        return shape

    def reference(self, reference: Reference) -> Shape:
        known = self.known.get(id(reference))
        found = cell_facts(self.directory, reference, self.target) if known is None else known
        facts = [f for f in found if f is not None]
        if not facts:
            if reference.kind == "cell":
                self.fault("E_SCOPE", reference, "cell")
            return ANY
        kinds = {f.kind for f in facts}
        if len(kinds) > 1:
            self.fault("E_TYPE", reference, "set")
        return Shape(facts[0].kind, self.same_unit(reference, [Shape(f.kind, f.unit) for f in facts]))

    def same_unit(self, at: Node, shapes: Iterable[Shape]) -> str | None:
        units = list(dict.fromkeys(u for s in shapes if (u := normal_unit(s.unit))))
        if len(units) > 1:
            self.fault("E_UNIT", at, "", units=units)
        return units[0] if units else None

    def percent_beside(self, at: Node, operands: Sequence[Node], shapes: Sequence[Shape]) -> None:
        """100% goes beside percentages and beside what has no unit; beside đồng it would say nothing."""
        units = [unit for shape in shapes if (unit := normal_unit(shape.unit))]
        if units and "%" not in units and any(_is_percent(operand) for operand in operands):
            self.fault("E_UNIT", at, "", units=[*dict.fromkeys(units), "%"])

    def same_type(self, at: Node, shapes: Iterable[Shape]) -> Type:
        types = list(dict.fromkeys(s.type for s in shapes if s.type != "any"))
        if len(types) > 1:
            self.fault("E_TYPE", at, "compare", types=types)
        return types[0] if types else "any"

    def product(self, node: nodes.Product) -> str | None:
        unit: str | None = None
        for position, (part, divides) in enumerate(zip(node.factors, node.divides, strict=True)):
            shape = self.number(part)
            if isinstance(part, nodes.Number):
                continue
            # A price times a quantity is neither; only a literal leaves the unit as it is.
            alone = position == 0 or all(isinstance(f, nodes.Number) for f in node.factors[:position])
            unit = shape.unit if alone and not divides else None
        return unit

    def compare(self, node: nodes.Compare) -> None:
        shapes = [self.shape(operand) for operand in node.operands]
        kind = self.same_type(node, shapes)
        if kind in ("text", "logic") and any(op not in ("=", "<>") for op in node.operators):
            self.fault("E_TYPE", node, "order", type=kind)
        self.percent_beside(node, node.operands, shapes)
        self.same_unit(node, shapes)

    # --- functions

    def call(self, call: Call) -> Shape:
        signature = self.functions.by_name.get(call.name)
        if signature is None or not signature.accepts(len(call.arguments)):
            return ANY
        shapes = [
            self.argument(call, signature.kind(position), argument)
            for position, argument in enumerate(call.arguments)
        ]
        values = [
            s
            for i, s in enumerate(shapes)
            if signature.kind(i) in ("cells", "number", "any", "reference", "value")
        ]
        unit = None
        if signature.unit in ("same", "percent"):
            unit = self.same_unit(call, values) if call.name != "tổng_nếu" else values[-1].unit
        if call.name in ("lũy_kế", "tổng_đơn_vị_con", "trung_bình_đơn_vị_con"):
            self.running(call)
        if call.name in ("đếm_nếu", "tổng_nếu"):
            self.criterion(call, shapes)
        if signature.unit == "percent":
            return Shape("number", "%")
        if signature.unit == "target":
            return self.convert(call, shapes[0])
        kind = self.same_type(call, values) if signature.result == "same" else "number"
        return Shape(kind, unit if signature.unit == "same" else None)

    def argument(self, call: Call, kind: Kind, argument: Node) -> Shape:
        if kind in ("number", "reference", "value"):
            return self.number(argument)
        if kind == "condition":
            self.condition(argument)
            return LOGIC
        if kind == "digits" and not _is_digits(argument):
            self.fault("E_TYPE", call, "digits", function=call.name)
        if kind == "unit" and not isinstance(argument, nodes.Text):
            self.fault("E_TYPE", call, "unit", function=call.name)
        shape = self.shape(argument.operand if isinstance(argument, nodes.Criterion) else argument)
        if kind in ("date", "text") and shape.type not in (kind, "any"):
            self.fault("E_TYPE", argument, "argument", function=call.name, type=shape.type, wanted=kind)
        if (
            kind == "cells"
            and call.name not in ("đếm", "đếm_nếu", "tổng_nếu")
            and shape.type not in ("number", "any")
        ):
            self.fault("E_TYPE", argument, "number", type=shape.type)
        if kind == "criterion" and not isinstance(argument, nodes.Criterion | nodes.Text):
            self.fault("E_TYPE", call, "criterion", function=call.name)
        return shape

    def criterion(self, call: Call, shapes: Sequence[Shape]) -> None:
        """A set is asked for its own kind, and what is summed stands cell by cell beside what is asked."""
        wanted = call.arguments[1]
        asked = wanted.operand if isinstance(wanted, nodes.Criterion) else wanted
        kind = self.same_type(call, (shapes[0], shapes[1]))
        if kind == "text" and isinstance(wanted, nodes.Criterion) and wanted.operator not in ("=", "<>"):
            self.fault("E_TYPE", call, "order", type=kind)
        self.percent_beside(call, (asked,), (shapes[0],))
        self.same_unit(call, (shapes[0], shapes[1]))
        sets = [part for i, part in enumerate(call.arguments) if i != 1 and isinstance(part, Reference)]
        sizes = [len(cell_facts(self.directory, part, self.target)) for part in sets]
        if len(set(sizes)) > 1:
            self.fault("E_SET", call, "sizes", function=call.name, sizes=sizes)
        if call.name == "tổng_nếu" and shapes[-1 if len(shapes) > 2 else 0].type not in ("number", "any"):
            self.fault("E_TYPE", call.arguments[-1 if len(shapes) > 2 else 0], "number")

    def running(self, call: Call) -> None:
        """Sums over time and over agencies take bare figures of this report; a rate has no sum."""
        reference = call.arguments[0]
        if not isinstance(reference, Reference):
            return
        if reference.source != nodes.HERE:
            self.fault("E_PERIOD", reference, "running", function=call.name)
        facts = cell_facts(self.directory, reference, self.target)
        if call.name == "lũy_kế" and any(f is not None and f.nature == "rate" for f in facts):
            self.fault("E_TYPE", call, "rate", function=call.name)

    def convert(self, call: Call, have: Shape) -> Shape:
        target = call.arguments[1]
        if not isinstance(target, nodes.Text):
            return NUMBER
        if factor(have.unit, target.value) is None:
            self.fault("E_UNIT", call, "convert", units=[have.unit or "?", target.value])
        return Shape("number", target.value)


def _is_percent(node: Node) -> bool:
    literal = node.operand if isinstance(node, nodes.Negative) else node
    return isinstance(literal, nodes.Number) and literal.percent


def _is_digits(node: Node) -> bool:
    return isinstance(node, nodes.Number) and node.value in range(7) and not node.percent


def place(node: Node) -> tuple[int, int]:
    """Where a node stands in the text: the span of the references, calls and attributes in it."""
    spans = [
        (part.start, part.end)
        for part in nodes.walk(node)
        if isinstance(part, Reference | Call | nodes.Attribute)
    ]
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else (0, 0)


def unit_of(node: Node, directory: Directory, functions: Functions, target: Target) -> str | None:
    """The unit of an expression at a target; None when it has none or goes with any."""
    return normal_unit(Checker(directory, functions, target).shape(node).unit)


def has_percent(node: Node) -> bool:
    """True when a literal such as 100% stands in the expression: what it counts depends on its neighbours."""
    return any(isinstance(part, nodes.Number) and part.percent for part in nodes.walk(node))
