"""An agency gets another name and another place from a day on; attributes of many come by a file."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.attribute_importer import import_attributes
from agencies.changing import close_agency, move_agency, rename_agency
from agencies.importer import import_agencies
from agencies.store import read_tree
from core.errors import Conflict, Invalid, NotFound
from tests.builders import NOW, SINCE

PLACES = "level,code,name,parent_code\nprovince,31,Hải Phòng,\nprovince,01,Hà Nội,\ncommune,C1,Xã Một,31\n"
BEFORE, DAY, LATER = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)
WHO = {"actor": "admin", "now": NOW}


@pytest.fixture
def ids(session: Session) -> dict[str, int]:
    import_agencies(session, PLACES.encode(), valid_from=SINCE)
    return {node.code: node.id for node in read_tree(session, SINCE)}


def test_a_name_holds_from_a_day_on(session: Session, ids: dict[str, int]) -> None:
    assert rename_agency(session, ids["C1"], " Phường  Một ", on=DAY, **WHO)  # type: ignore[arg-type]
    assert not rename_agency(session, ids["C1"], "Phường Một", on=LATER, **WHO)  # type: ignore[arg-type]
    names = [read_tree(session, on)[ids["C1"]].name for on in (BEFORE, DAY, LATER)]
    assert names == ["Xã Một", "Phường Một", "Phường Một"]
    assert rename_agency(session, ids["C1"], "Phường Mốt", on=DAY, **WHO)  # type: ignore[arg-type]
    assert read_tree(session, DAY)[ids["C1"]].name == "Phường Mốt"
    with pytest.raises(Conflict) as told:
        rename_agency(session, ids["C1"], "Xã Xưa", on=BEFORE, **WHO)  # type: ignore[arg-type]
    assert told.value.code == "agency.changes_later"
    actions = session.execute(text("SELECT action FROM audit ORDER BY id")).scalars().all()
    assert actions == ["agency.rename", "agency.rename"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 301, "a\x07b"])
def test_names_that_cannot_be(session: Session, ids: dict[str, int], name: str) -> None:
    with pytest.raises(Invalid):
        rename_agency(session, ids["C1"], name, on=DAY, **WHO)  # type: ignore[arg-type]


def test_a_place_holds_from_a_day_on(session: Session, ids: dict[str, int]) -> None:
    close_agency(session, ids["C1"], on=LATER, **WHO)  # type: ignore[arg-type]
    assert move_agency(session, ids["C1"], ids["01"], on=DAY, **WHO)  # type: ignore[arg-type]
    assert not move_agency(session, ids["C1"], ids["01"], on=DAY, **WHO)  # type: ignore[arg-type]
    assert [node.code for node in read_tree(session, BEFORE).children(ids["31"])] == ["C1"]
    assert [node.code for node in read_tree(session, DAY).children(ids["01"])] == ["C1"]
    assert ids["C1"] not in read_tree(session, LATER).nodes  # it still ends when it would have
    for above in (ids["C1"], 10**9):
        with pytest.raises((Invalid, NotFound)):
            move_agency(session, ids["C1"], above, on=DAY, **WHO)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        move_agency(session, ids["31"], ids["01"], on=DAY, **WHO)  # type: ignore[arg-type]


def test_attributes_by_a_file(session: Session, ids: dict[str, int]) -> None:
    file = "code,name,value\n31,dân số,4664124\nC1,điện thoại trực,0225 123 456\n".encode()
    assert import_attributes(session, file, since=DAY, **WHO) == 2  # type: ignore[arg-type]
    assert import_attributes(session, file, since=DAY, **WHO) == 0  # type: ignore[arg-type]
    assert read_tree(session, DAY).attributes[ids["31"]] == {"dân_số": "4664124"}
    wrong = "code,name,value\nXX,dân số,1\nC1,điện thoại trực,gọi tôi\n31,mã,1\n31,vùng,một\n".encode()
    with pytest.raises(Invalid) as told, session.begin_nested():
        import_attributes(session, wrong, since=LATER, **WHO)  # type: ignore[arg-type]
    faults = [(finding.where, finding.code) for finding in told.value.findings]
    assert faults == [("2", "attribute.no_agency"), ("3", "attribute.telephone"), ("4", "attribute.given")]
    assert "vùng" not in read_tree(session, LATER).attributes[ids["31"]]
