"""Where people are told: an agency on its duty telephone, else the first of its staff; others by e-mail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.attributes import duty_telephone
from agencies.people import Person, list_people
from agencies.reach import Wishes, read_wishes
from agencies.tree import Tree
from core.notify import Wanted, open_lines

DUTY = Wishes(quiet_from=0, quiet_until=0)
"""Of a duty telephone: somebody is there at any hour."""
ENTRY = frozenset({Role.ENTRY})
IN_CHARGE = frozenset({Role.AGGREGATOR, Role.APPROVER})


@dataclass(frozen=True)
class Recipient:
    """One way to somebody: `key` tells it from other ways, `account` is none for a duty telephone."""

    key: str
    name: str
    medium: str
    address: str
    wishes: Wishes
    account: int | None = None

    def wanted(
        self, key: str, facts: Mapping[str, object], lang: str, page: str, *, urgent: bool, now: datetime
    ) -> Wanted:
        """A message about a page this way, held as the person wishes unless it is urgent."""
        held = None if urgent else self.wishes.held_until(now)
        who = (self.name, self.address, facts, lang, self.medium, self.account)
        return Wanted(key + self.key, *who, held_until=held, page=page)


def recipients(
    session: Session, tree: Tree, agencies: Sequence[int], roles: frozenset[Role] = ENTRY
) -> Mapping[int, Sequence[Recipient]]:
    """The ways to each agency by channels that are enabled; an agency that cannot be told is not there."""
    media = _media(session)
    people = staff(session, agencies, tree.on, roles)
    found = {}
    for agency in agencies:
        ways = [way for each in people.get(agency, ()) for way in each]
        duty, name = duty_telephone(tree, agency), tree[agency].name
        mailboxes = [way for way in ways if way.medium == "email"]
        called = [Recipient("", name, "telephone", duty, DUTY)] if duty else []
        called = called or [
            Recipient("", name, "telephone", way.address, way.wishes, way.account)
            for way in ways
            if way.medium == "telephone"
        ]
        if told := [way for way in (*called[:1], *mailboxes) if way.medium in media]:
            found[agency] = told
    return found


def staff(
    session: Session, agencies: Sequence[int], on: date, roles: frozenset[Role] = ENTRY
) -> Mapping[int, Sequence[Sequence[Recipient]]]:
    """The ways to each of the staff of agencies, by channels that are enabled."""
    media = _media(session)
    people = [
        person
        for person in list_people(session, agencies, on)
        if not roles.isdisjoint(person.roles) and person.locked_at is None
    ]
    wishes = read_wishes(session, [person.id for person in people])
    found: dict[int, list[Sequence[Recipient]]] = {}
    for person in people:
        ways = [way for way in _ways(person, wishes[person.id]) if way.medium in media]
        found.setdefault(person.agency, []).append(ways)
    return found


def count_told(session: Session, tree: Tree, agencies: Sequence[int]) -> int | None:
    """How many agencies can be told; None where no channel is enabled."""
    return len(recipients(session, tree, agencies)) if open_lines(session) else None


def _media(session: Session) -> frozenset[str]:
    """What can be reached; a message that was asked for while nothing can is written down as not sent."""
    return frozenset(open_lines(session)) or frozenset({"telephone"})


def _ways(person: Person, wishes: Wishes) -> Iterator[Recipient]:
    if person.telephone and wishes.telephone:
        yield Recipient(f"/{person.id}", person.name, "telephone", person.telephone, wishes, person.id)
    if person.email and wishes.email:
        yield Recipient(f"/{person.id}/email", person.name, "email", person.email, wishes, person.id)
