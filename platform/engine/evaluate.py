"""The meaning of the language: a plain walk over the tree, one form at a time.

Every other evaluator must equal this one. Outcomes of a condition are True, False or not applicable with a
reason; logic over them is Kleene's, and the leftmost deciding n/a gives the reason.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from engine.arithmetic import Arithmetic, Bounds, Exact, Interval
from engine.compare import (
    Side,
    Truth,
    can_hold,
    chosen,
    chosen_terms,
    holds,
    not_comparable,
    terms_of,
    without_blanks,
)
from engine.context import ChildReport, Context
from engine.functions import BODIES, MULTIPLIES, body_of, entered, fitting, quotient, total
from engine.layout import Layout
from engine.naming import names_of, rows_of
from engine.reading import Reader
from engine.sheet import Sheet
from engine.values import BLANK, EXACT, MARK, Missing, NotApplicable, Value, first_reason
from expr import nodes
from expr.names import Directory
from expr.nodes import Node, Reference
from expr.signatures import Functions, Kind
from expr.targets import Target, cell_facts
from expr.types import has_percent, unit_of
from expr.units import factor


@dataclass(frozen=True, slots=True)
class At:
    """Where a rule is being run; `of_percent` while a literal such as 100% stands beside percentages."""

    rule: nodes.Rule
    target: Target
    of_percent: bool = False


@dataclass(frozen=True)
class Evaluator:
    """Evaluates rules of one form against one sheet and its context."""

    layout: Layout
    directory: Directory
    functions: Functions
    sheet: Sheet
    context: Context
    numbers: Arithmetic = Exact()

    @cached_property
    def reader(self) -> Reader:
        """Reads the figures that references mean."""
        return Reader(self.layout, self.directory, self.sheet, self.context, self.numbers)

    # --- conditions

    def verdict(self, rule: nodes.Rule, target: Target) -> str:
        """`pass`, `fail` or `na:<why>` of a rule at a target."""
        at = At(rule, target)
        if rule.when is not None:
            guard = self.condition(rule.when, at)
            if guard is not True:
                return f"na:{guard.reason}" if isinstance(guard, NotApplicable) else "na:guard"
        outcome = self.truth(rule.statement, at)
        if isinstance(outcome, NotApplicable):
            return f"na:{outcome.reason}"
        return "pass" if outcome else "fail"

    def condition(self, node: Node, at: At) -> Truth:
        """The outcome of what only decides, as after `nếu`: a tolerance forgives what the rule asserts."""
        exactly = replace(at, rule=replace(at.rule, tolerance=None))
        return replace(self, numbers=Exact()).truth(node, exactly)

    def truth(self, node: Node, at: At) -> Truth:
        """The outcome of what is asserted."""
        match node:
            case nodes.Compare():
                return self._compare(node, at)
            case nodes.Filled(operand, wanted):
                return self._filled(operand, wanted, at)
            case nodes.OneOf():
                return self._one_of(node, at)
            case nodes.Not(operand):
                inner = self.truth(operand, at)
                return inner if isinstance(inner, NotApplicable) else not inner
            case nodes.Both(operands):
                return self._all([(part, at) for part in operands], decides=False)
            case nodes.Either(operands):
                return self._all([(part, at) for part in operands], decides=True)
            case nodes.Guard(condition, then, otherwise):
                guard = self.condition(condition, at)
                if isinstance(guard, NotApplicable):
                    return guard
                branch = then if guard else otherwise
                return NotApplicable("guard") if branch is None else self.truth(branch, at)
        value = self.value(node, at)
        if isinstance(value, Missing):
            return NotApplicable("mark" if value is MARK else "blank")
        return value if isinstance(value, NotApplicable) else bool(value)

    def _all(self, parts: Sequence[tuple[Node, At]], *, decides: bool) -> Truth:
        """Kleene's and (False decides) and or (True decides)."""
        unsettled: NotApplicable | None = None
        for part, at in parts:
            outcome = self.truth(part, at)
            if isinstance(outcome, NotApplicable):
                unsettled = unsettled or outcome
            elif outcome is decides:
                return decides
        return unsettled or (not decides)

    def _compare(self, node: nodes.Compare, at: At) -> Truth:
        at = self.beside(node.operands, at)
        sides = self.sides(node.operands, at)
        unsettled: NotApplicable | None = None
        for i, operator in enumerate(node.operators):
            outcome = self.pair(node.operands[i : i + 2], sides[i], operator, sides[i + 1], at)
            if outcome is False:
                return False
            if isinstance(outcome, NotApplicable):
                unsettled = unsettled or outcome
        return unsettled or True

    def pair(
        self, operands: Sequence[Node], left: Side, operator: nodes.Operator, right: Side, at: At
    ) -> Truth:
        """One comparison of a chain, with every tolerance."""
        terms = terms_of(left, operator, right, at.rule.tolerance, at.rule.blanks)
        if terms.tolerance is None or terms.tolerance.kind != "auto":
            return holds(left.value, right.value, terms)
        unsettled = not_comparable(left.value, right.value)
        pair = without_blanks(left.value, right.value, terms)
        if unsettled or isinstance(pair, NotApplicable):
            return unsettled or pair  # type: ignore[return-value]
        bounds = replace(self, numbers=Bounds())
        low_high: list[Interval] = []
        for operand, value in zip(operands, pair, strict=True):
            if not isinstance(value, Decimal):
                return holds(left.value, right.value, terms)
            found = bounds.value(operand, at)
            low_high.append(found if isinstance(found, tuple) else (value, value))
        return can_hold(low_high[0], operator, low_high[1])

    def sides(self, operands: Sequence[Node], at: At) -> list[Side]:
        """The sides of a comparison. Beside a text an attribute is a text, also if it reads as 1 or yes."""
        found = [self.side(operand, at) for operand in operands]
        if any(isinstance(side.value, str) for side in found):
            for i, operand in enumerate(operands):
                if isinstance(operand, nodes.Attribute):
                    found[i] = replace(found[i], value=self.context.attribute(operand, as_text=True))
        return found

    def side(self, node: Node, at: At) -> Side:
        """One side of a comparison, with what rounding and blanks need to know of it."""
        literal = node.operand if isinstance(node, nodes.Negative) else node
        decimals = None
        if isinstance(node, Reference) and not node.is_set:
            facts = cell_facts(self.directory, node, at.target)
            decimals = facts[0].decimals if facts and facts[0] else None
        return Side(
            value=self.value(node, at),
            has_references=any(isinstance(part, Reference) for part in nodes.walk(node)),
            is_literal=isinstance(literal, nodes.Number | nodes.Text | nodes.Date),
            decimals=decimals,
        )

    def _filled(self, operand: Node, wanted: bool, at: At) -> Truth:
        value = self.value(operand, at)
        if isinstance(value, NotApplicable):
            return value
        return (value is not BLANK) is wanted

    def _one_of(self, node: nodes.OneOf, at: At) -> Truth:
        at = self.beside((node.operand, *node.choices), at)
        operand, *choices = self.sides((node.operand, *node.choices), at)
        if operand.value is BLANK and at.rule.blanks != "zero":
            return NotApplicable("blank")
        outcomes = [
            holds(operand.value, choice.value, terms_of(operand, "=", choice, None, at.rule.blanks))
            for choice in choices
        ]
        if True in outcomes:
            return not node.negated
        return first_reason(outcomes) or node.negated

    # --- values

    def value(self, node: Node, at: At) -> Value:
        """The value of an expression."""
        match node:
            case nodes.Number(number, percent):
                as_factor = percent and not at.of_percent
                return self.numbers.literal(number.scaleb(-2, EXACT) if as_factor else number)
            case nodes.Text(text):
                return text
            case nodes.Date(day):
                return datetime.date.fromisoformat(day)
            case nodes.Attribute():
                known = self.context.attribute(node)
                return self.numbers.literal(known) if isinstance(known, Decimal) else known
            case Reference():
                found = self.reader.values(node, at.target)
                return found[0] if found else BLANK
            case nodes.Negative(operand):
                inner = self.number(operand, at)
                return inner if isinstance(inner, NotApplicable | Missing) else self.numbers.negate(inner)
            case nodes.Sum():
                return self._sum(node, self.beside(node.terms, at))
            case nodes.Product():
                return self._product(node, replace(at, of_percent=False))
            case nodes.Call():
                return self._call(node, self.beside(node.arguments, at))
        return self.condition(node, at)

    def number(self, node: Node, at: At) -> Value:
        """The value of what must be a number; an attribute that is none counts as blank."""
        return fitting("number", self.value(node, at))

    def _sum(self, node: nodes.Sum, at: At) -> Value:
        values = [self.number(term, at) for term in node.terms]
        reason = first_reason(values)
        if reason:
            return reason
        there = [
            value if sign > 0 else self.numbers.negate(value)
            for value, sign in zip(values, node.signs, strict=True)
            if not isinstance(value, Missing)
        ]
        return self.numbers.add(there) if there else BLANK

    def _product(self, node: nodes.Product, at: At) -> Value:
        values = [self.number(part, at) for part in node.factors]
        reason = first_reason(NotApplicable("mark") if value is MARK else value for value in values)
        if reason or BLANK in values:
            return reason or BLANK
        result: Any = values[0]
        for value, divides in zip(values[1:], node.divides[1:], strict=True):
            result = (
                quotient(self.numbers, result, value) if divides else self.numbers.multiply(result, value)
            )
            if isinstance(result, NotApplicable):
                return result
        return result

    def beside(self, operands: Sequence[Node], at: At) -> At:
        """100% beside percentages is 100; anywhere else it is the factor 1."""
        if at.of_percent or not any(has_percent(operand) for operand in operands):
            return at
        units = (unit_of(o, self.directory, self.functions, at.target) for o in operands)
        return replace(at, of_percent=any(unit == "%" for unit in units))

    # --- functions

    def _call(self, call: nodes.Call, at: At) -> Value:
        special = getattr(self, _SPECIAL[call.name], None) if call.name in _SPECIAL else None
        if special is not None:
            return special(call.arguments, at)
        signature = self.functions.by_name[call.name]
        if signature.kind(0) == "cells":
            kind: Kind = "any" if call.name == "đếm" else "number"
            found = [v for argument in call.arguments for v in self.set(argument, at)]
            arguments: list[Any] = [[fitting(kind, value) for value in found]]
            flat = arguments[0]
        else:
            arguments = flat = [
                fitting(signature.kind(i), self.value(argument, at))
                for i, argument in enumerate(call.arguments)
            ]
        if call.name in MULTIPLIES:
            flat = [NotApplicable("mark") if value is MARK else value for value in flat]
        reason = first_reason(flat)
        if reason:
            return reason
        if call.name == "làm_tròn":
            arguments[1] = call.arguments[1].value  # type: ignore[union-attr]
        return body_of(signature)(self.numbers, *arguments)

    def set(self, node: Node, at: At) -> list[Value]:
        """The values of a set, or the one value of an expression."""
        return self.reader.values(node, at.target) if isinstance(node, Reference) else [self.value(node, at)]

    def _count_if(self, arguments: Sequence[Node], at: At) -> Value:
        found = self._chosen(arguments, at)
        if isinstance(found, NotApplicable):
            return found
        return self.numbers.literal(Decimal(len(found)))

    def _sum_if(self, arguments: Sequence[Node], at: At) -> Value:
        found = self._chosen(arguments, at)
        if isinstance(found, NotApplicable):
            return found
        summed = self.set(arguments[-1] if len(arguments) > 2 else arguments[0], at)
        there = [fitting("number", summed[i]) for i in found if i < len(summed)]
        return first_reason(there) or total(self.numbers, there)

    def _chosen(self, arguments: Sequence[Node], at: At) -> list[int] | NotApplicable:
        """Positions in the set that comes first of the entered values that meet the criterion after it."""
        exact_work, criterion = replace(self, numbers=Exact()), arguments[1]
        values = exact_work.set(arguments[0], at)
        operator: nodes.Operator = "="
        if isinstance(criterion, nodes.Criterion):
            operator, criterion = criterion.operator, criterion.operand
        wanted = exact_work.side(criterion, at)
        reason = first_reason([*values, wanted.value])
        if reason:
            return reason
        terms = chosen_terms(operator, replace(wanted, is_literal=True), at.rule.blanks)
        return chosen(values, wanted.value, terms)

    def _choose(self, arguments: Sequence[Node], at: At) -> Value:
        condition = self.condition(arguments[0], at)
        if isinstance(condition, NotApplicable):
            return condition
        return self.value(arguments[1 if condition else 2], at)

    def _convert(self, arguments: Sequence[Node], at: At) -> Value:
        value, target = self.number(arguments[0], at), arguments[1]
        have = unit_of(arguments[0], self.directory, self.functions, at.target)
        found = factor(have, target.value) if isinstance(target, nodes.Text) else None
        if isinstance(value, NotApplicable | Missing) or found is None:
            return NotApplicable("mark") if value is MARK else value
        times, divided_by = (self.numbers.literal(part) for part in found)
        return quotient(self.numbers, self.numbers.multiply(value, times), divided_by)

    # --- over time and over agencies

    def _year_to_date(self, arguments: Sequence[Node], at: At) -> Value:
        reference = arguments[0]
        assert isinstance(reference, Reference)
        current = self.set(reference, at)
        facts = cell_facts(self.directory, reference, at.target)
        if any(f is not None and f.nature == "stock" for f in facts):
            latest = self.reader.latest_before(reference, at.target)
            if isinstance(latest, NotApplicable):
                return latest
            return total(self.numbers, current if entered(current) else latest)
        before = self.reader.figures_before(reference, at.target)
        return before if isinstance(before, NotApplicable) else total(self.numbers, [*before, *current])

    def _sum_children(self, arguments: Sequence[Node], at: At) -> Value:
        values = self._children_values(arguments[0], at)
        return values if isinstance(values, NotApplicable) else total(self.numbers, values)

    def _average_children(self, arguments: Sequence[Node], at: At) -> Value:
        values = self._children_values(arguments[0], at)
        return values if isinstance(values, NotApplicable) else BODIES["trung_bình"](self.numbers, values)

    def _count_children(self, arguments: Sequence[Node], at: At) -> Value:
        if not self.context.children:
            return NotApplicable("no_children")
        held = sum(self._child(child).condition(arguments[0], at) is True for child in self.context.children)
        return self.numbers.literal(Decimal(held))

    def _children_values(self, node: Node, at: At) -> list[Value] | NotApplicable:
        if not self.context.children:
            return NotApplicable("no_children")
        values = [v for child in self.context.children for v in self._child(child).set(node, at)]
        return first_reason(values) or values

    def _child(self, child: ChildReport) -> "Evaluator":
        context = Context(agency=child.agency, period=self.context.period)
        return replace(self._of(child.sheet), context=context)

    def _of(self, sheet: Sheet) -> "Evaluator":
        """This evaluator over another sheet of the same template."""
        form = names_of(sheet.layout, rows_of(sheet))
        return replace(self, sheet=sheet, directory=replace(self.directory, form=form))


_SPECIAL = {
    "đếm_nếu": "_count_if",
    "tổng_nếu": "_sum_if",
    "chọn": "_choose",
    "đổi": "_convert",
    "lũy_kế": "_year_to_date",
    "tổng_đơn_vị_con": "_sum_children",
    "trung_bình_đơn_vị_con": "_average_children",
    "đếm_đơn_vị_con": "_count_children",
}
