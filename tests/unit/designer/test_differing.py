"""From one document to another by operations: what they make of the one is the other."""

import random

import pytest

from designer.differing import operations
from designer.document import Document, document_of, plain, spots
from designer.edits import Op, Refused, apply
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from tests.slices import sliced


def seeds() -> list[Document]:
    forms = [read_template(file)[0] for file in seed_files().values()]
    return [document_of(form) for form in forms if form]


def changed(document: Document, chance: random.Random) -> Document:
    """A document after some deeds that people do."""
    for _ in range(chance.randint(1, 12)):
        there = [spot for spot in spots(document) if spot.kind in ("row", "column", "rule", "part")]
        spot = chance.choice(there)
        beside = chance.choice(
            [each for each in there if (each.kind, each.section) == (spot.kind, spot.section)]
        )
        thing = {"kind": spot.kind, "section": spot.section, "id": spot.node["id"]}
        key = "message" if spot.kind == "rule" else "title"
        deeds: list[Op] = [
            {"op": "delete", **thing},
            {"op": "move", **thing, "parent": beside.parent_ref, "after": beside.after},
            {"op": "set", "at": thing, "key": key, "value": f"Tên {chance.random()}"},
        ]
        try:
            document = apply(document, [chance.choice(deeds)]).document
        except Refused:  # below itself
            continue
    return document


def test_each_form_is_made_of_each_other() -> None:
    for before in seeds():
        for after in seeds():
            kinds = {section["id"]: section["kind"] for section in before["sections"]}
            if all(kinds.get(each["id"], each["kind"]) == each["kind"] for each in after["sections"]):
                after = {**after, "code": before["code"]}  # which no operation sets
                assert apply(before, operations(before, after)).document == after


@pytest.mark.parametrize("seed", sliced(range(20), range(400)))
def test_what_was_changed_is_changed_and_taken_back(seed: int) -> None:
    chance = random.Random(seed)
    before = plain(chance.choice(seeds()))
    after = changed(before, chance)
    assert apply(before, operations(before, after)).document == after
    assert apply(after, operations(after, before)).document == before
    assert operations(after, after) == []
