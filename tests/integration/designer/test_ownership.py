"""What an agency drew passes to its successor on the day of a merger."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from agencies.models import AgencySuccession
from agencies.successors import owned_by, owner_on
from core.clock import day_of
from core.errors import Forbidden
from designer.beginnings import begin, begin_copy
from designer.listing import list_drafts
from designer.publishing import publish_draft
from template_library.fileformat import data_to_template
from tests.builders import NOW, SINCE, build

SMALL = json.loads((Path(__file__).parents[2] / "vectors/edits.json").read_text(encoding="utf-8"))["document"]
TODAY = day_of(NOW)


def test_a_template_passes_to_the_main_successor(session: Session) -> None:
    gone, heir, other = list(build(session, 3).communes.values())
    for to, is_main in ((heir, True), (other, False)):
        told = {"extent": "part", "share": None, "is_default": is_main}
        session.add(AgencySuccession(predecessor_id=gone, successor_id=to, on=TODAY, **told))
    session.flush()
    eve = NOW - timedelta(days=1)
    form, _ = data_to_template(SMALL)
    assert form
    begin(session, form, agency=gone, actor="an", now=eve)
    version = publish_draft(session, "X", base=1, effective_from=SINCE, actor="an", now=eve)

    with pytest.raises(Forbidden):
        begin_copy(session, version, code="", agency=heir, actor="b", now=eve)
    with pytest.raises(Forbidden):
        begin_copy(session, version, code="", agency=other, actor="b", now=NOW)
    with pytest.raises(Forbidden):
        begin_copy(session, version, code="Z", agency=other, actor="b", now=NOW)
    begin_copy(session, version, code="Y", agency=heir, actor="b", now=NOW)  # its own, though not shared
    begin_copy(session, version, code="", agency=gone, actor="b", now=eve)  # a draft begun before the merger
    assert [each.code for each in list_drafts(session, heir, TODAY)] == ["Y", "X"]
    assert list_drafts(session, heir, day_of(eve))[0].code == "Y"
    assert list_drafts(session, other, TODAY) == []
    assert publish_draft(session, "X", base=1, effective_from=SINCE, actor="b", now=NOW).id == version.id


def test_owners_are_followed_through_reforms(session: Session) -> None:
    first, second, third = list(build(session, 3).communes.values())
    for before, after, days in ((first, second, 0), (second, third, 30)):
        on = TODAY + timedelta(days=days)
        told = {"extent": "whole", "share": None, "is_default": True}
        session.add(AgencySuccession(predecessor_id=before, successor_id=after, on=on, **told))
    session.flush()
    moments = [TODAY + timedelta(days=number) for number in (-1, 0, 30)]
    assert [owner_on(session, first, day) for day in moments] == [first, second, third]
    assert [owned_by(session, third, day) for day in moments] == [{third}, {third}, {first, second, third}]
    assert owned_by(session, second, TODAY) == {first, second}
