"""The part of a plan that runs where no plug-in's functions are, as in the browser: whole rules or nothing."""

from dataclasses import fields, is_dataclass, replace
from functools import lru_cache

from engine.ground import Call, Shape
from engine.plan import Plan


@lru_cache(maxsize=64)
def portable(plan: Plan) -> Plan:
    """`plan` without the rules that call a plug-in's function, or read a cell that such a formula fills."""
    foreign = {number for number, shape in enumerate(plan.shapes) if _calls_plug_in(shape)}
    if not foreign:
        return plan
    unknown: set[int] = set()  # slots
    formulas = []
    for formula in plan.formulas:  # each after all that it needs
        if formula.shape in foreign or not unknown.isdisjoint(plan.reads(formula)):
            unknown.add(formula.slot)
        else:
            formulas.append(formula)
    left_out = {
        each.rule
        for each in plan.instances
        if each.shape in foreign or not unknown.isdisjoint(plan.reads(each))
    }
    kept = [at for at, each in enumerate(plan.instances) if each.rule not in left_out]
    return replace(
        plan,
        instances=tuple(plan.instances[at] for at in kept),
        targets=tuple(plan.targets[at] for at in kept) if plan.targets else (),
        formulas=tuple(formulas),
    )


def _calls_plug_in(shape: Shape) -> bool:
    waiting: list[object] = [shape]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call) and node.body is not None:
            return True
        if isinstance(node, tuple):
            waiting.extend(node)
        elif is_dataclass(node):
            waiting.extend(getattr(node, field.name) for field in fields(node))
    return False
