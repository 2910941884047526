"""What becomes of an agency from a day on: another name, another place in the tree, its end.

What held before goes on holding for the days before. A change is refused where a later one is known already.
"""

import unicodedata
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from agencies.listing import LONGEST_NAME, RANK
from agencies.models import Agency, AgencyCode, AgencyName, AgencyParent
from agencies.names import sort_key
from agencies.store import ends_after, read_tree
from agencies.tree import Node, Tree
from core import audit
from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound
from engine.findings import Finding


def rename_agency(session: Session, agency: int, name: str, *, on: date, actor: str, now: datetime) -> bool:
    """Have an agency bear another name from a day on; returns whether anything changed."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise Invalid([Finding("agency.name", facts={"longest": LONGEST_NAME})])
    _tree, node = _held(session, agency, on)
    if node.name == name:
        return False
    _put(session, AgencyName, node, on, name=name, sort_key=sort_key(name))
    audit.record(session, actor, "agency.rename", f"agency/{agency}", now=now, name=name, on=on)
    return True


def move_agency(session: Session, agency: int, above: int, *, on: date, actor: str, now: datetime) -> bool:
    """Have an agency stand directly below another from a day on; returns whether anything changed."""
    tree, node = _held(session, agency, on)
    upper = tree.nodes.get(above)
    if upper is None:
        raise NotFound("agency.unknown", id=str(above), on=on)
    if RANK[upper.level] >= RANK[node.level]:
        raise Invalid([Finding("agency.above", facts={"name": node.name, "above": upper.name})])
    if node.parent == above:
        return False
    _put(session, AgencyParent, node, on, parent_id=above)
    facts = {"before": node.parent, "after": above, "on": on}
    audit.record(session, actor, "agency.move", f"agency/{agency}", now=now, **facts)
    return True


def close_agency(session: Session, agency: int, *, on: date, actor: str, now: datetime) -> None:
    """Have an agency be gone from a day on; what was known of it stays."""
    tree, node = _held(session, agency, on)
    below = tree.children(agency)
    if below:
        raise Conflict("agency.has_below", name=node.name, count=len(below), first=below[0].name, on=on)
    for fact in (AgencyName, AgencyCode, AgencyParent):
        _end(session, fact, node, on)
    audit.record(session, actor, "agency.close", f"agency/{agency}", now=now, on=on)


def _held(session: Session, agency: int, on: date) -> tuple[Tree, Node]:
    """The tree of a day and an agency that is in it, held against others."""
    lock_row(session, Agency, agency)
    tree = read_tree(session, on)
    if agency not in tree.nodes:
        raise NotFound("agency.unknown", id=str(agency), on=on)
    return tree, tree[agency]


def _put(session: Session, kind: Any, node: Node, on: date, **values: object) -> None:
    """Have another fact of a kind hold from a day on, as long as the one before it would have."""
    holding = session.scalars(
        select(kind).where(kind.agency_id == node.id, kind.valid_from <= on, ends_after(kind, on))
    ).one()
    until = holding.valid_to
    if holding.valid_from == on:  # said wrongly: what was said for this very day gives way
        session.delete(holding)
        session.flush()
    else:
        _end(session, kind, node, on)
    session.add(kind(agency_id=node.id, valid_from=on, valid_to=until, **values))
    session.flush()


def _end(session: Session, kind: Any, node: Node, on: date) -> None:
    of_it = (kind.agency_id == node.id) & ends_after(kind, on)
    if session.scalar(select(func.count()).select_from(kind).where(of_it, kind.valid_from >= on)):
        raise Conflict("agency.changes_later", name=node.name, on=on)
    session.execute(update(kind).where(of_it).values(valid_to=on))
