"""Drafts: saved whole, each save on top of the revision its author saw."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from core.db import insert_new, lock_row
from core.errors import Conflict, NotFound
from engine.form import Form
from template_library.fileformat import read_template, write_template
from template_library.models import Draft, Template


def save_draft(
    session: Session, form: Form, *, base: int, actor: str, now: datetime, agency: int | None = None
) -> Draft:
    """The draft of the form's template, one revision further than `base`, which is 0 for a new one.

    Faulty rules are saved as they are: a draft is unfinished work. `agency` owns a draft that is new. What is
    saved whole is another draft than before: its history starts here.
    """
    code = form.header.code
    insert_new(session, Template, [{"code": code}])
    first = {"template_code": code, "id": uuid4().hex, "agency_id": agency, "revision": 0, "file": ""}
    insert_new(session, Draft, [first | {"created_at": now, "saved_at": now, "saved_by": actor}])
    draft = lock_row(session, Draft, code)
    if draft.revision != base:
        raise Conflict("template.draft_changed", found=draft.revision, base=base)
    draft.revision += 1
    draft.id = uuid4().hex
    draft.file = write_template(form)
    draft.saved_at, draft.saved_by = now, actor
    session.flush()
    return draft


def load_draft(session: Session, code: str) -> tuple[Form, int]:
    """The form of a template's draft and the revision to save on top of."""
    draft = session.get(Draft, code)
    form = read_template(draft.file)[0] if draft else None
    if draft is None or form is None:
        raise NotFound("template.unknown", template=code)
    return form, draft.revision


def drop_draft(session: Session, code: str) -> None:
    """Forget what was being worked on; versions stay."""
    draft = session.get(Draft, code)
    if draft:
        session.delete(draft)
        session.flush()
