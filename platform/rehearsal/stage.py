"""The stage of a rehearsal: the agencies as they are, the templates that rules name, an open round."""

from collections.abc import Collection
from datetime import datetime

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

AGENCIES = (Level, Agency, AgencyName, AgencyCode, AgencyParent, AgencyAttribute, AgencySuccession)


def set_up(
    real: Session, stage: Session, asked: Rehearsal, form: Form, others: dict[str, Form], *, now: datetime
) -> Round:
    """An open round of the draft on the stage, every agency with its report."""
    copy_rows(real, stage, list(AGENCIES))
    _copy_versions(real, stage, others)
    version = publish(
        stage, form, actor=asked.requested_by, now=now, effective_from=asked.period_start, others=others
    )
    opened = open_round(
        stage,
        version=version,
        period=period_of(asked),
        lead=asked.agency_id,
        scope=asked.scope,
        due_at=asked.due_at,
        actor=asked.requested_by,
        now=now,
    )
    for _ in assign(stage, None, opened.id, now=now):
        stage.flush()
    return opened


def reports_of(stage: Session, opened: Round) -> list[Report]:
    """The reports to be filled, in their order."""
    asked = select(Report).filter_by(round_id=opened.id).where(Report.receiver_id.is_not(None))
    return list(stage.scalars(asked.order_by(Report.id)))


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
