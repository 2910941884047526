"""Who may design what, over the whole table of each regulation, and levels that are switched off."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy.orm import Session

from agencies.attributes import set_attribute
from agencies.importer import import_agencies
from agencies.mandate_presets import PRESETS
from agencies.mandates import (
    ACTS,
    FUNCTION,
    FUNCTIONS,
    REGIMES,
    UNIT_TYPES,
    Act,
    Right,
    add_mandate,
    demand_mandate,
    end_mandate,
    read_mandates,
    set_mandates,
    switch_off,
    switch_on,
)
from agencies.store import read_tree
from core.errors import Forbidden, Invalid
from tests.builders import NOW, SINCE

PLACES = """level,code,name,parent_code
province,44,Tỉnh Quảng Bình,
department,44.KH,Sở Kế hoạch và Đầu tư,44
department,44.TT,Sở Thông tin và Truyền thông,44
department,44.NV,Sở Nội vụ,44
district,H1,Huyện Một,44
department,H1.TC,Phòng Tài chính,H1
commune,X1,Xã Một,H1
commune,X2,Xã Hai,H1
department,X1.VP,Văn phòng,X1
organisation,T1,Hợp tác xã Một,X1
district,H2,Huyện Hai,44
commune,X3,Xã Ba,H2
"""
DAY, LATER = date(2025, 7, 1), date(2026, 7, 1)
TYPES = {
    "province": "44",
    "province.department": "44.NV",
    "district": "H1",
    "district.department": "H1.TC",
    "commune": "X1",
    "commune.department": "X1.VP",
    "organisation": "T1",
}
BEARERS = {"lead": "44.KH", "operator": "44.TT"}


@pytest.fixture
def ids(session: Session) -> dict[str, int]:
    import_agencies(session, PLACES.encode(), valid_from=SINCE)
    ids = {node.code: node.id for node in read_tree(session, SINCE)}
    for function, code in BEARERS.items():
        words = FUNCTIONS[function]
        set_attribute(session, ids[code], FUNCTION, words, since=SINCE, actor="admin", now=NOW)
    return ids


def choose(session: Session, preset: str) -> None:
    set_mandates(session, PRESETS[preset], since=DAY, actor="admin", now=NOW)


def may(session: Session, ids: dict[str, int], code: str, regime: str, act: Act, *members: str) -> bool:
    tree = read_tree(session, LATER)
    asked = [ids[member] for member in members]
    try:
        demand_mandate(session, ids[code], regime, act, on=LATER, members=asked, tree=tree)
    except Forbidden:
        return False
    return True


def test_without_a_regulation_roles_alone_decide(session: Session, ids: dict[str, int]) -> None:
    assert all(may(session, ids, code, "periodic", act, "44") for code in TYPES.values() for act in ACTS)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_whole_table_of_a_regulation(session: Session, ids: dict[str, int], preset: str) -> None:
    choose(session, preset)
    bearers = [(code, unit_type, "") for unit_type, code in TYPES.items()]
    bearers += [(code, "province.department", function) for function, code in BEARERS.items()]
    for (code, unit_type, function), regime, act in product(bearers, REGIMES, ACTS):
        expected = any(
            right.unit_type == unit_type
            and right.function in ("", function)
            and right.regime == regime
            and act in right.acts
            for right in PRESETS[preset]
        )
        assert may(session, ids, code, regime, act) == expected, (code, regime, act)


@pytest.mark.parametrize("preset", ["hai_phong", "ben_tre"])
def test_every_agency_designs_thematic_and_urgent_forms_as_lead_unit(
    session: Session, ids: dict[str, int], preset: str
) -> None:
    choose(session, preset)
    agencies = [code for unit_type, code in TYPES.items() if unit_type != "organisation"]
    for code, regime, act in product(agencies, ("thematic", "urgent"), ACTS):
        assert may(session, ids, code, regime, act, "X2", "44.NV")
    assert not may(session, ids, "X1", "periodic", "draft")
    assert not may(session, ids, "T1", "urgent", "issue")


def test_article_6_of_quang_binh(session: Session, ids: dict[str, int]) -> None:
    choose(session, "quang_binh")
    assert may(session, ids, "44.KH", "periodic", "draft")
    assert not may(session, ids, "44.KH", "periodic", "set_up")
    assert may(session, ids, "44.TT", "periodic", "set_up")
    assert not may(session, ids, "44.NV", "thematic", "draft")
    assert may(session, ids, "44", "periodic", "issue", "X1", "44.NV")
    assert may(session, ids, "44.KH", "urgent", "issue", "44.NV", "H1")
    assert not may(session, ids, "44.KH", "urgent", "issue", "X1")
    assert may(session, ids, "H1", "thematic", "issue", "X1", "X2", "H1.TC", "T1")
    assert may(session, ids, "H1", "urgent", "issue", "X1", "H1.TC")
    assert not may(session, ids, "H1", "periodic", "draft")
    assert may(session, ids, "X1", "urgent", "issue", "T1")
    assert not may(session, ids, "X1", "urgent", "issue", "X2")
    assert not may(session, ids, "X1", "thematic", "draft")


def test_a_level_that_is_off_hands_its_rights_on(session: Session, ids: dict[str, int]) -> None:
    choose(session, "quang_binh")
    assert not may(session, ids, "X1", "thematic", "issue", "X1.VP")
    switch_off(session, "district", "commune", since=DAY, actor="admin", now=NOW)
    assert may(session, ids, "X1", "thematic", "issue", "X1.VP", "T1")
    with pytest.raises(Forbidden) as told:
        demand_mandate(session, ids["H1"], "urgent", "draft", on=LATER)
    assert told.value.code == "mandate.level_off"
    assert told.value.facts["heir"] == "commune"
    # who asked the districts asks their heirs
    assert may(session, ids, "44.KH", "urgent", "issue", "X1")
    switch_on(session, "district", actor="admin", now=NOW)
    assert may(session, ids, "H1", "urgent", "draft")
    assert not may(session, ids, "X1", "thematic", "issue", "X1.VP")


@pytest.mark.parametrize(
    ("level", "heir"), [("district", "district"), ("district", "nation"), ("x", "province")]
)
def test_a_switch_that_leads_nowhere_is_refused(session: Session, level: str, heir: str) -> None:
    with pytest.raises(Invalid):
        switch_off(session, level, heir, since=DAY, actor="admin", now=NOW)


def test_two_levels_never_wait_for_each_other(session: Session) -> None:
    switch_off(session, "district", "commune", since=DAY, actor="admin", now=NOW)
    with pytest.raises(Invalid):
        switch_off(session, "commune", "district", since=DAY, actor="admin", now=NOW)


def test_rows_hold_from_a_day_to_another(session: Session, ids: dict[str, int]) -> None:
    choose(session, "binh_phuoc")
    set_mandates(session, PRESETS["hai_phong"], since=LATER, actor="admin", now=NOW)
    assert {row.basis[:4] for row in read_mandates(session, DAY)} == {"1090"}
    assert {row.basis[:4] for row in read_mandates(session, LATER)} == {"1874"}
    right = Right("organisation", "", "urgent", frozenset({"draft"}), frozenset({"below"}))
    add_mandate(session, right, since=LATER, actor="admin", now=NOW)
    assert may(session, ids, "T1", "urgent", "draft")
    [row] = [row for row in read_mandates(session, LATER) if row.unit_type == "organisation"]
    end_mandate(session, row.id, on=LATER, actor="admin", now=NOW)
    assert not may(session, ids, "T1", "urgent", "draft")


def test_rows_with_unknown_words_are_refused(session: Session) -> None:
    with pytest.raises(Invalid):
        add_mandate(
            session, Right("x", "", "urgent", frozenset(), frozenset()), since=DAY, actor="a", now=NOW
        )


def test_presets_name_known_things_only() -> None:
    for rights in PRESETS.values():
        assert {right.unit_type for right in rights} <= set(UNIT_TYPES)
        assert {right.regime for right in rights} <= set(REGIMES)
