"""The tree is filled as a whole or not at all, and as often as one likes."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from agencies.importer import import_agencies
from agencies.listing import shipped_listing
from agencies.models import Agency
from agencies.store import read_tree
from core.errors import Invalid, NotFound

HEAD = "level,code,name,type,parent_code\n"
BEFORE, REFORM = date(2004, 1, 1), date(2025, 7, 1)


def load(session: Session, lines: str, since: date = REFORM, until: date | None = None) -> int:
    return import_agencies(session, (HEAD + lines).encode(), valid_from=since, valid_to=until).added


def test_the_nation_once_and_twice(session: Session) -> None:
    first = import_agencies(session, shipped_listing(), valid_from=REFORM)
    again = import_agencies(session, shipped_listing(), valid_from=REFORM)
    assert (first.added, first.unchanged, again.added, again.unchanged) == (3355, 0, 0, 3355)
    assert session.scalar(select(func.count()).select_from(Agency)) == 3356

    tree = read_tree(session, date(2026, 9, 14))
    haiphong = tree.with_code("31")
    communes = list(tree.descendants(haiphong.id, "commune"))
    assert len(communes) == 114
    assert [node.name for node in communes[:2]] == ["Đặc khu Bạch Long Vĩ", "Đặc khu Cát Hải"]
    assert [node.name for node in tree.ancestors(communes[0].id)] == ["Thành phố Hải Phòng", "Cả nước"]
    assert [node.code for node in tree.matching("hai phong")] == ["31"]


def test_one_province_then_the_nation(session: Session) -> None:
    one = import_agencies(session, shipped_listing(), valid_from=REFORM, province="31")
    all_ = import_agencies(session, shipped_listing(), valid_from=REFORM)
    assert (one.added, all_.added, all_.unchanged) == (115, 3240, 115)
    with pytest.raises(Invalid) as refused:
        import_agencies(session, shipped_listing(), valid_from=REFORM, province="99")
    assert refused.value.findings[0].code == "agencies.unknown_province"


def test_a_code_means_another_agency_after_the_reform(session: Session) -> None:
    load(session, "province,44,Tỉnh Quảng Bình,,\ncommune,1,Xã A,,44", BEFORE, REFORM)
    load(session, "province,44,Tỉnh Quảng Trị,,\ncommune,2,Xã B,,44")
    before, after = read_tree(session, date(2025, 6, 30)), read_tree(session, REFORM)
    assert before.with_code("44").name == "Tỉnh Quảng Bình"
    assert after.with_code("44").name == "Tỉnh Quảng Trị"
    assert before.with_code("44").id != after.with_code("44").id
    assert [node.name for node in after.children(after.with_code("44").id)] == ["Xã B"]
    with pytest.raises(NotFound):
        after.with_code("1")


def test_a_code_in_use_is_refused_and_nothing_is_imported(session: Session) -> None:
    load(session, "province,44,Tỉnh Quảng Bình,,", BEFORE)
    with pytest.raises(Invalid) as refused:
        load(session, "province,45,Tỉnh Mới,,\nprovince,44,Tỉnh Quảng Trị,,")
    assert [(f.code, f.facts["line"], f.facts["name"]) for f in refused.value.findings] == [
        ("agencies.code_in_use", "3", "Tỉnh Quảng Bình")
    ]
    assert session.scalar(text("SELECT count(*) FROM agency_code WHERE code = '45'")) == 0
