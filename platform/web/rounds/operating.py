"""What an operator says of time: days worked or off against the calendar, and outages."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from core.db import Session
from core.errors import Invalid
from core.working_days import list_swaps, swap_day, unswap_day
from runtime.rounds.outages import declare, end_at, list_outages
from web.days import read_day, read_moment
from web.people.account import WRONG
from web.routing import endpoint

blueprint = Blueprint("operating", __name__, url_prefix="/operating")


def _page(session: Session, refused: Invalid | None = None) -> str:
    return render_template(
        "operating/show.html",
        swaps=list_swaps(session),
        outages=list_outages(session),
        findings=refused.findings if refused else [],
        given=request.form,
    )


@endpoint(blueprint, "", action="time.manage")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Swapped days and outages."""
    return _page(session)


@endpoint(blueprint, "/days", action="time.manage", methods=["POST"])
def swap(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A day is worked, or is off."""
    works = request.form.get("works") == "yes"

    def keep() -> None:
        day = read_day(request.form.get("day", ""))
        swap_day(session, day, works=works, name=request.form.get("name", ""), actor=actor.login, now=now)

    return _done(session, keep, _("Đã lưu ngày; các hạn sắp tới tính theo đó."))


@endpoint(blueprint, "/days/remove", action="time.manage", methods=["POST"])
def unswap(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A day is again what the calendar says."""

    def remove() -> None:
        unswap_day(session, read_day(request.form.get("day", "")), actor=actor.login, now=now)

    return _done(session, remove, _("Đã bỏ ngày hoán đổi."))


@endpoint(blueprint, "/outages", action="time.manage", methods=["POST"])
def tell(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """An outage, past or to come."""

    def keep() -> None:
        starts, ends = _moment("starts"), _moment("ends")
        declare(session, starts, ends, reason=request.form.get("reason", ""), actor=actor.login, now=now)

    return _done(session, keep, _("Đã thông báo gián đoạn; các hạn rơi vào đó được dời."))


@endpoint(blueprint, "/outages/end", action="time.manage", methods=["POST"])
def end(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """An outage ends at another moment than was told."""

    def keep() -> None:
        outage = request.form.get("outage", default=0, type=int)
        end_at(session, outage, _moment("ends"), actor=actor.login, now=now)

    return _done(session, keep, _("Đã đổi giờ kết thúc; các hạn được tính lại."))


def _done(session: Session, deed: Callable[[], None], told: str) -> ResponseReturnValue:
    try:
        deed()
    except Invalid as refused:
        session.rollback()
        return _page(session, refused), WRONG
    flash(told)
    return redirect(url_for("operating.show"))


def _moment(name: str) -> datetime:
    return read_moment(request.form.get(f"{name}_day", ""), request.form.get(f"{name}_time", ""))
