"""A report under somebody's hands: each changed cell computes and judges again only what hangs on it.

Where one number takes the place of another, sums of it move by the difference times how often it goes in:
nothing is added up again. All else is computed by the closures that compute a whole report.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.context import Context
from engine.plans.dependents import dependents_of
from engine.plans.plan import Formula
from engine.plans.running import Running
from engine.program import Program
from engine.reading import seen
from engine.sheet import LARGEST, Figure, Place, Sheet, Status


@dataclass(frozen=True, slots=True)
class Changed:
    """The slots that hold another value now, and the verdicts of the instances that were judged again."""

    slots: Sequence[int]
    verdicts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Spread:
    """What follows when a number in a slot becomes another: good until a cell becomes blank or is filled.

    `sums` are (weight, largest number, slots) of what moves along, `formulas` what must be computed.
    """

    sums: Sequence[tuple[Decimal, Decimal, Sequence[int]]]
    formulas: Sequence[Formula]
    instances: Sequence[int]
    slots: Sequence[int]


class Editing:
    """`running` holds the figures, `verdicts` those of all instances of the plan."""

    def __init__(self, program: Program, sheet: Sheet, context: Context) -> None:
        self.running = Running(program, sheet, context)
        self.plan = self.running.plan
        self.verdicts = self.running.verdicts()
        self._hangs = dependents_of(self.plan)
        self._computed = {formula.slot: formula for formula in self.plan.formulas}
        self._spreads: dict[int, _Spread] = {}

    def change(self, place: Place, figure: Figure) -> Changed:
        """Another figure in a cell. In a computed cell it is a claim; blank there gives the claim up."""
        slot, slots = self.plan.slots[place], self.running.slots
        before, after = slots.values[slot], seen(figure, self.plan.kinds[slot])
        own = self._computed.get(slot)
        if own is None and isinstance(before, Decimal) and isinstance(after, Decimal):
            slots.put(slot, after)
            return self._move(slot, after - before)
        self._spreads.clear()
        if own is None:
            slots.put(slot, after)
        else:
            self.running.claims.pop(place, None)
            if figure.status != Status.BLANK:
                self.running.claims[place] = figure
            self.running.compute(own)
        changed = [slot, *self._compute(self._downstream(slot))]
        return Changed(
            changed, self._judge({i for each in changed for i in self._hangs.instances.get(each, ())})
        )

    def _downstream(self, slot: int) -> list[Formula]:
        return [self.plan.formulas[number] for number in self._hangs.downstream(slot)]

    def _move(self, slot: int, by: Decimal) -> Changed:
        spread = self._spreads.get(slot)
        if spread is None:
            spread = self._spreads[slot] = self._spread(slot)
        values = self.running.slots.values
        for weight, largest, sums in spread.sums:
            step = by * weight
            for each in sums:
                moved = values[each] + step
                if not -largest <= moved <= largest:
                    self._spreads.clear()
                    self._compute(self._downstream(slot))
                    return Changed(spread.slots, self._judge(range(len(self.verdicts))))
                values[each] = moved
        if spread.formulas:
            self._compute(spread.formulas)
        return Changed(spread.slots, self._judge(spread.instances))

    def _spread(self, slot: int) -> _Spread:
        weights, formulas = {slot: Decimal(1)}, []
        changed, sure = {slot}, set()
        for formula in self._downstream(slot):
            met = changed.intersection(self.plan.reads(formula))
            if not met or self._is_claimed(formula):
                continue
            changed.add(formula.slot)
            weighted = self._hangs.weights(formula)
            if weighted is None or not weights.keys() >= met or not self._is_number(formula.slot):
                formulas.append(formula)
                continue
            weights[formula.slot] = sum((weighted[each] * weights[each] for each in met), Decimal(0))
            own = self._hangs.own_instance(formula)
            if own is not None and self.verdicts[own] == "pass":
                sure.add(own)
        groups: dict[tuple[Decimal, int], list[int]] = {}
        for each, weight in weights.items():
            if each != slot and weight:
                groups.setdefault((weight, self.plan.decimals[each]), []).append(each)
        instances = {i for each in changed for i in self._hangs.instances.get(each, ())}
        return _Spread(
            [(w, Decimal(LARGEST).scaleb(-decimals), slots) for (w, decimals), slots in groups.items()],
            formulas,
            sorted(instances - sure),
            list(changed),
        )

    def _is_claimed(self, formula: Formula) -> bool:
        return self.plan.cells[formula.slot] in self.running.claims

    def _is_number(self, slot: int) -> bool:
        return isinstance(self.running.slots.values[slot], Decimal)

    def _compute(self, formulas: Sequence[Formula]) -> list[int]:
        """The slots of formulas with another value now; where one is no number any more, spreads are over."""
        changed = []
        for formula in formulas:
            was_number = self._is_number(formula.slot)
            if self.running.compute(formula):
                changed.append(formula.slot)
            if self._is_number(formula.slot) != was_number:
                self._spreads.clear()
        return changed

    def _judge(self, instances: Iterable[int]) -> dict[int, str]:
        found = {number: self.running.verdict(number) for number in instances}
        for number, verdict in found.items():
            self.verdicts[number] = verdict
        return found
