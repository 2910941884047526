"""The shipped forms as many workbooks, drawn without any edit; `-s` prints the shares by form."""

import os
from collections import defaultdict

import pytest

from designer.excel.drawing import draw
from tests.corpus.samples import Sample, seed_samples
from tests.corpus.score import Score, score
from tests.corpus.styles import STYLES
from tests.corpus.writer import Style, write

SAMPLES = seed_samples()
SOAK = bool(os.environ.get("BIEUMAU_SOAK"))


def chosen() -> list[tuple[Sample, Style]]:
    """Every style, some with two forms, so that each form comes in several; at full numbers, all with all."""
    if SOAK:
        return [(sample, style) for sample in SAMPLES for style in STYLES]
    count = len(SAMPLES)
    pairs = [
        (SAMPLES[(i + shift) % count], style)
        for i, style in enumerate(STYLES)
        for shift in ((0, 5), (0,), (0,))[i % 3]
    ]
    assert len(pairs) >= 30
    return pairs


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    found: dict[str, Score] = defaultdict(Score)
    for sample, style in chosen():
        written = write(sample, style)
        drawing = draw(written.data, f"{sample.name}.xlsx", {})
        made = score(sample, written, drawing, totals=style.formulas)
        found[sample.name] += made
        for wrong in made.wrong:
            print(f"{sample.name}, {style.name}: {wrong}")
    for name, made in sorted(found.items()):
        shares = (made.headers.value, made.rows.value, made.totals.value)
        print(f"{name:20} headers {shares[0]:.1%}, rows {shares[1]:.1%}, totals {shares[2]:.1%}")
    return found


@pytest.mark.parametrize("name", [sample.name for sample in SAMPLES])
def test_forms_are_drawn_right(scores: dict[str, Score], name: str) -> None:
    made = scores[name]
    assert made.headers.value >= 0.9, made.wrong
    assert made.rows.value >= 0.85, made.wrong
    assert made.totals.value >= 0.85, made.wrong
