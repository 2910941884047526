"""Messages: their providers, set up and tried out by an administrator, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from core import audit
from core.db import Session, unit_of_work
from core.errors import Invalid
from core.notices import Receipt
from core.notify import channels, has_secret, line_of, list_notices, read_channel, set_channel, try_out
from engine.findings import Finding
from runtime.rights import subject_of_round
from runtime.rounds.notices import subject_of
from runtime.rounds.opening import find_round
from web.pages import lang
from web.people.account import WRONG
from web.routing import endpoint

blueprint = Blueprint("notices", __name__)
LONGEST = 4_000  # characters of one setting
LONGEST_ADDRESS = 200


@dataclass(frozen=True)
class Shown:
    """What a channel's form says besides what is kept: values not kept, their faults, an answer."""

    channel: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    address: str = ""
    receipt: Receipt | None = None


@endpoint(blueprint, "/notices", action="notice.manage")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The channels with their settings, and the latest messages."""
    return _page(session, Shown())


@endpoint(blueprint, "/notices", action="notice.manage", methods=["POST"])
def keep(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Keep the settings of a channel; faulty ones come back as they were typed."""
    name, enabled = request.form.get("channel", ""), "enabled" in request.form
    typed = {
        key.removeprefix("set-"): text[:LONGEST].replace("\r\n", "\n")
        for key, text in request.form.items()
        if key.startswith("set-")
    }
    try:
        set_channel(session, name, typed, enabled=enabled, actor=actor.login, now=now)
    except Invalid as refused:
        return _page(session, Shown(name, typed, refused.findings)), WRONG
    flash(_("Đã lưu. Kênh tin nhắn đang bật.") if enabled else _("Đã lưu. Kênh tin nhắn đang tắt."))
    return redirect(url_for("notices.show"))


@endpoint(blueprint, "/notices/test", action="notice.manage", methods=["POST"], write=False)
def test(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Send one message by the settings that are kept, and show what the provider says."""
    name, address = request.form.get("channel", ""), request.form.get("to", "").strip()[:LONGEST_ADDRESS]
    try:
        line = line_of(session, name)
    except Invalid as refused:
        return _page(session, Shown(name, {}, refused.findings, address)), WRONG
    receipt = try_out(line, address, request=f"test/{uuid4()}")
    with unit_of_work() as writing:  # a provider may take its time, and no writer should wait for it
        facts = {"telephone": address, "outcome": receipt.outcome, "status": receipt.status or 0}
        audit.record(writing, actor.login, "notice.test", name, now=now, **facts)
    return _page(session, Shown(name, address=address, receipt=receipt))


@endpoint(blueprint, "/rounds/<int:round_id>/notices", action="round.notices", subject=subject_of_round)
def of_round(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Who was told of a round, and of whom the provider says it could not be."""
    return render_template(
        "notices/round.html",
        of=find_round(session, round_id),
        notices=list_notices(session, subject_of(round_id), limit=20_000),
    )


def _page(session: Session, shown: Shown) -> str:
    kept = {name: read_channel(session, name) for name in channels()}
    return render_template(
        "notices/show.html",
        channels=channels().values(),
        kept=kept,
        shown=shown,
        has_secret=has_secret,
        notices=list_notices(session),
        speak=lambda told: told.get(lang(), ""),
    )
