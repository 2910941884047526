"""A copy learns what its original changed, takes it over in one edit, and takes that back."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict
from designer import history
from designer.beginnings import begin_copy
from designer.publishing import publish_draft
from designer.renewing import find_renewal, renew
from engine.form import Form, Row
from template_library.cards import find_card, share, take_charge
from template_library.fileformat import data_to_template
from template_library.versions import get_version, publish
from tests.builders import NOW, SINCE, build

ROW = {"kind": "row", "section": "A", "id": "d1"}
MADE: dict[str, Any] = {"actor": "an", "now": NOW}


def original() -> Form:
    form, findings = data_to_template(
        {
            "format": "bieumau-template/1",
            "code": "GOC",
            "name": "Biểu gốc",
            "sections": [
                {
                    "code": "A",
                    "kind": "table",
                    "columns": [{"code": str(n), "title": f"Cột {n}", "type": "integer"} for n in (1, 2)],
                    "rows": {"items": [row(n) for n in (1, 2)]},
                    "rules": [{"code": "K1", "text": "dòng 2 <= dòng 1"}],
                }
            ],
        }
    )
    assert form, findings
    return form


def row(number: int) -> dict[str, Any]:
    return {"code": f"d{number}", "title": f"Dòng gốc {number}", "ordinal": str(number)}


def later(form: Form) -> Form:
    """The owner words a row anew, adds one with a rule on it, and drops a column."""
    (section,) = form.sections
    first, second = section.rows.items
    rows = (replace(first, title="Tổng số hộ"), second, Row("d3", "d3", "Dòng mới của gốc", ordinal="3"))
    (rule,) = section.rules
    rules = (rule, replace(rule, id="K2", code="K2", text="dòng 3 <= dòng 1"))
    changed = replace(
        section, rows=replace(section.rows, items=rows), columns=section.columns[:1], rules=rules
    )
    return replace(form, sections=(changed,))


def do(session: Session, *ops: Any) -> history.Answer:
    base = history.find_draft(session, "SAO").revision
    answer = history.edit(session, "SAO", [ops], base=base, key=f"a-key-{base}", **MADE)
    assert not answer.refused
    return answer


def published(session: Session) -> int:
    base = history.find_draft(session, "SAO").revision
    return publish_draft(session, "SAO", base=base, effective_from=SINCE, **MADE).id


@pytest.mark.parametrize("locked", [True, False])
def test_a_copy_takes_over_what_its_original_changed(session: Session, locked: bool) -> None:
    agency = build(session, 1).lead
    take_charge(session, "GOC", agency)
    first = publish(session, original(), effective_from=SINCE, **MADE)
    share(session, "GOC", True, core_locked=locked, **MADE)
    begin_copy(session, first, code="SAO", agency=agency, **MADE)
    own = {"id": "r", "code": "r", "title": "Dòng của xã", "ordinal": "2"}
    do(
        session,
        {"op": "insert", "kind": "row", "parent": {"kind": "section", "id": "A"}, "after": "d1", "node": own},
    )
    if not locked:
        do(session, {"op": "set", "at": ROW, "key": "title", "value": "Tên của xã"})
    mine = published(session)
    assert find_renewal(session, "SAO", NOW) is None

    second = publish(session, later(original()), effective_from=SINCE, **MADE)
    told = find_renewal(session, "SAO", NOW)
    assert told and (told.follows.number, told.latest.number) == (1, 2)
    assert {(each.kind, each.what) for each in told.differences} >= {("row", "added"), ("column", "removed")}
    version = find_card(session, "SAO")
    assert version and version.origin_id == first.id
    begin_copy(session, get_version(session, mine), code="", agency=agency, **MADE)
    answer = renew(session, "SAO", **MADE)
    (section,) = answer.document["sections"]
    titles = [each["title"] for each in section["rows"]["items"]]
    assert titles == [
        "Tổng số hộ" if locked else "Tên của xã",
        "Dòng của xã",
        "Dòng gốc 2",
        "Dòng mới của gốc",
    ]
    assert [each["id"] for each in section["columns"]] == ["1"]
    assert [each["id"] for each in section["rules"]] == ["K1", "K2"] and "đã xoá" not in str(section["rules"])
    assert find_renewal(session, "SAO", NOW) is None
    with pytest.raises(Conflict):
        renew(session, "SAO", **MADE)

    base = history.find_draft(session, "SAO").revision
    history.undo(session, "SAO", "undo", base=base, key="the-undoing", **MADE)
    assert find_renewal(session, "SAO", NOW) is not None
    history.undo(session, "SAO", "redo", base=base + 1, key="the-redoing", **MADE)
    published(session)
    card = find_card(session, "SAO")
    assert card and (card.origin_id, card.core_id) == (second.id, second.id if locked else None)
    assert find_renewal(session, "SAO", NOW) is None
