"""Reading the agency tree."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from agencies.models import Agency, AgencyCode, AgencyName, AgencyParent, Level
from agencies.tree import Node, Tree
from core.errors import NotFound


def read_tree(session: Session, on: date) -> Tree:
    """The agencies of a day, by one query."""
    return Tree(on, {row[0]: Node(*row) for row in session.execute(_nodes(on))})


def read_agency(session: Session, agency: int, on: date) -> Node:
    """One agency as it was on a day."""
    row = session.execute(_nodes(on).where(Agency.id == agency)).one_or_none()
    if row is None:
        raise NotFound("agency.unknown", id=str(agency), on=on)
    return Node(*row)


def _nodes(on: date) -> Select[*tuple[Any, ...]]:
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
        .join(AgencyCode, and_(AgencyCode.agency_id == Agency.id, _holds(AgencyCode, on)))
        .join(AgencyName, and_(AgencyName.agency_id == Agency.id, _holds(AgencyName, on)))
        .outerjoin(AgencyParent, and_(AgencyParent.agency_id == Agency.id, _holds(AgencyParent, on)))
    )


def _holds(fact: Any, on: date) -> ColumnElement[bool]:
    return and_(fact.valid_from <= on, or_(fact.valid_to.is_(None), fact.valid_to > on))
