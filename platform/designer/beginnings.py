"""Where drafts come from: nothing, a version, another template."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from designer.permits import demand_permitted
from engine.findings import has_errors
from engine.form import Form
from template_library.drafts import save_draft
from template_library.fileformat import data_to_template
from template_library.models import Draft
from template_library.template_shapes import FORMAT
from template_library.versions import last_form

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
    session: Session, form: Form, *, code: str | None, agency: int, actor: str, now: datetime
) -> Draft:
    """A draft of the next version of a form's template, or of a new template under another code."""
    if code and code != form.header.code:
        if last_form(session, code) is not None:
            raise Conflict("template.exists", template=code)
        form = replace(form, header=replace(form.header, code=code))
    return begin(session, form, agency=agency, actor=actor, now=now)


def begin(session: Session, form: Form, *, agency: int, actor: str, now: datetime) -> Draft:
    """The first revision of a draft; Conflict where somebody works on one."""
    known = session.get(Draft, form.header.code)
    if known is not None:
        raise Conflict("template.draft_exists", template=known.template_code, by=known.saved_by)
    demand_permitted(session, agency, form, "draft", now=now)
    return save_draft(session, form, base=0, actor=actor, now=now, agency=agency)
