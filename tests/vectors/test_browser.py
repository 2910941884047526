"""The cases of the constraint language in the browser's evaluator: it says what the plain evaluator says."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from engine.calculate import calculate
from engine.check import check_form
from engine.context import Context
from engine.figures import find_cell, print_figure, read_figures
from engine.given import read_context
from engine.program import Program, compile_form
from engine.sheet import Sheet
from template_library.examples import forms_in
from template_library.fileformat import read_template
from tests.browser_evaluator import Answer, Question, ask, question
from tests.proof.worlds import seeded
from tests.vectors.test_conformance import LANGUAGE, MARKS, context, figures, template

Key = TypeVar("Key")


def cases() -> Iterator[tuple[Program, Sheet, Context]]:
    """Every case that is not refused: the program, the figures and the context."""
    for case in LANGUAGE["cases"]:
        ctx = case.get("ctx", {})
        form = template(LANGUAGE["templates"]["B01"], case["text"])
        yield from prepared(form, figures("B01", ctx.get("cells", {})), context(ctx))
    for case in MARKS["cases"]:
        form = MARKS["template"] | {
            "sections": [MARKS["template"]["sections"][0] | {"rules": case["rules"]}],
        }
        yield from prepared(form, case["figures"], case["context"])


def prepared(form: Any, given: Any, known: Mapping[str, Any]) -> Iterator[tuple[Program, Sheet, Context]]:
    read, _ = read_template(json.dumps(form))
    assert read is not None
    program = compile_form(read, forms_in(known)[0])
    sheet, findings = read_figures(program.layout, given)
    if program.is_sound and not findings:
        yield program, sheet, read_context(program, known)[0]


def flat(verdicts: Mapping[str, str | Mapping[str, str]]) -> dict[tuple[str, str], str]:
    return {
        (rule, target): verdict
        for rule, found in verdicts.items()
        for target, verdict in ({"": found} if isinstance(found, str) else found).items()
    }


def differences(asked: Question, sheet: Sheet, known: Context, answer: Answer, *, overwrite: bool) -> object:
    """What the two evaluators say differently of one report."""
    program = asked.program
    there = calculate(program, sheet, known, overwrite=overwrite).sheet if overwrite else sheet
    checked = check_form(program, there, known)
    computed = {}
    for section, row, column in answer.computed:
        cell = find_cell(program.layout.sections[section], row, column)
        assert cell is not None
        computed[section, row, column] = print_figure(cell, checked.sheet.figure(section, row, column))
    verdicts = {key: verdict for key, verdict in flat(checked.verdicts).items() if key in answer.verdicts}
    return unlike(verdicts, answer.verdicts) | unlike(computed, answer.computed)


def unlike(meant: Mapping[Key, str], told: Mapping[Key, str]) -> dict[object, object]:
    """What differs, as it is meant and as it was told."""
    return {
        key: (meant.get(key), told.get(key))
        for key in meant.keys() | told.keys()
        if meant.get(key) != told.get(key)
    }


def test_every_case_says_the_same_in_the_browser() -> None:
    worlds = list(cases())
    for replaced in (False, True):
        asked = [question(*world, replaced=replaced) for world in worlds]
        answers = ask(asked)
        wrong = [
            found
            for each, world, answer in zip(asked, worlds, answers, strict=True)
            if (found := differences(each, *world[1:], answer, overwrite=replaced))
        ]
        assert not wrong
    assert sum(len(answer.verdicts) for answer in answers) > 200


def test_a_change_says_what_a_fresh_start_says() -> None:
    """Typing one report over another, cell by cell, ends where the other begins."""
    fresh, typed = [], []
    for seed in range(20):
        world = seeded(seed, 30, 4)
        (first, _), (second, known) = world.cases[:2]
        to, start = (question(world.program, sheet, known, replaced=True) for sheet in (second, first))
        computed = {formula.slot for formula in to.plan.formulas}
        if to.plan is not start.plan:
            continue
        old, new = (
            {slot: text for slot, text in asked.asked["figures"] if slot not in computed}
            for asked in (start, to)
        )
        then = list((dict.fromkeys(old, "") | new).items())
        fresh.append(replace(to, asked={**to.asked, "figures": list(new.items())}))
        typed.append(replace(to, asked={**to.asked, "figures": list(old.items()), "then": then}))
    assert len(fresh) > 5
    assert ask(typed) == ask(fresh)
