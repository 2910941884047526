"""Asks every evaluator about a world, tells where they differ, and makes the difference small."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.context import Context
from engine.figures import write_figures
from engine.sheet import BLANK, Sheet
from tests.proof.coverage import constructs, grounded
from tests.proof.evaluators import EVALUATORS, Answer, Evaluator, plain, plan_of
from tests.proof.worlds import World, seeded


@dataclass(frozen=True)
class Difference:
    """Where an evaluator says something else than the plain one: of a target, or of a computed cell."""

    evaluator: str
    case: int
    rule: str
    at: str
    meant: str | None
    told: str | None


@dataclass
class Proof:
    """What came out of some worlds."""

    rules: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    computed: int = 0
    declined: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __add__(self, other: "Proof") -> "Proof":
        return Proof(
            self.rules + other.rules,
            self.verdicts + other.verdicts,
            self.computed + other.computed,
            self.declined + other.declined,
            self.met + other.met,
            self.differences + other.differences,
        )


def prove(seed: int, rules: int, cases: int) -> Proof:
    """The proof of one world; each difference is told once, small."""
    return proof_of(seeded(seed, rules, cases))


def proof_of(world: World) -> Proof:
    """The proof of a world."""
    meant = plain(world)
    proof = Proof(len(world.program.rules))
    for answer in meant:
        proof.verdicts.update(answer.verdicts.values())
        proof.computed += len(answer.computed or ())
    for rule in world.program.rules:
        proof.met.update(set(constructs(rule.tree)) | ({"formula"} if rule.computed else set()))
    proof.met.update(grounded(plan_of(world, *world.cases[0])))
    for name, evaluator in EVALUATORS.items():
        told = evaluator(world, meant)
        proof.declined[name] += sum(answer.declined for answer in told)
        found = next(differences(name, meant, told), None)
        if found is not None:
            proof.differences.append(_told(*smallest(world, evaluator, found)))
    return proof


def differences(name: str, meant: Sequence[Answer], told: Sequence[Answer]) -> Iterator[Difference]:
    """Everything that is not the same. A target that is not answered must have been declined."""
    for case, (wanted, got) in enumerate(zip(meant, told, strict=True)):
        unanswered = len(wanted.verdicts.keys() - got.verdicts.keys())
        for rule, at in sorted(wanted.verdicts.keys() | got.verdicts.keys()):
            one, other = wanted.verdicts.get((rule, at)), got.verdicts.get((rule, at))
            if one != other and (other is not None or unanswered != got.declined):
                yield Difference(name, case, rule, at, one, other)
        if wanted.computed is not None and got.computed is not None:
            for place in sorted(wanted.computed.keys() | got.computed.keys()):
                there, here = wanted.computed.get(place), got.computed.get(place)
                if there != here:
                    yield Difference(name, case, "", str(place), there, here)


def smallest(world: World, evaluator: Evaluator, found: Difference) -> tuple[World, Difference]:
    """A world with as few cases, rules, figures and context as still differ."""

    def still(smaller: World) -> Difference | None:
        meant = plain(smaller)
        return next(differences(found.evaluator, meant, evaluator(smaller, meant)), None)

    for smaller_of in (_with_fewer_cases, _with_fewer_rules, _with_less_context, _with_fewer_figures):
        steps = smaller_of(world)
        while (smaller := next(steps, None)) is not None:
            if still(smaller):
                world = smaller
                steps = smaller_of(world)
    return world, still(world) or found


def _less(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Without a half, a quarter, … and at last without one of them."""
    size = len(things) // 2
    while size:
        for first in range(0, len(things), size):
            kept = [*things[:first], *things[first + size :]]
            if kept:
                yield kept
        size //= 2


def _with_fewer_cases(world: World) -> Iterator[World]:
    return (replace(world, cases=kept) for kept in _less(world.cases))


def _with_fewer_rules(world: World) -> Iterator[World]:
    programs = (replace(world.program, rules=tuple(kept)) for kept in _less(world.program.rules))
    return (replace(world, program=program) for program in programs)


_EMPTY: Mapping[str, Any] = {name: getattr(Context(), name) for name in Context.__match_args__}


def _with_less_context(world: World) -> Iterator[World]:
    for i, (sheet, context) in enumerate(world.cases):
        for name, nothing in _EMPTY.items():
            if getattr(context, name) != nothing:
                yield _with_case(world, i, sheet, replace(context, **{name: nothing}))


def _with_fewer_figures(world: World) -> Iterator[World]:
    for i, (sheet, context) in enumerate(world.cases):
        places = {place for place, _, _ in sheet.figures()}
        for kept in (*_less(sorted(places)), *([[]] if places else [])):
            yield _with_case(world, i, sheet.changed(dict.fromkeys(places - set(kept), BLANK)), context)


def _with_case(world: World, position: int, sheet: Sheet, context: Context) -> World:
    cases = [*world.cases]
    cases[position] = (sheet, context)
    return replace(world, cases=cases)


def _told(world: World, found: Difference) -> str:
    rules = [(r.section, r.rule.code, "=" if r.computed else ":", r.rule.text) for r in world.program.rules]
    lines = [
        f"seed {world.seed}: {found.evaluator} says {found.told!r} of {found.rule} at {found.at!r} "
        f"in case {found.case}, the plain evaluator {found.meant!r}",
        *("  " + " ".join(rule) for rule in rules),
    ]
    for sheet, context in world.cases:
        around = {name: given for name in _EMPTY if (given := getattr(context, name)) != _EMPTY[name]}
        lines += [f"  {write_figures(sheet)}", f"    {_shown(around)}"]
    return "\n".join(lines)


def _shown(around: object) -> object:
    """A context with the figures of its sheets."""
    if isinstance(around, Sheet):
        return write_figures(around)
    if isinstance(around, Mapping):
        return {name: _shown(value) for name, value in around.items()}
    if isinstance(around, list | tuple):
        return [_shown(value) for value in around]
    return around
