"""Whose something is today: an agency's own, or its successor's once it ended."""

from agencies.access import Actor, Subject
from agencies.store import last_known
from agencies.successors import owner_on
from core import clock
from core.db import Session


def owned(session: Session, actor: Actor, agency: int | None) -> Subject:
    """Whether it is the actor's agency's own; what is nobody's is not."""
    is_own = agency is not None and actor.agency in (agency, owner_on(session, agency, clock.today()))
    return Subject(frozenset({"own"} if is_own else ()))


def owner_names(session: Session, agency: int | None) -> tuple[str, str]:
    """Who owns it, and the agency it passed from, where that ended; both empty for nobody."""
    if agency is None:
        return "", ""
    owner = owner_on(session, agency, clock.today())
    names = {each: node.name for each, node in last_known(session, [agency, owner]).items()}
    return names.get(owner, ""), names.get(agency, "") if owner != agency else ""
