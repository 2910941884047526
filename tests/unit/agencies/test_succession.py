from datetime import date
from decimal import Decimal

import pytest

from agencies.succession import Link, Part, Succession, divided, who_answers
from agencies.tree import Node, Tree

FIRST, SECOND = date(2025, 7, 1), date(2027, 1, 1)
EVE, BETWEEN, LATER = date(2025, 6, 30), date(2026, 3, 31), date(2027, 3, 31)
HALF, THIRD = Decimal("0.5"), Decimal("0.3")

# 1 and 2 were joined into 10; 3 was divided between 10 and 11; later 10 and 11 were joined into 20
LINKS = Succession(
    [
        Link(1, 10, FIRST),
        Link(2, 10, FIRST),
        Link(3, 10, FIRST, None),
        Link(3, 11, FIRST, None, is_default=False),
        Link(10, 20, SECOND),
        Link(11, 20, SECOND),
    ]
)


def tree(on: date, *agencies: int) -> Tree:
    return Tree(on, {i: Node(i, str(i), f"N{i}", "commune", "xã", None, f"{i:03}") for i in agencies})


def test_figures_of_earlier_days_are_those_of_predecessors() -> None:
    whole = [Part(1, Decimal(1), True), Part(2, Decimal(1), True)]
    assert LINKS.predecessors(10, EVE) == [*whole, Part(3, None, True)]
    assert LINKS.predecessors(10, FIRST) == [Part(10, Decimal(1), True)]
    assert LINKS.predecessors(20, BETWEEN) == [Part(10, Decimal(1), True), Part(11, Decimal(1), True)]
    assert {part.agency for part in LINKS.predecessors(20, EVE)} == {1, 2, 3}
    assert LINKS.predecessors(99, EVE) == [Part(99, Decimal(1), True)]


def test_a_divided_predecessor_is_told() -> None:
    assert divided(LINKS.predecessors(10, EVE))
    assert not divided(LINKS.predecessors(10, BETWEEN))
    assert not divided(LINKS.predecessors(20, BETWEEN))


def test_known_shares_multiply_and_add_up() -> None:
    rest = 1 - THIRD
    links = Succession(
        [
            Link(1, 10, FIRST, THIRD),
            Link(1, 11, FIRST, rest, is_default=False),
            Link(10, 20, SECOND),
            Link(11, 20, SECOND, HALF),
            Link(11, 21, SECOND, HALF, is_default=False),
        ]
    )
    assert links.predecessors(20, EVE) == [Part(1, THIRD + rest * HALF, True)]
    assert links.predecessors(21, EVE) == [Part(1, rest * HALF, False)]
    shares = [part.share for part in links.successors(1, LATER)]
    assert shares == [THIRD + rest * HALF, rest * HALF]
    assert sum(share for share in shares if share) == 1


def test_successors_of_a_later_day() -> None:
    assert LINKS.successors(3, EVE) == [Part(3, Decimal(1), True)]
    assert LINKS.successors(3, FIRST) == [Part(10, None, True), Part(11, None, False)]
    assert [part.agency for part in LINKS.successors(3, LATER)] == [20]


@pytest.mark.parametrize(
    ("agency", "today", "answers"),
    [(1, tree(BETWEEN, 10, 11), 10), (3, tree(BETWEEN, 10, 11), 10), (3, tree(LATER, 20), 20)],
)
def test_the_main_successor_answers(agency: int, today: Tree, answers: int) -> None:
    assert who_answers(LINKS, today, agency) == today[answers]


def test_who_is_there_answers_and_for_the_abolished_nobody() -> None:
    today = tree(BETWEEN, 10, 11)
    assert who_answers(LINKS, today, 11) == today[11]
    assert who_answers(LINKS, today, 7) is None
