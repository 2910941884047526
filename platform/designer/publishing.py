"""From draft to version: what was looked at is frozen, and the draft is over."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from designer.history import lock_draft
from designer.permits import demand_permitted
from designer.renewing import note_renewal
from template_library.drafts import drop_draft
from template_library.fileformat import read_template
from template_library.models import Version
from template_library.shelf import forms_in_force
from template_library.versions import publish


def publish_draft(
    session: Session, code: str, *, base: int, effective_from: date, actor: str, now: datetime
) -> Version:
    """The version of a draft at revision `base`, after which there is no draft.

    Conflict where somebody changed or published it since; Invalid, with all findings, where one is an error.
    """
    draft, _document = lock_draft(session, code)
    if draft.revision != base:
        raise Conflict("template.draft_changed", found=draft.revision, base=base)
    form, findings = read_template(draft.file)
    if form is None:
        raise Invalid(findings)
    demand_permitted(session, draft.agency_id, form, "set_up", now=now)
    others = forms_in_force(session, effective_from)
    version = publish(session, form, actor=actor, now=now, effective_from=effective_from, others=others)
    note_renewal(session, version, now)
    drop_draft(session, code)
    return version
