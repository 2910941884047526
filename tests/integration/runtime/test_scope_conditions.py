"""Scopes with conditions on attributes, decided as of the period."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from agencies.attributes import set_attribute
from agencies.store import read_tree
from core.errors import Invalid
from runtime.rounds.scopes import codes_of, members_of
from tests.builders import NOW, SINCE, build

LATER = SINCE + timedelta(days=100)


def test_a_scope_is_narrowed_by_what_holds_of_an_agency_on_the_day(session: Session) -> None:
    world = build(session, communes=4)
    told = {"actor": "test", "now": NOW}
    for code, people in (("C0001", "9000"), ("C0002", "12000"), ("C0003", "30000")):
        set_attribute(session, world.communes[code], "dân số", people, since=SINCE, **told)  # type: ignore[arg-type]
    set_attribute(session, world.communes["C0001"], "dân số", "11000", since=LATER, **told)  # type: ignore[arg-type]

    def whom(scope: str, on: object = SINCE) -> list[str]:
        return [node.code for node in members_of(read_tree(session, on), world.lead, scope)]  # type: ignore[arg-type]

    assert whom("children?đơn vị.dân_số > 10000") == ["C0002", "C0003"]  # C0004 told nobody
    assert whom("children?đơn vị.dân_số > 10000", LATER) == ["C0001", "C0002", "C0003"]
    assert whom('level:commune:31?đơn vị.mã = "C0004"') == ["C0004"]
    assert whom("codes:C0001,C0003?đơn vị.dân_số > 10000") == ["C0003"]
    assert codes_of("codes:C0001,C0003?đơn vị.dân_số > 10000") == ["C0001", "C0003"]
    for wrong in ("children?", "children?đơn vị.dân_số >", "children?A[I1;4] > 3", "children?" + "x" * 501):
        with pytest.raises(Invalid):
            whom(wrong)
