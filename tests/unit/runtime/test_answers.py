from datetime import date
from decimal import Decimal

from engine.findings import Finding
from engine.repair import Suggestion
from runtime.filling.answers import CellConflict, Saved


def test_an_answer_read_back_is_the_same() -> None:
    facts = {
        "left": Decimal("1.50"),
        "on": date(2026, 9, 14),
        "known": ["a", 1],
        "operands": {"cột 3": Decimal(2)},
    }
    finding = Finding("rule.failed", "warning", "I1", facts, "A", "K4", "fail", 3, 5, "style")
    conflict = CellConflict("A[I1;4]", "1", "2", "b", "2026-09-01T00:00:00+00:00")
    suggestion = Suggestion("A[I1;4]", ("A", "I1", "4"), "1", "2", ("K4", "K5"))
    saved = Saved(7, 3, [conflict], [finding], (suggestion,))
    assert Saved.from_json(saved.to_json()) == saved
