"""In whose hands a report is: persons with parts of it, who types it for the agency, who passes it on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from agencies.access import Subject
from core.db import Session
from runtime.filling.desk import Desk
from runtime.rounds.entry_for import entries_for
from runtime.rounds.personal_parts import closed_to, read_parts
from web.routing import may
from web.shown import names_of


def with_others_closed(session: Session, desk: Desk, login: str) -> Desk:
    """A report as one person of its agency may type in it."""
    others = closed_to(desk.program.layout, read_parts(session, desk.report.id), login)
    return replace(desk, closed={**desk.closed, **others}) if others else desk


def hands(session: Session, desk: Desk, subject: Subject, login: str, now: datetime) -> Mapping[str, Any]:
    """What the page of a sheet tells of them, and which of their pages it offers."""
    told_by = entries_for(session, desk.report.id)
    parts = read_parts(session, desk.report.id)
    names = names_of(session, now, [*parts, *(each.actor for each in told_by)])
    passes_on = desk.of.flow == "levels" and desk.report.receiver_id is not None
    return {
        "told_by": told_by,
        "hand_names": names,
        "divided_names": ", ".join(names[each] for each in sorted(set(parts) - {login})),
        "passes_on": passes_on and may("report.pass_on", subject),
        "gives_parts": may("report.give_part", subject),
        "gives_links": may("report.link", subject),
    }
