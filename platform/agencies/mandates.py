"""Who may design what: which kind of agency may draft, set up, issue which kind of reporting regime, to whom.

The rows come from a province's regulation (`mandate_presets`) and hold between days. Where no row holds, no
regulation was chosen, and roles alone decide. A level that is switched off hands its rights to another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.store import ends_after, read_agency, read_tree
from agencies.tree import Tree
from core import audit
from core.db import Base, BigId, Json
from core.errors import Forbidden, Invalid, NotFound
from engine.findings import Finding
from expr.text import fold

Act = Literal["draft", "set_up", "issue"]
ACTS: Sequence[Act] = get_args(Act)
REGIMES = ("periodic", "thematic", "urgent")
OFFICE = "department"
GOVERNMENTS = ("province", "district", "commune")
UNIT_TYPES = (*(kind for level in GOVERNMENTS for kind in (level, f"{level}.{OFFICE}")), "organisation")
"""Kinds of agencies: a level of government, the departments of one, organisations."""
BELOW, EVERYBODY = "below", "everybody"
ADDRESSEES = (EVERYBODY, BELOW, *UNIT_TYPES)
FUNCTION = "chức_năng_báo_cáo"
FUNCTIONS = {"lead": "đầu mối", "operator": "vận hành"}
"""What an agency may be for reports, said by an attribute of it; a row may ask for one."""


class Mandate(Base):
    """Agencies of a type (with a function, unless that is empty) may do these acts for a kind of regime."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint(f"unit_type IN {UNIT_TYPES}", name="unit_type"),
        CheckConstraint(f"regime IN {REGIMES}", name="regime"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_type: Mapped[str]
    function: Mapped[str]
    regime: Mapped[str]
    may_draft: Mapped[bool]
    may_set_up: Mapped[bool]
    may_issue: Mapped[bool]
    addressees: Mapped[Any] = mapped_column(Json)
    basis: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LevelSwitch(Base):
    """A level of government that is off from a day on, and the one that has its rights since."""

    __tablename__ = "level_switch"

    level: Mapped[str] = mapped_column(primary_key=True)
    taken_by: Mapped[str]
    since: Mapped[date]


@dataclass(frozen=True)
class Right:
    """One row as it counts on a day; `heir_of` names the level it was taken over from."""

    unit_type: str
    function: str
    regime: str
    acts: frozenset[Act]
    addressees: frozenset[str]
    basis: str = ""
    heir_of: str = ""


@dataclass(frozen=True)
class Rights:
    """All rights of a day."""

    rights: Sequence[Right]

    def of(self, unit_type: str, functions: Iterable[str], regime: str, act: Act) -> list[Right]:
        """The rights by which an agency may do an act."""
        functions = {"", *functions}
        return [
            right
            for right in self.rights
            if (right.unit_type, right.regime) == (unit_type, regime)
            and right.function in functions
            and act in right.acts
        ]


def read_mandates(session: Session, on: date) -> Sequence[Mandate]:
    """The rows that hold on a day, as they were set."""
    holding = select(Mandate).where(Mandate.valid_from <= on, ends_after(Mandate, on))
    return session.scalars(holding.order_by(Mandate.id)).all()


def read_switches(session: Session, on: date) -> dict[str, str]:
    """The levels that are off on a day, with the ones that have their rights."""
    off = session.scalars(select(LevelSwitch).where(LevelSwitch.since <= on))
    return {switch.level: switch.taken_by for switch in off}


def rights_on(session: Session, on: date) -> Rights | None:
    """What counts on a day; None where no regulation was chosen."""
    rows = read_mandates(session, on)
    return rights_of(rows, read_switches(session, on)) if rows else None


def rights_of(rows: Iterable[Mandate], switches: dict[str, str]) -> Rights:
    """The rows with those of switched-off levels handed on, as subject and as addressee."""
    rights = []
    for row in rows:
        heir = heir_of(row.unit_type, switches)
        acts = {"draft": row.may_draft, "set_up": row.may_set_up, "issue": row.may_issue}
        rights.append(
            Right(
                heir,
                row.function,
                row.regime,
                frozenset(act for act in ACTS if acts[act]),
                frozenset(heir_of(each, switches) for each in row.addressees),
                row.basis,
                row.unit_type if heir != row.unit_type else "",
            )
        )
    return Rights(rights)


def heir_of(unit_type: str, switches: dict[str, str]) -> str:
    """The unit type that stands in for one whose level is off; a heir may be off itself."""
    level, dot, office = unit_type.partition(".")
    for _ in switches:
        level = switches.get(level, level)
    return level + dot + office


def unit_type_of(tree: Tree, agency: int) -> str:
    """What kind of agency one is."""
    node = tree[agency]
    if node.level != OFFICE:
        return node.level
    above = tree.nodes.get(node.parent or 0)
    return f"{above.level}.{OFFICE}" if above else OFFICE


def functions_of(tree: Tree, agency: int) -> list[str]:
    """What an agency is for reports beside what every one of its kind is."""
    told = tree.attributes.get(agency, {})
    value = next((fold(value) for name, value in told.items() if fold(name) == fold(FUNCTION)), "")
    return [function for function, words in FUNCTIONS.items() if fold(words) in value]


def demand_mandate(
    session: Session,
    agency: int,
    regime: str,
    act: Act,
    *,
    on: date,
    members: Iterable[int] = (),
    tree: Tree | None = None,
) -> None:
    """Raise Forbidden where the regulation lets an agency not do this, or not to all of `members`.

    `tree` holds the members, where there are any.
    """
    rights = rights_on(session, on)
    if rights is None:
        return
    unit_type, functions, name = _place(session, agency, on, tree)
    heir = heir_of(unit_type, read_switches(session, on))
    if heir != unit_type:
        raise Forbidden("mandate.level_off", agency=name, heir=heir)
    found = rights.of(unit_type, functions, regime, act)
    if not found:
        raise Forbidden(f"mandate.refused.{act}.{regime}", agency=name)
    may = frozenset[str]().union(*(right.addressees for right in found))
    if EVERYBODY in may or tree is None:
        return
    others = [each for each in members if not _addressed(tree, agency, each, may)]
    if others:
        names = [tree[each].name for each in others[:5]]
        raise Forbidden("mandate.addressee", agency=name, agencies=names, count=len(others))


def _place(session: Session, agency: int, on: date, tree: Tree | None) -> tuple[str, list[str], str]:
    """The unit type, the functions and the name of an agency; without a tree at hand, of it alone."""
    tree = tree or read_tree(session, on, only=agency)
    node = tree.nodes.get(agency)
    if node is None:
        raise NotFound("agency.unknown", id=str(agency), on=on)
    unit_type = node.level
    if unit_type == OFFICE and node.parent is not None:
        above = tree.nodes.get(node.parent) or read_agency(session, node.parent, on)
        unit_type = f"{above.level}.{OFFICE}"
    return unit_type, functions_of(tree, agency), node.name


def _addressed(tree: Tree, agency: int, member: int, may: frozenset[str]) -> bool:
    if member == agency or unit_type_of(tree, member) in may:
        return True
    return BELOW in may and any(node.id == agency for node in tree.ancestors(member))


def set_mandates(session: Session, rows: Iterable[Right], *, since: date, actor: str, now: datetime) -> None:
    """Have exactly these rows hold from a day on; what held before ends there."""
    for row in session.scalars(select(Mandate).where(ends_after(Mandate, since))):
        _end(session, row, since)
    kept = list(rows)
    for right in kept:
        _add(session, right, since)
    audit.record(session, actor, "mandate.set", "mandate", now=now, since=since, rows=len(kept))


def add_mandate(session: Session, right: Right, *, since: date, actor: str, now: datetime) -> None:
    """Have one more row hold from a day on."""
    _add(session, right, since)
    facts = {"since": since, "regime": right.regime, "acts": " ".join(sorted(right.acts))}
    audit.record(session, actor, "mandate.add", right.unit_type, now=now, **facts)


def end_mandate(session: Session, row: int, *, on: date, actor: str, now: datetime) -> None:
    """Have a row hold no longer from a day on."""
    known = session.get(Mandate, row)
    if known is None:
        raise NotFound("mandate.unknown", id=str(row))
    facts = {"on": on, "unit_type": known.unit_type, "regime": known.regime}
    _end(session, known, on)
    audit.record(session, actor, "mandate.end", str(row), now=now, **facts)


def _end(session: Session, row: Mandate, on: date) -> None:
    if row.valid_from >= on:
        session.delete(row)
    else:
        row.valid_to = on
    session.flush()


def _add(session: Session, right: Right, since: date) -> None:
    known = (
        right.unit_type in UNIT_TYPES
        and right.function in ("", *FUNCTIONS)
        and right.regime in REGIMES
        and right.addressees <= {*ADDRESSEES}
    )
    if not known:
        raise Invalid([Finding("mandate.row", facts={"unit_type": right.unit_type, "regime": right.regime})])
    session.add(
        Mandate(
            unit_type=right.unit_type,
            function=right.function,
            regime=right.regime,
            addressees=sorted(right.addressees),
            basis=right.basis,
            valid_from=since,
            **{f"may_{act}": act in right.acts for act in ACTS},
        )
    )
    session.flush()


def switch_off(
    session: Session, level: str, taken_by: str, *, since: date, actor: str, now: datetime
) -> None:
    """Have a level be off from a day on; `taken_by` has its rights."""
    others = read_switches(session, date.max)
    others.pop(level, None)
    if {level, taken_by} - {*GOVERNMENTS} or heir_of(taken_by, others) == level:
        raise Invalid([Finding("mandate.switch", facts={"level": level, "by": taken_by})])
    known = session.get(LevelSwitch, level) or LevelSwitch(level=level)
    known.taken_by, known.since = taken_by, since
    session.add(known)
    audit.record(session, actor, "mandate.off", level, now=now, taken_by=taken_by, since=since)


def switch_on(session: Session, level: str, *, actor: str, now: datetime) -> None:
    """Have a level have its rights itself again."""
    known = session.get(LevelSwitch, level)
    if known:
        session.delete(known)
        audit.record(session, actor, "mandate.on", level, now=now)
