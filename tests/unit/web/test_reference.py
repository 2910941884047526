"""The reference of the language: every example runs, every function is in it, the files are fresh."""

from pathlib import Path

import pytest

from core.messages import LANGUAGES
from core.plugins import functions_named
from core.settings import OURS
from engine.program import compile_form
from expr.parser import parse
from web.rules.reference import VERDICTS, entry_of, markdown, reference, run
from web.rules.reference_texts import CHAPTERS, FUNCTIONS, SAMPLE, Shown

FOLDER = Path(__file__).parents[3] / "docs" / "language"
FUNCTIONS_HERE = functions_named(tuple(OURS.split()))
EXAMPLES = [shown for chapter in CHAPTERS for entry in chapter.entries for shown in entry.examples]
EXAMPLES += [shown for signature in FUNCTIONS_HERE for shown in entry_of(signature).examples]


@pytest.mark.parametrize("shown", EXAMPLES, ids=lambda shown: shown.text)
def test_every_example_says_what_is_told(shown: Shown) -> None:
    assert run(shown, FUNCTIONS_HERE)[0] == shown.verdict
    assert shown.verdict in VERDICTS


def test_every_function_is_told_with_an_example_that_calls_it() -> None:
    for signature in FUNCTIONS_HERE:
        entry = entry_of(signature)
        assert entry.vi and entry.en and entry.examples, signature.name
        assert all(f"{signature.name}(" in shown.text for shown in entry.examples), signature.name
    assert set(FUNCTIONS) <= {signature.name for signature in FUNCTIONS_HERE}


def test_the_sample_is_sound_and_examples_are_rules() -> None:
    assert compile_form(SAMPLE).is_sound
    assert all(parse(shown.text).rule for shown in EXAMPLES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_files_are_what_is_made_now(lang: str) -> None:
    """After a change: `bieumau --lang LANG rule reference > docs/language/reference.LANG.md`."""
    file = FOLDER / f"reference.{lang}.md"
    assert file.read_text(encoding="utf-8") == markdown(reference(lang, FUNCTIONS_HERE))
