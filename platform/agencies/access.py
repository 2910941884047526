"""Who may do what: roles, relations to a thing, and one question over the rows that the rooms declare.

A row allows an action to roles that stand in a relation to the thing, while it is in certain states. What no
row allows is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What an account is for. Not granted are GUEST, who is everybody, MEMBER, everybody who has signed in,
    and BEARER, who holds a link to one report and has no account.
    """

    ENTRY = "entry"
    VERIFIER = "verifier"
    AGGREGATOR = "aggregator"
    APPROVER = "approver"
    RECORDS_CLERK = "records_clerk"
    DESIGNER = "designer"
    READER = "reader"
    UNIT_ADMIN = "unit_admin"
    SYSTEM_ADMIN = "system_admin"
    GUEST = "guest"
    MEMBER = "member"
    BEARER = "bearer"


IMPLIED = frozenset({Role.GUEST, Role.MEMBER})
GRANTED = tuple(role for role in Role if role not in {*IMPLIED, Role.BEARER})
"""The roles an account can be given."""

RELATIONS = ("own", "receiver", "lead", "above", "behalf", "held", "unit", "self", "any")
"""How an agency or a person stands to a thing.

It is the agency's own, goes to it, is led by it, belongs to an agency below it; is typed on behalf of another
agency, is held by a link to it; a person of the same agency; oneself. `any` in a row asks for no relation.
"""


@dataclass(frozen=True)
class Actor:
    """Who asks. Below the edge, rooms write down `login` and decide nothing by it.

    `report` is the one that a link opens, `until` when it opens it no more.
    """

    account: int
    login: str
    name: str
    agency: int
    roles: frozenset[str]
    report: int | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Access:
    """One row: `roles` that stand in `relation` may do `action`; no states means in every state."""

    action: str
    roles: frozenset[str]
    relation: str = "any"
    states: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Subject:
    """How the asking agency stands to the thing, and the state the thing is in.

    `refusal` is the code by which the state is told to who might do it in another one; "" where that is
    nobody's to know.
    """

    relations: frozenset[str] = frozenset()
    state: str | None = None
    refusal: str = ""


def row(action: str, roles: str, relation: str = "any", states: Iterable[str] = ()) -> Access:
    """A row of a room's table; roles are named with blanks between."""
    return Access(action, frozenset(Role(role) for role in roles.split()), relation, frozenset(states))


def state_forbids(table: Iterable[Access], actor: Actor, action: str, subject: Subject) -> bool:
    """Whether nothing but the state of the thing is in the way of what was not allowed."""
    lines = [replace(line, states=frozenset()) for line in table if line.action == action]
    return subject.refusal != "" and allowed(lines, actor, action, subject)


def allowed(table: Iterable[Access], actor: Actor | None, action: str, subject: Subject) -> bool:
    """Whether some row allows it. Nobody (None) is a guest only; who holds a link is no member."""
    roles = (actor.roles | IMPLIED if actor else frozenset()) | {Role.GUEST}
    if Role.BEARER in roles:
        roles -= {Role.MEMBER}
    return any(
        line.action == action
        and not line.roles.isdisjoint(roles)
        and (line.relation == "any" or line.relation in subject.relations)
        and (not line.states or subject.state in line.states)
        for line in table
    )
