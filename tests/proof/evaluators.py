"""Every evaluator asked the same: all cases of a world, an answer for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from engine.bulk.many import Bulk, words
from engine.bulk.reports import stacked
from engine.context import Context
from engine.figures import print_figure
from engine.plans.editing import Editing
from engine.plans.givens import bind
from engine.plans.plan import NOWHERE, Plan
from engine.plans.running import Running
from engine.report import plan_for
from engine.sheet import Place, Sheet
from tests import browser_evaluator
from tests.browser_evaluator import Question, ask, question
from tests.proof import reference
from tests.proof.worlds import World

AT_ONCE = 3
"""Reports of a piece: few, so that there are several pieces."""
EDITS = 12
"""Cells of each report that change before it is asked about."""
Key = tuple[str, str]
"""(rule code, target key)."""


@dataclass(frozen=True)
class Answer:
    """The sheet it ran on, verdicts, and texts of computed cells where the evaluator computes them itself."""

    sheet: Sheet
    verdicts: Mapping[Key, str]
    computed: Mapping[Place, str] | None = None
    declined: int = 0


Ask = Callable[[Sequence[Question]], Sequence[browser_evaluator.Answer]]


def plain(world: World) -> list[Answer]:
    """The meaning: a walk over the tree."""
    answers = []
    for sheet, context in world.cases:
        found = reference.answer(world.program, sheet, context)
        answers.append(Answer(found.sheet, found.verdicts, _computed(sheet, found.sheet)))
    return answers


def _computed(typed: Sheet, filled: Sheet) -> dict[Place, str]:
    """What stands in `filled` and does not in `typed`."""
    before = {place for place, _, _ in typed.figures()}
    return {
        place: print_figure(cell, figure) for place, cell, figure in filled.figures() if place not in before
    }


def browser(world: World, meant: Sequence[Answer], ask: Ask = ask) -> list[Answer]:
    """The TypeScript of the fill page, in Node or where `ask` asks."""
    asked = [question(world.program, sheet, context) for sheet, context in world.cases]
    return [
        Answer(sheet, found.verdicts, {place: text for place, text in found.computed.items() if text})
        for (sheet, _), found in zip(world.cases, ask(asked), strict=True)
    ]


def plan_of(world: World, sheet: Sheet, context: Context) -> Plan:
    """The plan of a report."""
    return plan_for(world.program, sheet, context)


def bulk(world: World, meant: Sequence[Answer]) -> list[Answer]:
    """Many reports at once, those with the same plan together, on the figures that `plain` filled."""
    filled = [(answer.sheet, context) for answer, (_, context) in zip(meant, world.cases, strict=True)]
    plans: list[tuple[Plan, list[int]]] = []
    for i, case in enumerate(filled):
        plan = plan_of(world, *case)
        known = next((alike for other, alike in plans if other is plan), None)
        if known is None:
            plans.append((plan, [i]))
        else:
            known.append(i)
    answers: dict[int, Answer] = {}
    for plan, alike in plans:
        givens = [bind(plan, world.program, *filled[i]) for i in alike]
        found = [
            Bulk(plan, run=3).check(p) for p in stacked(plan, [filled[i][0] for i in alike], givens, AT_ONCE)
        ]
        columns = (column for piece in found for column in piece.T)
        for i, column in zip(alike, columns, strict=True):
            answers[i] = _told(world, plan, filled[i][0], words(column))
    return [answers[i] for i in range(len(filled))]


def _told(world: World, plan: Plan, sheet: Sheet, outcomes: Sequence[str | None]) -> Answer:
    told = {
        (world.program.rules[instance.rule].rule.code, instance.target): outcome
        for instance, outcome in zip(plan.instances, outcomes, strict=True)
    }
    verdicts = {key: outcome for key, outcome in told.items() if outcome}
    return Answer(sheet, verdicts, declined=outcomes.count(None))


def closures(world: World, meant: Sequence[Answer]) -> list[Answer]:
    """One report at a time, formulas and rules as closures."""
    return [_run(world, case, _one_by_one) for case in world.cases]


def report(world: World, meant: Sequence[Answer]) -> list[Answer]:
    """One report at a time, as a save checks it: rules that look alike at once, the others as closures."""
    return [_run(world, case, Running.verdicts) for case in world.cases]


def _one_by_one(work: Running) -> list[str]:
    return [work.verdict(i) for i in range(len(work.plan.instances))]


def _run(world: World, case: tuple[Sheet, Context], verdicts: Callable[[Running], Sequence[str]]) -> Answer:
    sheet, context = case
    work = Running(world.program, sheet, context)
    told = _told(world, work.plan, work.sheet, verdicts(work))
    return replace(told, computed=_computed(sheet, work.sheet))


def edited(world: World, meant: Sequence[Answer]) -> list[Answer]:
    """A report in which cells changed one after another until it was the one that is asked about."""
    answers = []
    for i, (sheet, context) in enumerate(world.cases):
        pick, other = Random(f"{world.seed} {i}"), world.cases[i - 1][0]
        places = [place for place in plan_of(world, sheet, context).slots if place != NOWHERE]
        changed = pick.sample(places, min(EDITS, len(places)))
        before = sheet.changed({place: other.figure(*place) for place in changed if _is_fixed(sheet, place)})
        work = Editing(world.program, before, context)
        for place in changed:
            work.change(place, sheet.figure(*place))
        answers.append(_told(world, work.plan, work.running.sheet, work.verdicts))
    return answers


def _is_fixed(sheet: Sheet, place: Place) -> bool:
    return place[1] in sheet.layout.sections[place[0]].row_at


Evaluator = Callable[[World, Sequence[Answer]], list[Answer]]
EVALUATORS: Mapping[str, Evaluator] = {
    "closures": closures,
    "report": report,
    "edited": edited,
    "bulk": bulk,
    "browser": browser,
}
"""Those that must say what `plain` says."""
