"""What names cells outside of rules follows renaming and deletion, and comes back with undoing."""

from typing import Any

import pytest

from designer.document import with_ids
from designer.edits import apply
from designer.programs import Compiler
from designer.restating import follow
from template_library.fileformat import data_to_template


def document() -> dict[str, Any]:
    return with_ids(
        {
            "format": "bieumau-template/1",
            "code": "X",
            "name": "X",
            "headline": ["A[1;2]", "A[1;1]"],
            "sections": [
                {
                    "code": "A",
                    "kind": "table",
                    "columns": [
                        {"code": "1", "title": "Một", "aggregation": {"rule": "weighted_mean", "by": "q7"}},
                        {"code": "2", "id": "q7", "title": "Hai"},
                        {"code": "3", "title": "Ba", "revises": {"column": "q7"}},
                    ],
                    "rows": {"items": [{"code": "1", "title": "Dòng"}]},
                },
                {
                    "code": "C",
                    "kind": "outline",
                    "parts": [{"code": "I", "title": "Phần", "text": 'Có {{A[1;2]}}, {{"KT"[1;2]}}.'}],
                },
            ],
        }
    )


COLUMN = {"kind": "column", "section": "A", "id": "q7"}
CASES: dict[str, tuple[dict[str, Any], list[str] | None, str]] = {
    "a column gets another code": (
        {"op": "set", "at": COLUMN, "key": "code", "value": "nt"},
        ["A[1;nt]", "A[1;1]"],
        'Có {{A[1;nt]}}, {{"KT"[1;2]}}.',
    ),
    "a section gets another code": (
        {"op": "set", "at": {"kind": "section", "id": "A"}, "key": "code", "value": "Z"},
        ["Z[1;2]", "Z[1;1]"],
        'Có {{Z[1;2]}}, {{"KT"[1;2]}}.',
    ),
    "a column is deleted": (
        {"op": "delete", "kind": "column", "section": "A", "id": "q7"},
        ["A[1;1]"],
        'Có A[1;2] (đã xoá), {{"KT"[1;2]}}.',
    ),
    "a section is deleted": (
        {"op": "delete", "kind": "section", "id": "A"},
        None,
        'Có A[1;2] (đã xoá), {{"KT"[1;2]}}.',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_names_follow(case: str) -> None:
    op, headline, text = CASES[case]
    before = document()
    applied = follow(before, apply(before, [op]), Compiler())
    form, findings = data_to_template(applied.document)
    assert form, findings
    assert applied.document.get("headline") == headline
    assert applied.document["sections"][-1]["parts"][0]["text"] == text
    assert apply(applied.document, applied.inverse).document == before
