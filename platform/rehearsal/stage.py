"""The stage of a rehearsal: the agencies as they are, the templates that rules name, an open round."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.models import (
    Agency,
    AgencyAttribute,
    AgencyCode,
    AgencyName,
    AgencyParent,
    AgencySuccession,
    Level,
)
from core.scratch import copy_rows
from engine.form import Form
from rehearsal.models import Rehearsal
from runtime.models import Report, Round
from runtime.periods import Period
from runtime.rounds.opening import assign, open_round
from template_library.models import Template, Version
from template_library.versions import publish

YEARS = 2
"""How far back figures are made up at most."""
AGENCIES = (Level, Agency, AgencyName, AgencyCode, AgencyParent, AgencyAttribute, AgencySuccession)


def set_up(
    real: Session, stage: Session, asked: Rehearsal, form: Form, others: dict[str, Form], *, now: datetime
) -> Version:
    """The draft published on the stage, among the agencies."""
    copy_rows(real, stage, list(AGENCIES))
    _copy_versions(real, stage, others)
    since = date(asked.period_start.year - YEARS, 1, 1)
    return publish(stage, form, actor=asked.requested_by, now=now, effective_from=since, others=others)


def ask(
    stage: Session,
    version: Version,
    asked: Rehearsal,
    span: Period,
    due_at: datetime | None,
    *,
    now: datetime,
) -> Round:
    """An open round, every agency with its report, those between the lead unit and the others as well."""
    opened = open_round(
        stage,
        version=version,
        period=span,
        lead=asked.agency_id,
        scope=asked.scope,
        flow="tree",
        due_at=due_at,
        actor=asked.requested_by,
        now=now,
    )
    for _ in assign(stage, None, opened.id, now=now):
        stage.flush()
    return opened


def reports_of(stage: Session, opened: Round) -> list[tuple[int, bool]]:
    """The reports to be filled, those furthest below first, and whether others come to their agency."""
    asked = select(Report.id, Report.agency_id, Report.receiver_id).filter_by(round_id=opened.id)
    rows = stage.execute(asked.order_by(Report.id)).all()
    receiver = {row.agency_id: row.receiver_id for row in rows}

    def depth(agency: int) -> int:
        above = receiver[agency]
        return 0 if above is None else 1 + depth(above)

    receiving = set(receiver.values())
    below = [row for row in rows if row.receiver_id is not None]
    below.sort(key=lambda row: -depth(row.agency_id))
    return [(row.id, row.agency_id in receiving) for row in below]


def period_of(asked: Rehearsal) -> Period:
    """From when to when the figures would count."""
    start, end = asked.period_start, asked.period_end
    return Period(asked.frequency, end.year, asked.number, start, end)


def _copy_versions(real: Session, stage: Session, codes: Collection[str]) -> None:
    """The templates that rules name, as they are published."""
    for code in codes:
        stage.add(Template(code=code))
    stage.flush()
    for version in real.scalars(select(Version).where(Version.template_code.in_(list(codes)))):
        names = [column.key for column in Version.__table__.columns]
        stage.add(Version(**{name: getattr(version, name) for name in names}))
    stage.flush()
