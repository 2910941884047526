"""Edits kept as steps: two designers at once, undo and redo after a reload, rules that follow names."""

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from designer import history
from designer.beginnings import begin_empty
from designer.document import Document, Ref, find, spots, with_ids
from designer.edits import Op, apply
from designer.history import Answer
from designer.publishing import publish_draft
from template_library.drafts import drop_draft, save_draft
from template_library.fileformat import data_to_template
from tests.builders import NOW, SINCE

SMALL = json.loads((Path(__file__).parents[2] / "vectors/edits.json").read_text(encoding="utf-8"))["document"]
A: Ref = {"kind": "section", "id": "A"}
KEYS = iter(f"key-{number:06}" for number in range(10**6))


@pytest.fixture(autouse=True)
def draft(session: Session) -> None:
    """The small document as a draft at revision 1."""
    form, findings = data_to_template(SMALL)
    assert form, findings
    save_draft(session, form, base=0, actor="an", now=NOW)


def do(session: Session, who: str, *edits: Sequence[Op], base: int = 0, key: str = "") -> Answer:
    base = base or history.find_draft(session, "X").revision
    return history.edit(session, "X", edits, base=base, key=key or next(KEYS), actor=who, now=NOW)


def undo(session: Session, who: str, way: Any = "undo") -> Answer:
    base = history.find_draft(session, "X").revision
    return history.undo(session, "X", way, base=base, key=next(KEYS), actor=who, now=NOW)


def document(session: Session) -> Document:
    session.expire_all()
    return history.open_draft(session, "X")[1]


def row(ident: str, section: str = "A") -> Ref:
    return {"kind": "row", "section": section, "id": ident}


def column(ident: str) -> Ref:
    return {"kind": "column", "section": "A", "id": ident}


def put(at: Ref, key: str, value: Any) -> Op:
    return {"op": "set", "at": at, "key": key, "value": value}


def add(ident: str, after: str | None, parent: Ref = A, **keys: Any) -> Op:
    node = {"id": ident, "code": ident, "title": f"Dòng {ident}", **keys}
    return {"op": "insert", "kind": "row", "parent": parent, "after": after, "node": node}


def rid(kind: str, ident: str) -> Op:
    return {"op": "delete", "kind": kind, "section": "A", "id": ident}


def value(session: Session, ref: Ref, key: str) -> Any:
    spot = find(document(session), ref)
    return spot.node.get(key) if spot else "gone"


def refusal(answer: Answer) -> tuple[str, dict[str, Any]]:
    [refused] = answer.refused
    [(finding, _ref)] = refused.findings
    return finding.key, dict(finding.facts)


RULE: Ref = {"kind": "rule", "section": "A", "id": "K1"}


# --- two at once


def test_different_things_are_both_kept(session: Session) -> None:
    do(session, "an", [put(row("r2"), "title", "Của An")], base=1)
    answer = do(
        session, "bình", [put(row("r2"), "unit", "hộ")], [put(row("r3"), "title", "Của Bình")], base=1
    )
    assert [step.login for step in answer.steps] == ["an", "bình", "bình"]
    assert answer.refused == []
    assert (value(session, row("r2"), "title"), value(session, row("r2"), "unit")) == ("Của An", "hộ")


def test_the_same_key_is_refused_with_both_values_and_nothing_else_is(session: Session) -> None:
    do(session, "an", [put(row("r2"), "title", "Của An")], base=1)
    edits = [put(row("r2"), "title", "Của Bình")], [put(row("r4"), "title", "Khác")]
    answer = do(session, "bình", *edits, base=1)
    key, facts = refusal(answer)
    assert key == "edit.changed"
    assert (facts["by"], facts["theirs"], facts["mine"]) == ("an", "Của An", "Của Bình")
    assert value(session, row("r4"), "title") == "Khác"
    assert do(session, "bình", edits[0]).refused == []  # now he has seen it


def test_the_same_value_is_no_conflict(session: Session) -> None:
    do(session, "an", [put(row("r2"), "title", "Một")], base=1)
    assert do(session, "bình", [put(row("r2"), "title", "Một")], base=1).refused == []


