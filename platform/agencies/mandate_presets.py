"""The mandates of five provincial regulations, as rows that an administrator may take over and change.

What is said of a function (`đầu mối`: the department that leads on socio-economic reports; `vận hành`: the
one that runs the system) counts for the agency that was given it.
"""

from collections.abc import Iterator, Mapping, Sequence

from agencies.mandates import BELOW, EVERYBODY, GOVERNMENTS, OFFICE, REGIMES, Act, Right

ALL: Sequence[Act] = ("draft", "set_up", "issue")
PROVINCE, DEPARTMENT, DISTRICT, COMMUNE = "province", f"province.{OFFICE}", "district", "commune"
EVERY_AGENCY = tuple(kind for level in GOVERNMENTS for kind in (level, f"{level}.{OFFICE}"))


def _row(
    unit_type: str,
    regimes: str,
    acts: Sequence[Act],
    basis: str,
    addressees: Sequence[str] = (EVERYBODY,),
    function: str = "",
) -> Iterator[Right]:
    for regime in regimes.split():
        yield Right(unit_type, function, regime, frozenset(acts), frozenset(addressees), basis)


def _hai_phong() -> Iterator[Right]:
    """Every agency designs thematic and urgent forms as lead unit; periodic ones are the city's."""
    for unit_type in EVERY_AGENCY:
        yield from _row(unit_type, "thematic urgent", ALL, "1874/QĐ-UBND, Điều 7.3, 8.1")
    for unit_type in (PROVINCE, DEPARTMENT):
        yield from _row(unit_type, "periodic", ALL, "1874/QĐ-UBND, Điều 7.1, 8.3a, 9.2")


def _ben_tre() -> Iterator[Right]:
    """The lead unit of a thematic or urgent report builds its form; periodic forms are built from assigned
    indicators and stand in the annexes of the province's decision."""
    for unit_type in EVERY_AGENCY:
        yield from _row(unit_type, "thematic urgent", ALL, "2159/QĐ-UBND, Điều 6.3, 7.2, 7.3")
    for unit_type in (DEPARTMENT, DISTRICT):
        yield from _row(unit_type, "periodic", ["draft"], "2159/QĐ-UBND, Điều 6.1, 10.5, 12.1")
    for function in ("lead", "operator"):
        yield from _row(
            DEPARTMENT, "periodic", ["draft", "set_up"], "2159/QĐ-UBND, Điều 5.6, 14.1", function=function
        )
    yield from _row(PROVINCE, "periodic", ALL, "2159/QĐ-UBND, Điều 7.1")


def _quang_binh() -> Iterator[Right]:
    """Article 6: periodic regimes are drafted by the lead department, set up by the operator, issued by the
    province; thematic and urgent ones go level by level; communes ask organisations in urgent cases."""
    yield from _row(DEPARTMENT, "periodic", ["draft"], "Điều 6.2b", function="lead")
    yield from _row(DEPARTMENT, "periodic", ["draft", "set_up"], "Điều 6.2đ", function="operator")
    yield from _row(PROVINCE, " ".join(REGIMES), ["issue"], "Điều 6.2a")
    yield from _row(
        DEPARTMENT, "thematic urgent", ALL, "Điều 6.2b", [PROVINCE, DEPARTMENT, DISTRICT], function="lead"
    )
    yield from _row(DISTRICT, "thematic", ALL, "Điều 6.2c", [BELOW, COMMUNE, "organisation"])
    yield from _row(DISTRICT, "urgent", ALL, "Điều 6.2c", [BELOW, COMMUNE])
    yield from _row(COMMUNE, "urgent", ALL, "Điều 6.2d", ["organisation"])


def _binh_phuoc() -> Iterator[Right]:
    """Units supply templates and formulas; the lead department standardises them and asks, on order of the
    province's leaders."""
    for unit_type in (DEPARTMENT, DISTRICT):
        yield from _row(unit_type, " ".join(REGIMES), ["draft"], "1090/QĐ-UBND, Điều 8.5, 8.6")
    yield from _row(
        DEPARTMENT, " ".join(REGIMES), ALL, "1090/QĐ-UBND, Điều 1, 6.6, 9.1, 9.2", function="lead"
    )
    yield from _row(PROVINCE, " ".join(REGIMES), ["issue"], "1090/QĐ-UBND, Điều 6.6")


def _quang_ngai() -> Iterator[Right]:
    """The lead department names the indicators to be supplied, the operator of the centre sets forms up; the
    province owns the system, and its office urges units to supply, periodically and on demand."""
    yield from _row(DEPARTMENT, "periodic", ["draft"], "151/QĐ-UBND, Điều 8", function="lead")
    yield from _row(
        DEPARTMENT, " ".join(REGIMES), ["draft", "set_up"], "151/QĐ-UBND, Điều 3.3", function="operator"
    )
    yield from _row(PROVINCE, "periodic", ["issue"], "151/QĐ-UBND, Điều 3.1, 6.1")
    yield from _row(PROVINCE, "thematic urgent", ALL, "151/QĐ-UBND, Điều 3.1, 6.1")


PRESETS: Mapping[str, Sequence[Right]] = {
    "hai_phong": tuple(_hai_phong()),
    "ben_tre": tuple(_ben_tre()),
    "quang_binh": tuple(_quang_binh()),
    "binh_phuoc": tuple(_binh_phuoc()),
    "quang_ngai": tuple(_quang_ngai()),
}
"""By name of the regulation's province."""
