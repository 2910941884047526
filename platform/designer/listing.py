"""Which drafts somebody may go on with."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agencies.successors import owned_by
from template_library.models import Draft


@dataclass(frozen=True)
class Begun:
    """A draft as it is listed."""

    code: str
    name: str
    saved_at: datetime
    saved_by: str


def list_drafts(session: Session, agency: int, on: date) -> Sequence[Begun]:
    """The drafts that are an agency's on a day and those of nobody, what was worked on last first."""
    agencies = owned_by(session, agency, on)
    own = select(Draft).where(or_(Draft.agency_id.in_(agencies), Draft.agency_id.is_(None)))
    drafts = session.scalars(own.order_by(Draft.saved_at.desc(), Draft.template_code))
    return [
        Begun(draft.template_code, json.loads(draft.file)["name"], draft.saved_at, draft.saved_by)
        for draft in drafts
    ]