def test_what_was_deleted_is_told_with_who(session: Session) -> None:
    do(session, "an", [rid("row", "r1")], base=1)
    key, facts = refusal(do(session, "bình", [put(row("r2"), "title", "Khác")], base=1))
    assert (key, facts["by"]) == ("edit.deleted", "an")
    key, facts = refusal(do(session, "bình", [add("n", None, row("r1"))], base=1))
    assert (key, facts["by"]) == ("edit.deleted", "an")


def test_what_others_changed_inside_is_not_deleted(session: Session) -> None:
    do(session, "an", [put(row("r3"), "title", "Khác")], base=1)
    key, facts = refusal(do(session, "bình", [rid("row", "r1")], base=1))
    assert (key, facts["by"]) == ("edit.changed.below", "an")
    do(session, "an", [add("n", None, row("r4"))], base=2)
    assert refusal(do(session, "bình", [rid("row", "r4")], base=2))[0] == "edit.changed.below"
    do(
        session,
        "an",
        [{"op": "move", "kind": "row", "section": "A", "id": "n", "parent": row("r2"), "after": None}],
    )
    assert refusal(do(session, "bình", [rid("row", "r2")], base=3))[0] == "edit.changed.below"


def test_what_both_move_stays_where_the_first_put_it(session: Session) -> None:
    move = {"op": "move", "kind": "row", "section": "A", "id": "r4"}
    do(session, "an", [{**move, "parent": A, "after": None}], base=1)
    key, facts = refusal(do(session, "bình", [{**move, "parent": row("r1"), "after": "r3"}], base=1))
    assert (key, facts["by"]) == ("edit.moved", "an")


def test_a_neighbour_that_is_gone_and_a_code_given_twice_are_mended(session: Session) -> None:
    do(session, "an", [rid("row", "r3")], [add("a1", "r1", code="5")], base=1)
    do(session, "bình", [add("b1", "r3", row("r1"))], [add("b2", "r4", code="5")], base=1)
    there = find(document(session), row("b1"))
    assert there and there.after == "r2"
    assert (value(session, row("a1"), "code"), value(session, row("b2"), "code")) == ("5", "6")


def test_a_request_sent_twice_is_done_once(session: Session) -> None:
    first = do(session, "an", [add("n", None)], [put(A, "title", "Một")], base=1, key="the-same-key")
    again = do(session, "an", [add("n", None)], [put(A, "title", "Một")], base=1, key="the-same-key")
    assert (again.draft.revision, again.refused) == (3, [])
    assert [step.number for step in first.steps] == [step.number for step in again.steps]


def test_a_draft_that_was_replaced_or_is_over_says_so(session: Session) -> None:
    do(session, "an", [put(A, "title", "Một")])
    form, _ = data_to_template(SMALL)
    assert form
    save_draft(session, form, base=2, actor="bình", now=NOW + timedelta(minutes=1))
    with pytest.raises(Conflict, match="draft_replaced"):
        do(session, "an", [put(A, "title", "Hai")], base=1)
    with pytest.raises(Conflict, match="draft_changed"):
        do(session, "an", [put(A, "title", "Hai")], base=9)
    assert undo(session, "an").refused  # the steps before belong to what was replaced
    drop_draft(session, "X")
    with pytest.raises(NotFound):
        do(session, "an", [put(A, "title", "Hai")], base=1)


def test_two_publish_at_once(session: Session) -> None:
    facts: Any = {"effective_from": SINCE, "now": NOW}
    do(session, "an", [put(A, "title", "Một")])
    with pytest.raises(Conflict, match="draft_changed"):
        publish_draft(session, "X", base=1, actor="bình", **facts)
    assert publish_draft(session, "X", base=2, actor="an", **facts).number == 1
    with pytest.raises(Conflict, match="no_draft") as late:
        publish_draft(session, "X", base=2, actor="bình", **facts)
    assert late.value.facts["by"] == "an"
    with pytest.raises(Conflict, match="template.exists"):
        begin_empty(session, "X", "Khác", orientation="portrait", agency=1, actor="bình", now=NOW)


# --- undo


def test_undo_and_redo_go_back_and_forth_and_survive(session: Session) -> None:
    states = [document(session)]
    for number in range(4):
        do(session, "an", [put(A, "title", f"Tên {number}"), add(f"n{number}", None)])
        states.append(document(session))
    for before in reversed(states[:-1]):
        assert undo(session, "an").refused == []
        assert document(session) == before
    assert refusal(undo(session, "an"))[0] == "edit.nothing_to_undo"
    for after in states[1:]:
        assert undo(session, "an", "redo").refused == []
        assert document(session) == after
    assert refusal(undo(session, "an", "redo"))[0] == "edit.nothing_to_redo"
    undo(session, "an")
    undo(session, "an")
    do(session, "an", [put(A, "title", "Rẽ")])
    assert refusal(undo(session, "an", "redo"))[0] == "edit.nothing_to_redo"
    undo(session, "an")
    assert document(session) == states[2]


