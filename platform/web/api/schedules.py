"""Schedules in the JSON interface: listed, made, changed, stopped; the twelve periods that come next."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from agencies.access import Actor
from core import clock
from core.db import Session
from core.errors import Invalid
from core.working_days import read_swaps
from runtime.models import Schedule
from runtime.rounds.planning import Order, Own, Planned, faults, planned
from runtime.rounds.schedules import coming, find_schedule, list_schedules, order_of, pause, save_schedule
from web.api import schedule_schemas as shapes
from web.api.openapi import Data, operation
from web.rounds.schedules import SHOWN, subject_of_schedule

SCHEDULE = "/schedules/<int:schedule_id>"


@operation("/schedules", action="schedule.list", answer=shapes.Schedule, many=True)
def get_schedules(session: Session, actor: Actor, now: datetime) -> Sequence[Data]:
    """The schedules of the agency, by template."""
    return [_told(each) for each in list_schedules(session, actor.agency)]


@operation("/schedules", "POST", action="schedule.add", body=shapes.Order, answer=shapes.Schedule, status=201)
def add_schedule(session: Session, actor: Actor, now: datetime, body: Data) -> Data:
    """Make a schedule that the agency leads; its rounds open by themselves."""
    return _told(save_schedule(session, _order(body), lead=actor.agency, actor=actor.login, now=now))


@operation(
    "/schedules/preview",
    "POST",
    action="schedule.add",
    body=shapes.Order,
    answer=shapes.Planned,
    many=True,
    write=False,
)
def preview_schedule(session: Session, actor: Actor, now: datetime, body: Data) -> list[Planned]:
    """The next twelve periods and deadlines of a schedule that is not kept."""
    order, swaps = _order(body), read_swaps(session)
    if wrong := list(faults(order, swaps)):
        raise Invalid(wrong)
    return list(islice(planned(order, clock.day_of(now), swaps), SHOWN))


@operation(SCHEDULE, action="schedule.keep", subject=subject_of_schedule, answer=shapes.Schedule)
def get_schedule(session: Session, actor: Actor, now: datetime, schedule_id: int) -> Data:
    """One schedule."""
    return _told(find_schedule(session, schedule_id))


@operation(
    SCHEDULE,
    "POST",
    action="schedule.keep",
    subject=subject_of_schedule,
    body=shapes.Order,
    answer=shapes.Schedule,
)
def change_schedule(session: Session, actor: Actor, now: datetime, schedule_id: int, body: Data) -> Data:
    """What a schedule says from now on; rounds that are there stay as they are."""
    lead = find_schedule(session, schedule_id).lead_id
    kept = save_schedule(session, _order(body), lead=lead, schedule=schedule_id, actor=actor.login, now=now)
    return _told(kept)


@operation(
    f"{SCHEDULE}/periods",
    action="schedule.keep",
    subject=subject_of_schedule,
    answer=shapes.Planned,
    many=True,
)
def get_periods(session: Session, actor: Actor, now: datetime, schedule_id: int) -> list[Planned]:
    """What is open or comes next: the last two rounds that are there, and twelve periods."""
    return coming(session, find_schedule(session, schedule_id), clock.day_of(now), SHOWN)


def _offer(name: str, summary: str, *, until_told: bool) -> None:
    """The address that stops a schedule, or has it go on."""

    @operation(
        f"{SCHEDULE}/{name}",
        "POST",
        name=f"{name}_schedule",
        action="schedule.keep",
        subject=subject_of_schedule,
        answer=shapes.Schedule,
        summary=summary,
    )
    def made(session: Session, actor: Actor, now: datetime, schedule_id: int) -> Data:
        pause(session, schedule_id, until_told=until_told, actor=actor.login, now=now)
        return _told(find_schedule(session, schedule_id))


_offer("pause", "Have a schedule open nothing until it is told to go on.", until_told=True)
_offer("resume", "Have a schedule go on; what it missed is opened.", until_told=False)


def _order(body: Data) -> Order:
    own = {key: Own(**told) for key, told in body["own"].items()}
    return Order(**{**body, "own": own})


def _told(schedule: Schedule) -> dict[str, Any]:
    kept = {"id": schedule.id, "paused": schedule.paused, "refused": schedule.refused}
    return {**vars(order_of(schedule)), **kept}
