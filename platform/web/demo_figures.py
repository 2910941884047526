"""Made-up figures of form II.06a: the same for a commune in every run, and right except where told."""

from collections.abc import Iterator, Mapping
from random import Random

USUAL = {"I1": 800, "I2": 350, "I3": 50, "I4": 20, "I5": 110, "I6": 80}
"""Files a quarter of a middling commune, by row."""


def commune_figures(code: str, *, wrong: bool) -> Iterator[tuple[str, str, str]]:
    """(row, column, value) of all cells a commune types; with `wrong`, row I1 breaks rule K4."""
    random = Random(code)
    size = random.uniform(0.3, 1.8)
    for row, usual in USUAL.items():
        for column, value in _row(random, round(usual * size * random.uniform(0.8, 1.2))).items():
            off = random.randint(2, 9) if wrong and (row, column) == ("I1", "8") else 0
            yield row, column, str(value + off)


def _row(random: Random, received: int) -> Mapping[str, int]:
    """Files in = files done + files under way, each split into its kinds."""
    carried = round(received * random.uniform(0, 0.02))
    direct = round(received * random.uniform(0.02, 0.2))
    waiting = round(received * random.uniform(0, 0.03))
    waiting_late = random.randint(0, waiting) // 4
    done = received - waiting
    early = round(done * random.uniform(0.5, 0.8))
    late = random.randint(0, done - early) // 20
    return {
        "4": received - direct - carried,
        "5": direct,
        "6": carried,
        "8": early,
        "9": done - early - late,
        "10": late,
        "12": waiting - waiting_late,
        "13": waiting_late,
    }
