"""The browser's evaluator, asked in Node: the same TypeScript that the fill page carries."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.arithmetic import Bounds
from engine.context import Context
from engine.figures import print_figure
from engine.plans.givens import bind
from engine.plans.plan import Plan
from engine.plans.plan_json import plan_to_json
from engine.program import Program
from engine.report import plan_for
from engine.sheet import Place, Sheet

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Question:
    """A report put to the browser's evaluator."""

    program: Program
    plan: Plan
    asked: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """Verdicts by (rule code, target), and the exchange texts of computed cells."""

    verdicts: Mapping[tuple[str, str], str]
    computed: Mapping[Place, str]


def question(program: Program, sheet: Sheet, context: Context, **more: Any) -> Question:
    """Figures of `sheet` in computed cells are claims unless `replaced`."""
    plan = plan_for(program, sheet, context)
    figures = [
        [plan.slots[place], print_figure(cell, figure)]
        for place, cell, figure in sheet.figures()
        if place in plan.slots
    ]
    exact, bounds = (bind(plan, program, sheet, context, *numbers) for numbers in ((), (Bounds(),)))
    return Question(program, plan, {"plan": plan_to_json(plan, exact, bounds), "figures": figures, **more})


def ask(questions: Sequence[Question]) -> list[Answer]:
    """All answers of one run of Node, in order."""
    told = build(
        "evaluator", "".join(json.dumps(each.asked, ensure_ascii=False) + "\n" for each in questions)
    )
    return answers(questions, [json.loads(line) for line in told.splitlines()])


def build(what: str, lines: str = "") -> str:
    """What the client's build writes out: answers to `lines`, or a script for a page."""
    run = subprocess.run(
        [ROOT / "platform/web/client/build.sh", sys.executable, what],
        input=lines,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def answers(questions: Sequence[Question], told: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """What the evaluator told of each question."""
    return [_read(asked, answered) for asked, answered in zip(questions, told, strict=True)]


def _read(asked: Question, answered: Mapping[str, Any]) -> Answer:
    rules, plan = asked.program.rules, asked.plan
    verdicts = zip(plan.instances, answered["verdicts"], strict=True)
    return Answer(
        {(rules[instance.rule].rule.code, instance.target): verdict for instance, verdict in verdicts},
        {plan.cells[slot]: text for slot, text in answered["computed"]},
    )