def test_an_undoing_puts_things_behind_what_it_brings_back(session: Session) -> None:
    before = document(session)
    group, second = rid("column", "g"), rid("column", "c2")
    out: Op = {"op": "move", **column("c1"), "parent": A, "after": "g"}
    do(session, "an", [second, out, group])
    undo(session, "an")
    assert document(session) == before


def test_what_went_together_comes_back_in_its_order(session: Session) -> None:
    do(session, "an", [add("r5", "r4")])
    before = document(session)
    do(session, "an", [rid("row", "r5"), rid("row", "r4"), rid("row", "r3"), rid("row", "r2")])
    do(session, "bình", [put(A, "title", "Của Bình"), add("n", "r1")])
    assert undo(session, "an").refused == []
    undo(session, "bình")
    assert document(session) == before


def test_edits_in_one_go_find_what_they_brought_themselves(session: Session) -> None:
    do(session, "an", [rid("row", "r4")], base=1)
    do(session, "bình", [add("n1", "r4"), add("n2", "n1"), add("n3", "n2")], [add("n4", "n3")], base=1)
    rows = [spot.node["id"] for spot in spots(document(session)) if spot.kind == "row"]
    assert rows == ["r1", "r2", "r3", "n1", "n2", "n3", "n4"]


def test_each_undoes_his_own(session: Session) -> None:
    do(session, "an", [put(row("r2"), "title", "Của An")])
    do(session, "bình", [put(row("r3"), "title", "Của Bình")])
    undo(session, "an")
    assert (value(session, row("r2"), "title"), value(session, row("r3"), "title")) == ("Dòng 2", "Của Bình")
    assert refusal(undo(session, "an"))[0] == "edit.nothing_to_undo"


def test_what_another_changed_since_is_not_undone(session: Session) -> None:
    do(session, "an", [put(row("r2"), "title", "Của An")], [add("n", None)])
    do(session, "bình", [put(row("n"), "title", "Của Bình")])
    key, facts = refusal(undo(session, "an"))
    assert (key, facts["by"]) == ("edit.changed.below", "bình")
    do(session, "bình", [put(row("r2"), "title", "Của Bình")])
    undo(session, "bình")
    undo(session, "bình")
    assert undo(session, "an").refused == []
    assert undo(session, "an").refused == []
    assert document(session) == with_ids(SMALL)


# --- rules follow


def test_renaming_restates_rules_and_undoing_it_too(session: Session) -> None:
    do(session, "an", [put(column("c1"), "code", "nam")])
    assert value(session, RULE, "text") == "cột nam <= cột c2"
    undo(session, "an")
    assert value(session, RULE, "text") == "cột c1 <= cột c2"


def test_a_typed_rule_is_spelled_as_rules_are(session: Session) -> None:
    answer = do(session, "an", [put(RULE, "text", '  cột "Cột 1"<=  cột c2 + 1')])
    assert value(session, RULE, "text") == "cột c1 <= cột c2 + 1"
    assert [op.get("derived") for op in answer.steps[0].ops] == [None, True]
    do(session, "an", [put(RULE, "text", "cột <=")])
    assert value(session, RULE, "text") == "cột <="  # unfinished work stays as it is


def test_a_rule_that_names_what_is_gone_says_so_until_it_is_back(session: Session) -> None:
    do(session, "an", [put(row("r2"), "ordinal", "1"), put(row("r3"), "ordinal", "2")])
    do(session, "an", [put(RULE, "text", "ô [2; c3] = ô [1; c3]")])
    before = document(session)
    do(session, "an", [rid("row", "r2"), put(row("r3"), "ordinal", "1")])
    assert value(session, RULE, "text") == 'ô [r3; c3] = ô ["1 Dòng 2 (đã xoá)"; c3]'
    undo(session, "an")
    assert document(session) == before


