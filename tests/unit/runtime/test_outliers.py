"""What stands out among many figures, and what does not."""

from decimal import Decimal

from runtime.views.outliers import Mark, marks

USUAL = [Decimal(100 + step) for step in range(12)]
NOTHING = Mark()


def test_a_slip_by_a_factor_of_ten_stands_out_both_ways() -> None:
    found = marks([*USUAL, Decimal(1050)], [*USUAL, Decimal(105)])
    assert found[-1] == Mark(among_agencies=True, since_last=True)
    assert found[:-1] == [NOTHING] * 12


def test_a_large_city_is_none_if_it_always_was_large() -> None:
    spread = [Decimal(number) for number in (3, 8, 15, 30, 60, 90, 140, 300, 700, 2_000)]
    assert not any(marks(spread, spread))


def test_one_that_stood_still_while_all_others_doubled_stands_out_since_last() -> None:
    found = marks([*(value * 2 for value in USUAL), Decimal(105)], [*USUAL, Decimal(105)])
    assert found[-1].since_last and not any(found[:-1])


def test_all_alike_and_one_not() -> None:
    alike = [Decimal(0)] * 11
    assert marks([*alike, Decimal(9)], [*alike, None])[-1] == Mark(among_agencies=True)
    assert not any(marks([*USUAL, Decimal(130)], [None] * 13))


def test_few_figures_and_texts_tell_nothing() -> None:
    assert marks([Decimal(1), Decimal(10_000), None], [None] * 3) == [NOTHING] * 3
    assert marks([*USUAL, None], [None] * 13)[-1] == NOTHING
