"""Units of measure that convert into one another. Any other unit only equals itself."""

from collections.abc import Mapping
from decimal import Decimal

_FAMILIES: tuple[Mapping[str, Decimal], ...] = (
    {
        "đồng": Decimal(1),
        "nghìn đồng": Decimal(10) ** 3,
        "triệu đồng": Decimal(10) ** 6,
        "tỷ đồng": Decimal(10) ** 9,
        "nghìn tỷ đồng": Decimal(10) ** 12,
    },
    {
        "kg": Decimal(1),
        "yến": Decimal(10),
        "tạ": Decimal(100),
        "tấn": Decimal(1000),
        "nghìn tấn": Decimal(10) ** 6,
    },
    {"m2": Decimal(1), "ha": Decimal(10) ** 4, "km2": Decimal(10) ** 6},
    {"m": Decimal(1), "km": Decimal(1000)},
)
_SAME = {"ngàn đồng": "nghìn đồng", "tỉ đồng": "tỷ đồng", "m²": "m2", "km²": "km2"}


def normal_unit(unit: str | None) -> str | None:
    """The unit by its one name: spaces single, case folded, common variants met."""
    if unit is None:
        return None
    plain = " ".join(unit.lower().split())
    return _SAME.get(plain, plain) or None


def factor(have: str | None, want: str) -> tuple[Decimal, Decimal] | None:
    """(multiplier, divisor) from unit `have` to unit `want`, exact; None where the table has no way."""
    source, target = normal_unit(have), normal_unit(want)
    for family in _FAMILIES:
        if source in family and target in family:
            return family[source], family[target]  # type: ignore[index]
    return (Decimal(1), Decimal(1)) if source and source == target else None
