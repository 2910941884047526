"""Reading the agency tree."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from agencies.models import Agency, AgencyCode, AgencyName, AgencyParent, Level
from agencies.tree import Node, Tree


def read_tree(session: Session, on: date) -> Tree:
    """The agencies of a day, by one query."""
    rows = session.execute(
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
    return Tree(on, {row[0]: Node(*row) for row in rows})


def holds(fact: Any, on: date) -> ColumnElement[bool]:
    """That a dated fact holds on a day."""
    return and_(fact.valid_from <= on, or_(fact.valid_to.is_(None), fact.valid_to > on))
