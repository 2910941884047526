"""Sentences for codes."""

from decimal import Decimal

import pytest

from core import messages
from core.messages import sentence, show


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1234567, "1.234.567", "1,234,567"),
        (Decimal("1234.50"), "1.234,50", "1,234.50"),
        (Decimal("-0.5"), "-0,5", "-0.5"),
        (Decimal("1e400"), "1E+400", "1E+400"),
        (Decimal("NaN"), "NaN", "NaN"),
        (["a", 1000], "a, 1.000", "a, 1,000"),
        ((), "", ""),
        ("2026", "2026", "2026"),
        (True, "có", "yes"),
        (None, "None", "None"),
    ],
)
def test_facts_are_shown_as_readers_write_them(value: object, vi: str, en: str) -> None:
    assert (show(value, "vi"), show(value, "en")) == (vi, en)


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"E_REF": "no {name}", "E_REF.row": "no row {name}", "E_BRACES": "{{{name}}}"}
    monkeypatch.setattr(messages, "catalogue", lambda lang: words)


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize(
    ("code", "facts", "said"),
    [
        ("E_REF.row", {"name": "I1"}, "no row I1"),
        ("E_REF.column", {"name": "3"}, "no 3"),
        ("E_REF.column.near", {"name": "3"}, "no 3"),
        ("E_REF.row", {}, "no row {name}"),
        ("E_REF.row", {"name": "{x} {0} %s"}, "no row {x} {0} %s"),
        ("E_BRACES", {"name": 1}, "{1}"),
        ("E_NEW", {"name": 1}, "E_NEW"),
    ],
)
def test_a_code_is_told_by_its_nearest_entry(code: str, facts: dict[str, object], said: str) -> None:
    assert sentence(code, facts, "vi") == said
