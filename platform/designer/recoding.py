"""Another code for a draft whose template was never published: all that is kept of it goes along."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.db import insert_new, lock_row
from core.errors import Conflict
from designer.history import lock_draft
from designer.permits import demand_permitted
from template_library.cards import hand_over_card, renamed
from template_library.drafts import load_draft
from template_library.jsontext import write_json
from template_library.models import Draft, Template, Version
from template_library.regimes import rename_template
from template_library.shelf import find_shelved
from template_library.states import copy_moves


def recode(session: Session, code: str, new: str, *, actor: str, now: datetime) -> Draft:
    """The draft under its new code; Conflict where a version bears the old one, or something the new one.

    Steps keep the code they were made under: they are known by the draft's id, and lead old addresses here.
    """
    draft, document = lock_draft(session, code)
    if new == code:
        return draft
    form = renamed(load_draft(session, code)[0], new)
    if session.scalar(select(Version.id).filter_by(template_code=code).limit(1)) is not None:
        raise Conflict("template.code_published", template=code)
    if find_shelved(session, new):
        raise Conflict("library.code_taken", template=new)
    agency = draft.agency_id
    hand_over_card(session, code, new)
    demand_permitted(session, agency, form, "draft", now=now)
    insert_new(session, Template, [{"code": new}])
    kept = {column.key: getattr(draft, column.key) for column in Draft.__table__.columns}
    kept |= {"template_code": new, "file": write_json(document | {"code": new})}
    session.delete(draft)
    insert_new(session, Draft, [kept])
    moved = lock_row(session, Draft, new)
    if moved.id != kept["id"]:  # somebody began one in the meantime
        raise Conflict("library.code_taken", template=new)
    copy_moves(session, code, new)
    rename_template(session, code, new, agency=agency, actor=actor, now=now)
    audit.record(session, actor, "template.recode", new, now=now, before=code)
    return moved
