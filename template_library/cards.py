"""What the library notes on a template beside its content: owner, tags, sharing, where a copy comes from."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from unicodedata import normalize

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.db import insert_new, lock_row
from core.errors import Conflict, Forbidden, Invalid
from engine.findings import Finding
from engine.form import Form
from template_library.cores import departures
from template_library.drafts import save_draft
from template_library.fileformat import read_template, write_template
from template_library.models import Draft, Template, Version
from template_library.shelf import find_shelved
from template_library.shelf_models import Card
from template_library.versions import get_version, load_form, versions_after

MOST_TAGS, LONGEST_TAG = 20, 60


def find_card(session: Session, code: str) -> Card | None:
    """The card of a template; None for one that came with the product."""
    return session.get(Card, code)


def take_charge(session: Session, code: str, agency: int | None) -> None:
    """Note a template as an agency's own, unless it is somebody's already or came with the product."""
    versions = select(Version.id).filter_by(template_code=code).limit(1)
    is_known = find_card(session, code) is not None or session.scalar(versions) is not None
    if agency is None or is_known:
        return
    insert_new(session, Template, [{"code": code}])
    insert_new(session, Card, [_blank(code, agency)])


def hand_over_card(session: Session, code: str, new: str) -> None:
    """Note under another code what was noted of a template; what a dropped draft left there is gone."""
    card = find_card(session, code)
    if card is None:
        return
    kept = {column.key: getattr(card, column.key) for column in Card.__table__.columns}
    insert_new(session, Template, [{"code": new}])
    insert_new(session, Card, [kept | {"template_code": new}])
    anew = lock_row(session, Card, new)
    for name, value in kept.items():
        setattr(anew, name, value if name != "template_code" else new)
    session.delete(card)
    session.flush()


def set_tags(session: Session, code: str, tags: Iterable[str], *, actor: str, now: datetime) -> None:
    """Have a template bear exactly these tags."""
    clean = sorted({" ".join(normalize("NFC", tag).split()) for tag in tags} - {""})
    if len(clean) > MOST_TAGS or any(len(tag) > LONGEST_TAG or not tag.isprintable() for tag in clean):
        raise Invalid([Finding("library.tags", facts={"most": MOST_TAGS, "longest": LONGEST_TAG})])
    lock_row(session, Card, code).tags = clean
    audit.record(session, actor, "template.tag", code, now=now, tags=", ".join(clean))


def share(session: Session, code: str, shared: bool, *, core_locked: bool, actor: str, now: datetime) -> None:
    """Offer a template to the other agencies, or no longer; copies taken before stay as they are."""
    card = lock_row(session, Card, code)
    card.shared, card.core_locked = shared, shared and core_locked
    audit.record(session, actor, "template.share", code, now=now, shared=int(shared), locked=int(core_locked))


def renamed(form: Form, code: str) -> Form:
    """A form under another code; Invalid where no template can have it."""
    copy, findings = read_template(write_template(replace(form, header=replace(form.header, code=code))))
    if copy is None:
        raise Invalid(findings)
    return copy


def take_copy(
    session: Session,
    version: Version,
    code: str,
    *,
    agency: int,
    owned: Iterable[int] = (),
    actor: str,
    now: datetime,
) -> Draft:
    """A draft of `agency` with a version's content under another code. Ids stay, so that both compare.

    What is not shared may be copied where it is the agency's own, or of those that it took over (`owned`).
    """
    origin = session.get(Card, version.template_code)
    if origin and not origin.shared and origin.agency_id not in (agency, *owned):
        raise Forbidden("library.not_shared", template=version.template_code)
    copy = renamed(load_form(version), code)
    if find_shelved(session, code):
        raise Conflict("library.code_taken", template=code)
    draft = save_draft(session, copy, base=0, agency=agency, actor=actor, now=now)
    insert_new(session, Card, [_blank(code, agency)])
    card = lock_row(session, Card, code)  # what was there is of a draft that was dropped
    card.agency_id, card.origin_id, card.core_id = agency, version.id, None
    if origin:
        card.core_id = version.id if origin.core_locked else origin.core_id
    facts = {"origin": f"{version.template_code}/{version.number}"}
    audit.record(session, actor, "template.copy", code, now=now, **facts)
    return draft


def demand_core(session: Session, form: Form) -> None:
    """Raise Invalid where a form keeps neither the core it was taken from nor a later version of it."""
    card = session.get(Card, form.header.code)
    if card is not None and card.core_id is not None:
        core = get_version(session, card.core_id)
        found = departures(load_form(core), form)
        if found and _kept_later(session, core, form) is None:
            raise Invalid(found)


def note_origin(session: Session, version: Version, origin: Version) -> None:
    """Note that a copy follows `origin` from this version of it on, with the latest core that it keeps."""
    card = lock_row(session, Card, version.template_code)
    card.origin_id = origin.id
    if card.core_id is not None:
        core = _kept_later(session, get_version(session, card.core_id), load_form(version))
        card.core_id = core.id if core else card.core_id


def _kept_later(session: Session, core: Version, form: Form) -> Version | None:
    later = reversed(versions_after(session, core))
    return next((each for each in later if not departures(load_form(each), form)), None)


def _blank(code: str, agency: int) -> dict[str, object]:
    kept = {"tags": [], "shared": False, "core_locked": False, "origin_id": None, "core_id": None}
    return {"template_code": code, "agency_id": agency} | kept
