"""People and the audit in the JSON interface: what their administrators read on pages."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from functools import partial

from agencies import people
from agencies.access import Actor, Subject
from agencies.accounts_rights import subject_of_account, subject_of_agency
from agencies.acting import Acting, appoint, appointments, end_acting
from agencies.store import read_tree
from core import clock
from core.audit import Audit, Wanted, find_deeds
from core.clock import VIETNAM
from core.db import Session
from core.errors import NotFound
from core.jobs import Job
from core.verification import last_verification, request_verification
from web.api import people_schemas as shapes
from web.api import schemas
from web.api.openapi import Data, operation
from web.findings import findings_json
from web.routing import may

FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 29)
"""Days whose midnight is a moment in every zone."""


def _subject(session: Session, actor: Actor, code: str) -> Subject:
    return subject_of_agency(session, actor, code, clock.today())


@operation("/people/<code>", action="people.list", subject=_subject, answer=shapes.Person, many=True)
def list_people(session: Session, actor: Actor, now: datetime, code: str) -> Sequence[people.Person]:
    """The people of an agency."""
    today = clock.day_of(now)
    return people.list_people(session, [read_tree(session, today).with_code(code).id], today)


ACTING = "/accounts/<int:account_id>/acting"
_acting = partial(
    operation, action="people.manage", subject=subject_of_account, answer=shapes.Acting, many=True
)


@_acting(ACTING)
def get_acting(session: Session, actor: Actor, now: datetime, account_id: int) -> Sequence[Acting]:
    """When a person acted, acts and will act for others."""
    return appointments(session, [account_id])


@_acting(ACTING, "POST", name="appoint_acting", body=shapes.Appointing, status=201)
def post_acting(
    session: Session, actor: Actor, now: datetime, account_id: int, body: Data
) -> Sequence[Acting]:
    """Have a person act for an approver of his agency; it holds once a second person has confirmed it."""
    given = {**body, "acting_for": people.find_login(session, body["acting_for"])}
    appoint(session, account_id, **given, by=actor, now=now, on=clock.day_of(now))
    return appointments(session, [account_id])


@_acting(f"{ACTING}/end", "POST", name="end_acting", body=shapes.EndingActing)
def post_end(session: Session, actor: Actor, now: datetime, account_id: int, body: Data) -> Sequence[Acting]:
    """Have him act no longer from today on."""
    end_acting(session, account_id, body["grant"], by=actor.login, now=now, on=clock.day_of(now))
    return appointments(session, [account_id])


@operation("/audit", action="audit.show", query=shapes.DeedQuery, answer=shapes.Deed, many=True)
def list_deeds(session: Session, actor: Actor, now: datetime, query: Data) -> Sequence[Audit]:
    """Deeds, the latest first; an administrator of a unit reads of its own people."""
    today = clock.day_of(now)
    own = None if may("audit.show_all") else people.list_people(session, [actor.agency], today)
    wanted = Wanted(
        query["who"],
        query["what"],
        query["about"],
        _midnight(query["since"]),
        _midnight(query["until"], timedelta(days=1)),
        None if own is None else [person.login for person in own],
    )
    return find_deeds(session, wanted, before=query["before"], most=schemas.MOST_ITEMS)


@operation("/audit/verification", "POST", action="audit.verify", answer=schemas.Job, status=202)
def verify_audit(session: Session, actor: Actor, now: datetime) -> Job:
    """Have the seals of the audit walked in the background."""
    return request_verification(session, actor=actor.login, now=now)


@operation("/audit/verification", action="audit.verify", answer=shapes.Verified)
def get_verification(session: Session, actor: Actor, now: datetime) -> Data:
    """How far the last walk along the seals is, and once it is done what it found."""
    last = last_verification(session)
    if last is None:
        raise NotFound("audit.not_verified")
    work, found = last
    told = {"state": work.state, "done": work.done, "total": work.total}
    return told | ({**asdict(found), "findings": findings_json(found.findings)} if found else {})


def _midnight(day: date | None, later: timedelta = timedelta()) -> datetime | None:
    """The beginning of a day in Vietnam."""
    if day is None:
        return None
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time(), VIETNAM) + later