def test_a_rule_over_a_section_that_is_gone_says_so_until_it_is_back(session: Session) -> None:
    table: Any = {
        "code": "D",
        "id": "D",
        "kind": "table",
        "columns": [{"code": "d1", "id": "d1", "title": "Đ"}],
    }
    table["rows"] = {"items": [{"code": "r1", "id": "r1", "title": "Dòng"}]}
    place: Op = {"op": "insert", "kind": "section", "parent": None, "after": "B", "node": table}
    do(session, "an", [place])
    text = "ô [r4; c3] = ô [r1; d1] của biểu D"
    do(session, "an", [put(RULE, "text", text)])
    assert value(session, RULE, "text") == text
    before = document(session)
    do(session, "an", [{"op": "delete", "kind": "section", "id": "D"}])
    assert value(session, RULE, "text") == 'ô [r4; c3] = ô [r1; d1] của biểu "D (đã xoá)"'
    undo(session, "an")
    assert document(session) == before


def test_what_is_said_of_a_deleted_column_goes_and_comes_back_with_it(session: Session) -> None:
    do(session, "an", [put(A, "aggregation.columns", {"c1": "max", "c3": "max"})])
    before = document(session)
    do(session, "an", [rid("column", "c1")])
    section = find(document(session), A)
    assert section and "cells" not in section.node
    assert section.node["aggregation"] == {"columns": {"c3": "max"}}
    undo(session, "an")
    assert document(session) == before


def test_a_rule_typed_in_old_names_is_kept_in_new_ones(session: Session) -> None:
    do(session, "an", [put(column("c1"), "code", "nam")], base=1)
    rule = {"id": "K2", "code": "K2", "text": "cột c1 >= 0"}
    insert = {"op": "insert", "kind": "rule", "parent": A, "after": "K1", "node": rule}
    answer = do(session, "bình", [insert], [put(RULE, "text", "cột c1 < cột c2")], base=1)
    assert answer.refused == []
    assert value(session, {**RULE, "id": "K2"}, "text") == "cột nam >= 0"
    assert value(session, RULE, "text") == "cột nam < cột c2"


def test_undoing_a_rule_after_another_renamed(session: Session) -> None:
    do(session, "an", [put(RULE, "text", "cột c1 < cột c2")])
    do(session, "bình", [put(column("c1"), "code", "nam")])
    assert undo(session, "an").refused == []
    assert value(session, RULE, "text") == "cột nam <= cột c2"


# --- the law of both


@pytest.mark.parametrize("seed", range(6))
def test_what_two_do_at_once_is_kept_or_told(session: Session, seed: int) -> None:
    """Each edit becomes a step or is refused; the steps alone lead both pages to the server's document."""
    chance = random.Random(seed)
    pages = {who: (1, document(session)) for who in ("an", "bình")}
    for number in range(20):
        who = chance.choice(["an", "bình"])
        (base, seen), before = pages[who], history.find_draft(session, "X").revision
        if chance.random() < 0.2:
            answer = history.undo(
                session, "X", chance.choice(["undo", "redo"]), base=base, key=next(KEYS), actor=who, now=NOW
            )
        else:
            answer = do(session, who, [_any(chance, seen, f"{who[0]}{number}")], base=base)
        assert answer.draft.revision - before + len(answer.refused) == 1
        for step in answer.steps:
            seen = apply(seen, step.ops).document
        assert seen == document(session)
        assert data_to_template(seen)[0]
        if chance.random() < 0.6:
            pages[who] = answer.draft.revision, seen


def _any(chance: random.Random, seen: Document, ident: str) -> Op:
    """An operation on what the page shows."""
    spot = chance.choice([each for each in spots(seen) if each.kind in ("row", "column", "rule")])
    ref = {"kind": spot.kind, "section": spot.section, "id": spot.node["id"]}
    verb = chance.choice(["set", "set", "insert", "move", "delete"] if spot.kind != "rule" else ["set"])
    if verb == "set":
        key, text = (
            ("text", "cột c1 = cột c3") if spot.kind == "rule" else ("title", f"Tên {chance.randrange(3)}")
        )
        return put(ref, key, text)
    if verb == "delete":
        return {"op": "delete", **ref}
    if verb == "move":
        return {"op": "move", **ref, "parent": A, "after": None}
    node = {"id": ident, "code": "moi", "title": "Mới"}
    return {"op": "insert", "kind": spot.kind, "parent": spot.parent_ref, "after": spot.after, "node": node}
