from dataclasses import replace
from datetime import date

import pytest

from agencies.tree import Node, Tree
from core.errors import Invalid
from runtime.rounds.scopes import receivers, without_gone


def tree(*lines: tuple[int, str, int | None]) -> Tree:
    nodes = [Node(i, str(i), f"N{i}", level, level, parent, f"{i:03}") for i, level, parent in lines]
    return Tree(date(2026, 9, 14), {node.id: node for node in nodes})


NATION = tree(
    (1, "nation", None),
    (2, "province", 1),
    (3, "province", 1),
    (4, "commune", 2),
    (5, "commune", 2),
    (6, "commune", 3),
)


def test_straight_to_the_lead_unit() -> None:
    assert receivers(NATION, 2, "children", "direct") == {2: None, 4: 2, 5: 2}
    assert receivers(NATION, 1, "level:commune", "direct") == {1: None, 4: 1, 5: 1, 6: 1}


def test_through_the_agencies_between() -> None:
    found = receivers(NATION, 1, "level:commune", "tree")
    assert found == {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3}


def test_named_agencies_also_from_elsewhere() -> None:
    assert receivers(NATION, 2, "codes:4, 6", "direct") == {2: None, 4: 2, 6: 2}
    assert receivers(NATION, 2, "codes:4,6", "tree") == {2: None, 4: 2, 6: 2}


@pytest.mark.parametrize("scope", ["children", "level:commune"])
def test_a_round_for_nobody_is_refused(scope: str) -> None:
    with pytest.raises(Invalid) as refused:
        receivers(NATION, 6, scope, "direct")
    assert refused.value.findings[0].code == "round.nobody"


def test_unknown_scopes_and_codes() -> None:
    with pytest.raises(Invalid):
        receivers(NATION, 2, "everyone", "direct")


def test_each_agency_that_is_gone_is_named_and_may_be_left_out() -> None:
    gone = replace(NATION, closed={7: Node(7, "7", "Xã Cũ", "commune", "commune", 2, "007")})
    with pytest.raises(Invalid) as refused:
        receivers(gone, 2, "codes:4,7,99", "direct")
    assert [(f.code, f.facts["name"]) for f in refused.value.findings] == [
        ("round.agency_gone", "Xã Cũ"),
        ("round.agency_gone", "99"),
    ]
    assert receivers(gone, 2, without_gone(gone, "codes:4,7,99"), "direct") == {2: None, 4: 2}
    assert without_gone(gone, "level:commune") == "level:commune"
