"""A slice of the cases in Chromium itself, on a page whose policy forbids code made from texts."""

from collections.abc import Sequence

from playwright.sync_api import Browser

from tests.browser_evaluator import Answer, Question, answers, build
from tests.proof.evaluators import browser, plain
from tests.proof.prove import differences
from tests.proof.worlds import seeded

PAGE = '<meta http-equiv="Content-Security-Policy" content="script-src \'unsafe-inline\'">'
SEEDS = range(1, 6)


def test_chromium_says_the_same(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(PAGE)
    page.add_script_tag(content=build("page"))

    def ask(questions: Sequence[Question]) -> list[Answer]:
        asked = [question.asked for question in questions]
        return answers(questions, page.evaluate("asked => asked.map(evaluator.answer)", asked))

    told = 0
    for seed in SEEDS:
        world = seeded(seed, rules=30, cases=4)
        meant = plain(world)
        assert not list(differences("chromium", meant, browser(world, meant, ask)))
        told += sum(len(answer.verdicts) for answer in meant)
    page.close()
    assert told > 2_000
