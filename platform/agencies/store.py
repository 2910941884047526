"""Reading the agency tree and its succession."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from agencies.models import (
    Agency,
    AgencyAttribute,
    AgencyCode,
    AgencyName,
    AgencyParent,
    AgencySuccession,
    Level,
)
from agencies.succession import WHOLE, Link, Succession
from agencies.tree import Node, Tree
from core.db import BigId
from core.errors import NotFound


def read_tree(
    session: Session,
    on: date,
    *,
    only: int | None = None,
    around: int | None = None,
    besides: Iterable[int] = (),
) -> Tree:
    """The agencies of a day with their attributes, by two queries.

    `only` takes one agency, `around` one with those directly below it. `besides` are agencies to have at hand
    even if they were closed by that day, as those are whose reports are open, or began after it, as those are
    whose earlier figures were brought in; a third query reads such ones.
    """
    which = "only" if only is not None else "around" if around is not None else ""
    nodes, attributes = _of_day(which)
    asked = {"on": on, "agency": around if only is None else only} if which else {"on": on}
    there = {row[0]: Node(*row) for row in session.execute(nodes, asked)}
    told: dict[int, dict[str, str]] = {}
    for agency, name, value in session.execute(attributes, asked):
        told.setdefault(agency, {})[name] = value
    missing = set(besides) - there.keys()
    closed = last_known(session, missing, on) if missing else {}
    if later := missing - closed.keys():
        rows = session.execute(_nodes(_first, on).where(Agency.id.in_(sorted(later))))
        closed |= {row[0]: Node(*row) for row in rows}
    return Tree(on, there, told, closed)


def read_agency(session: Session, agency: int, on: date) -> Node:
    """One agency as it was on a day, or as it last was if it was closed by then."""
    row = session.execute(_nodes(_valid, on).where(Agency.id == agency)).one_or_none()
    known = {agency: Node(*row)} if row else last_known(session, [agency], on)
    if agency not in known:
        raise NotFound("agency.unknown", id=str(agency), on=on)
    return known[agency]


def is_above(session: Session, upper: int, lower: int, on: date) -> bool:
    """Whether an agency stood above another on a day, or did last if that was closed by then.

    Asked with every save: climbing reads a row a level where the tree would be thousands.
    """
    parent: int | None = lower
    while parent is not None and parent != upper:
        parent = session.scalar(_PARENT, {"on": on, "agency": parent})
    return parent is not None and upper != lower


def bearers(session: Session, codes: Sequence[str]) -> list[int]:
    """The agencies that bear or once bore one of the codes."""
    found = select(AgencyCode.agency_id).where(AgencyCode.code.in_(sorted(codes)))
    return list(session.scalars(found.distinct())) if codes else []


def last_known(session: Session, agencies: Iterable[int], on: date = date.max) -> dict[int, Node]:
    """Agencies as they were on a day or, if closed by then, as they last were."""
    rows = session.execute(_nodes(_latest, on).where(Agency.id.in_(sorted(agencies))))
    return {row[0]: Node(*row) for row in rows}


def read_succession(session: Session) -> Succession:
    """All there is to know of who came after whom, by one query."""
    rows = session.execute(
        select(
            AgencySuccession.predecessor_id,
            AgencySuccession.successor_id,
            AgencySuccession.on,
            AgencySuccession.extent,
            AgencySuccession.share,
            AgencySuccession.is_default,
        ).order_by(AgencySuccession.id)
    )
    return Succession(
        [
            Link(before, after, on, _share(extent, share), is_default)
            for before, after, on, extent, share, is_default in rows
        ]
    )


def _share(extent: str, share: str | None) -> Decimal | None:
    if extent == "whole":
        return WHOLE
    return Decimal(share) if share else None


_DAY, _AGENCY = bindparam("on", type_=Date()), bindparam("agency", type_=BigId)
_PARENT = (
    select(AgencyParent.parent_id)
    .where(AgencyParent.valid_from <= _DAY, AgencyParent.agency_id == _AGENCY)
    .order_by(AgencyParent.valid_from.desc())
    .limit(1)
)


@cache
def _of_day(which: str) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Agencies and attributes of all, of `only` one, or `around` one; made once, asked with every save."""
    nodes = _nodes(_valid, _DAY)
    fact = AgencyAttribute
    attributes = select(fact.agency_id, fact.name, fact.value).where(_valid(fact, _DAY))
    if not which:
        return nodes, attributes
    agencies: Any = select(_AGENCY)
    if which == "around":
        under = (AgencyParent.parent_id == _AGENCY, _valid(AgencyParent, _DAY))
        agencies = select(AgencyParent.agency_id).where(*under).union(agencies)
    return nodes.where(Agency.id.in_(agencies)), attributes.where(fact.agency_id.in_(agencies))


def _nodes(holds: Any, on: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Agency.id,
            AgencyCode.code,
            AgencyName.name,
            Level.code,
            Level.name,
            AgencyParent.parent_id,
            AgencyName.sort_key,
        )
        .join(Level)
        .join(AgencyCode, and_(AgencyCode.agency_id == Agency.id, holds(AgencyCode, on)))
        .join(AgencyName, and_(AgencyName.agency_id == Agency.id, holds(AgencyName, on)))
        .outerjoin(AgencyParent, and_(AgencyParent.agency_id == Agency.id, holds(AgencyParent, on)))
    )


def _valid(fact: Any, on: Any) -> ColumnElement[bool]:
    return and_(fact.valid_from <= on, ends_after(fact, on))


def ends_after(fact: Any, on: Any) -> ColumnElement[bool]:
    """That a dated fact goes on beyond the eve of a day."""
    return or_(fact.valid_to.is_(None), fact.valid_to > on)


def _latest(fact: Any, on: date) -> ColumnElement[bool]:
    other = aliased(fact)
    newest = select(func.max(other.valid_from)).where(other.agency_id == Agency.id, other.valid_from <= on)
    newest_day: ColumnElement[bool] = fact.valid_from == newest.correlate(Agency).scalar_subquery()
    return newest_day


def _first(fact: Any, on: date) -> ColumnElement[bool]:
    other = aliased(fact)
    oldest = select(func.min(other.valid_from)).where(other.agency_id == Agency.id, other.valid_from > on)
    first_day: ColumnElement[bool] = fact.valid_from == oldest.correlate(Agency).scalar_subquery()
    return first_day
