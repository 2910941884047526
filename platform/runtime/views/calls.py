"""The call list of a round: whom to ring up about what is not handed in, with telephones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.attributes import duty_telephone
from agencies.people import Person, list_people
from agencies.store import read_tree
from runtime.views.board import Line

CALLED = (Role.ENTRY, Role.APPROVER)
"""Whom of an agency one rings up, in this order."""
MOST = 3
"""People told of an agency: who has rung up three needs no fourth."""


@dataclass(frozen=True)
class Call:
    """An agency that owes a report: its duty telephone, and its people that have one."""

    line: Line
    duty: str
    people: Sequence[Person]


def read_calls(session: Session, lines: Sequence[Line], today: date) -> list[Call]:
    """Those of the lines whose reports are owed, in their order."""
    owed = [line for line in lines if line.is_owed]
    agencies = [line.agency_id for line in owed]
    tree = read_tree(session, today, besides=agencies)
    reached: dict[int, list[Person]] = {}
    for person in list_people(session, agencies, today):
        if person.telephone and person.locked_at is None and not set(CALLED).isdisjoint(person.roles):
            reached.setdefault(person.agency, []).append(person)
    return [
        Call(
            line,
            duty_telephone(tree, line.agency_id),
            sorted(reached.get(line.agency_id, []), key=lambda person: Role.ENTRY not in person.roles)[:MOST],
        )
        for line in owed
    ]
