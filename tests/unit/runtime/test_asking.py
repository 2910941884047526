from datetime import date

import pytest

from agencies.tree import Node, Tree
from core.errors import Invalid
from runtime.rounds.asking import area_of, askable, choices, demand_askable
from runtime.rounds.scopes import members_of, receivers


def tree(*lines: tuple[int, str, int | None]) -> Tree:
    nodes = [Node(i, f"C{i}", f"N{i}", level, level, parent, f"{i:03}") for i, level, parent in lines]
    return Tree(date(2026, 9, 14), {node.id: node for node in nodes})


TREE = tree(
    (1, "nation", None),
    (2, "province", 1),
    (3, "province", 1),
    (4, "commune", 2),
    (5, "commune", 2),
    (6, "commune", 3),
    (7, "department", 2),
    (8, "organisation", 4),
)


def test_a_department_asks_what_is_below_its_province() -> None:
    assert area_of(TREE, 7).id == 2
    assert [node.id for node in askable(TREE, 7)] == [4, 8, 5]
    scopes = {choice.scope: choice.agencies for choice in choices(TREE, 7)}
    assert scopes == {"level:commune:C2": 2, "level:organisation:C2": 1}
    assert receivers(TREE, 7, "level:commune:C2", "direct") == {7: None, 4: 7, 5: 7}


def test_a_commune_asks_its_organisations_only() -> None:
    assert [node.id for node in askable(TREE, 4)] == [8]
    assert askable(TREE, 5) == []


def test_an_organisation_asks_nobody_beside_it() -> None:
    beside = tree((4, "commune", None), (8, "organisation", 4), (9, "organisation", 4))
    assert askable(beside, 8) == []


def test_others_cannot_be_asked() -> None:
    demand_askable(TREE, 7, members_of(TREE, 7, "codes:C4,C5"))
    demand_askable(TREE, 7, members_of(TREE, 7, "level:department:C2"))  # itself, which is no addressee
    with pytest.raises(Invalid) as refused:
        demand_askable(TREE, 7, members_of(TREE, 7, "codes:C4,C6"))
    assert refused.value.findings[0].facts == {"agencies": ["N6"]}
