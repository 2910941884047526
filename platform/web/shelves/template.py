"""One template in the library: its versions, its state with the regulation's clocks, sharing, copies, use."""

from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies.access import Actor, Subject
from core import clock
from core.db import Session
from core.errors import NotFound
from designer import renewing
from designer.beginnings import begin_copy
from runtime.views.usage import Usage, running_rounds, usage_by_template
from template_library import cards, states
from template_library.compare import compare, heaviest
from template_library.drafts import load_draft
from template_library.regimes import find_regimes
from template_library.shelf import Shelved, find_shelved
from template_library.versions import get_version, load_form
from web.days import read_day
from web.owners import owned, owner_names
from web.pages import lang
from web.routing import endpoint, row_id
from web.shelves.differences import difference_told
from web.shelves.printed import tables

blueprint = Blueprint("template", __name__, url_prefix="/library/templates")
PAGE_CODES = ("template.moved.", "template.state.")
"""What the page words by itself."""


def subject_of_template(session: Session, actor: Actor, template: str) -> Subject:
    """Whether a template is the actor's agency's own; what came with the product is nobody's."""
    _shelved(session, template)
    card = cards.find_card(session, template)
    return owned(session, actor, card.agency_id if card else None)


@endpoint(blueprint, "/<path:template>", action="library.show")
def show(session: Session, actor: Actor, now: datetime, template: str) -> ResponseReturnValue:
    """All there is to know of a template."""
    shelved, card = _shelved(session, template), cards.find_card(session, template)
    form = load_form(shelved.versions[0]) if shelved.versions else load_draft(session, template)[0]
    today = clock.day_of(now)
    standing = states.standing(session, template, on=today, periodic=form.header.regime == "periodic")
    origin = get_version(session, card.origin_id) if card and card.origin_id else None
    renewal = renewing.find_renewal(session, template, now)
    owner, before = owner_names(session, card.agency_id if card else None)
    return render_template(
        "library/template.html",
        shelved=shelved,
        form=form,
        card=card,
        owner=owner,
        owner_before=before,
        origin=origin,
        renewal=renewal,
        renewed=[(each, difference_told(each, lang())) for each in renewal.differences] if renewal else [],
        standing=standing,
        regimes=[kept.regime for kept in find_regimes(session, template=template)],
        usage=usage_by_template(session).get(template, Usage()),
        running=running_rounds(session, template),
        numbers={version.id: version.number for version in shelved.versions},
        today=today,
        subject=subject_of_template(session, actor, template),
    )


@endpoint(
    blueprint, "/<path:template>/tags", action="template.keep", methods=["POST"], subject=subject_of_template
)
def tag(session: Session, actor: Actor, now: datetime, template: str) -> ResponseReturnValue:
    """Set the tags, parted by commas."""
    tags = request.form.get("tags", "").split(",")
    cards.set_tags(session, template, tags, actor=actor.login, now=now)
    return _back(template)


@endpoint(
    blueprint, "/<path:template>/share", action="template.keep", methods=["POST"], subject=subject_of_template
)
def share(session: Session, actor: Actor, now: datetime, template: str) -> ResponseReturnValue:
    """Offer the template to all agencies, or no longer."""
    shared, locked = "shared" in request.form, "core_locked" in request.form
    cards.share(session, template, shared, core_locked=locked, actor=actor.login, now=now)
    return _back(template)


@endpoint(
    blueprint, "/<path:template>/move", action="template.keep", methods=["POST"], subject=subject_of_template
)
def move(session: Session, actor: Actor, now: datetime, template: str) -> ResponseReturnValue:
    """Begin or end testing, note a decision, retire, restore, withdraw a version."""
    name = request.form.get("name", "")
    if name not in states.MOVES:
        raise NotFound("template.move.unknown", name=name[:50])
    states.move(
        session,
        template,
        name,
        since=read_day(request.form.get("since", "")),
        reason=request.form.get("reason", ""),
        version=request.form.get("version", type=row_id),
        actor=actor.login,
        now=now,
    )
    return _back(template)


@endpoint(blueprint, "/copy", action="template.copy", methods=["POST"])
def copy(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A draft of the actor's agency with the content of a version."""
    version = get_version(session, request.form.get("version", default=0, type=row_id))
    code = " ".join(request.form.get("code", "").split())
    draft = begin_copy(session, version, code=code, agency=actor.agency, actor=actor.login, now=now)
    flash(gettext("Đã lấy bản sao %(code)s; sửa rồi ban hành.", code=draft.template_code))
    return redirect(url_for("designing.edit", draft=draft.template_code))


@endpoint(
    blueprint,
    "/<path:template>/renew",
    action="template.keep",
    methods=["POST"],
    subject=subject_of_template,
)
def renew(session: Session, actor: Actor, now: datetime, template: str) -> ResponseReturnValue:
    """Bring into the draft, or a new one, what the original of a copy changed since."""
    shelved = _shelved(session, template)
    if not shelved.has_draft:
        begin_copy(session, shelved.versions[0], code="", agency=actor.agency, actor=actor.login, now=now)
    renewing.renew(session, template, actor=actor.login, now=now)
    flash(gettext("Đã đưa thay đổi của bản gốc vào bản nháp; hoàn tác được như mọi sửa đổi."))
    return redirect(url_for("designing.edit", draft=template))


@endpoint(blueprint, "/compare", action="library.show")
def compared(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Two versions side by side with every difference and what it does; `after` may be the draft."""
    before = get_version(session, request.args.get("before", default=0, type=row_id))
    old = load_form(before)
    if request.args.get("after") == "draft":
        new, name = load_draft(session, before.template_code)[0], gettext("Bản nháp")
    else:
        later = get_version(session, request.args.get("after", default=0, type=row_id))
        new, name = load_form(later), gettext("Phiên bản %(number)s", number=later.number)
    found = compare(old, new)
    running = running_rounds(session, before.template_code)
    return render_template(
        "library/compare.html",
        code=before.template_code,
        name_before=gettext("Phiên bản %(number)s", number=before.number),
        name_after=name,
        forms=(old, new),
        tables=(tables(old), tables(new)),
        differences=[(each, difference_told(each, lang())) for each in found],
        heaviest=heaviest(found),
        running=[each for each in running if each.version_id == before.id],
    )


@endpoint(blueprint, "/notices/<int:version_id>", action="library.show")
def notice(session: Session, actor: Actor, now: datetime, version_id: int) -> ResponseReturnValue:
    """The written notice of putting a version into official use, to print and sign."""
    version = get_version(session, version_id)
    card = cards.find_card(session, version.template_code)
    owner, _before = owner_names(session, card.agency_id if card else None)
    return render_template(
        "library/notice.html",
        version=version,
        form=load_form(version),
        owner=owner,
        standing=states.standing(session, version.template_code, on=clock.day_of(now), periodic=True),
        regimes=[kept.regime for kept in find_regimes(session, template=version.template_code)],
    )


def _shelved(session: Session, code: str) -> Shelved:
    found = find_shelved(session, code)
    if found is None:
        raise NotFound("template.unknown", template=code)
    return found


def _back(code: str) -> Response:
    return redirect(url_for("template.show", template=code))  # type: ignore[return-value]
