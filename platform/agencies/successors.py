"""To whom passes what an agency owns when it ends: its main successor, found by a query for each reform."""

from collections.abc import Set as AbstractSet
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.models import AgencySuccession


def owner_on(session: Session, agency: int, on: date) -> int:
    """The agency that owns on a day what was the agency's: itself until it ends."""
    since = date.min
    while found := session.execute(
        select(AgencySuccession.successor_id, AgencySuccession.on)
        .filter_by(predecessor_id=agency, is_default=True)
        .where(AgencySuccession.on > since, AgencySuccession.on <= on)
        .order_by(AgencySuccession.on)
        .limit(1)
    ).one_or_none():
        agency, since = found
    return agency


def owned_by(session: Session, agency: int, on: date) -> AbstractSet[int]:
    """The agency, and all whose things have passed to it by a day."""
    known = {agency}
    latest = {agency}
    while latest:
        before = select(AgencySuccession.predecessor_id).filter_by(is_default=True)
        before = before.where(AgencySuccession.successor_id.in_(latest), AgencySuccession.on <= on)
        latest = set(session.scalars(before)) - known
        known |= latest
    return known
