"""Where drafts come from: nothing, a version, another template."""

from datetime import datetime

from sqlalchemy.orm import Session

from agencies.successors import owned_by
from core.clock import VIETNAM
from core.errors import Conflict, Invalid
from designer.permits import demand_permitted
from engine.findings import has_errors
from engine.form import Form
from template_library.cards import renamed, take_copy
from template_library.drafts import save_draft
from template_library.fileformat import data_to_template
from template_library.models import Draft, Version
from template_library.template_shapes import FORMAT
from template_library.versions import last_form, load_form

FIRST_SECTION = "A"


def begin_empty(
    session: Session, code: str, name: str, *, orientation: str, agency: int, actor: str, now: datetime
) -> Draft:
    """A draft with one table in which nothing stands; Conflict where the template is there already."""
    data = {
        "format": FORMAT,
        "code": code,
        "name": name,
        "sections": [{"code": FIRST_SECTION, "kind": "table"}],
        "layout": {"orientation": orientation},
    }
    form, findings = data_to_template(data)
    if form is None or has_errors(findings):
        raise Invalid(findings)
    if last_form(session, code) is not None:
        raise Conflict("template.exists", template=code)
    return begin(session, form, agency=agency, actor=actor, now=now)


def begin_copy(
    session: Session, version: Version, *, code: str, agency: int, actor: str, now: datetime
) -> Draft:
    """A draft of a template's next version; under another code, of a copy that knows its origin."""
    form = load_form(version)
    if code in ("", version.template_code):
        return begin(session, form, agency=agency, actor=actor, now=now)
    demand_permitted(session, agency, renamed(form, code), "draft", now=now)
    owned = owned_by(session, agency, now.astimezone(VIETNAM).date())
    return take_copy(session, version, code, agency=agency, owned=owned, actor=actor, now=now)


def begin(session: Session, form: Form, *, agency: int, actor: str, now: datetime) -> Draft:
    """The first revision of a draft; Conflict where somebody works on one."""
    known = session.get(Draft, form.header.code)
    if known is not None:
        raise Conflict("template.draft_exists", template=known.template_code, by=known.saved_by)
    demand_permitted(session, agency, form, "draft", now=now)
    return save_draft(session, form, base=0, actor=actor, now=now, agency=agency)
