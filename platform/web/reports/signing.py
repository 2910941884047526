"""Issuing a report by the records clerk, and the signed PDF that comes back from the document system."""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from agencies.access import Actor
from agencies.store import read_agency
from core.clock import day_of
from core.db import Session
from runtime.filling.desk import find_report
from runtime.flow.issuing import Document, read_issuing, read_signed, take_signed
from runtime.flow.workflow import move
from runtime.rights import subject_of_report
from runtime.rounds.opening import find_round
from runtime.steps import ISSUE
from web.days import read_day
from web.routing import endpoint

blueprint = Blueprint("signing", __name__)
REPORT = "/reports/<int:report_id>"


@endpoint(blueprint, f"{REPORT}/issue", action="report.issue", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """What the clerk writes on the paper; of a report that comes back, what was written before."""
    report = find_report(session, report_id)
    of, before = find_round(session, report.round_id), read_issuing(session, report_id)
    given = vars(before) if before else dict.fromkeys(Document.__dataclass_fields__, "")
    return render_template(
        "reports/issue.html",
        report_id=report_id,
        of=of,
        reporter=read_agency(session, report.agency_id, of.period_end).name,
        given=given | {"day": _written(before.day if before else day_of(now))},
        authorities=_authorities(),
    )


@endpoint(
    blueprint,
    f"{REPORT}/moves/{ISSUE.name}",
    action="report.issue",
    methods=("POST",),
    subject=subject_of_report,
)
def move_issue(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Issue the report with what was written on it."""
    given: Mapping[str, str] = request.form
    texts = {name: given.get(name, "") for name in Document.__dataclass_fields__ if name != "day"}
    document = Document(**texts, day=read_day(given.get("day", "")))
    move(session, report_id, ISSUE.name, document=document, actor=actor.login, now=now)
    flash(_("Đã phát hành số %(sign)s.", sign=document.sign))
    return redirect(url_for("reports.show", report_id=report_id))


@endpoint(blueprint, f"{REPORT}/signed", action="report.sign", methods=("POST",), subject=subject_of_report)
def take(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The signed document, from the page."""
    file = request.files.get("file")
    if file is None:
        raise BadRequest
    signed = take_signed(session, report_id, file.filename or "", file.read(), actor=actor.login, now=now)
    flash(_("Đã nhận bản đã ký; trong tệp có mã phiên bản %(code)s.", code=signed.code))
    return redirect(url_for("reports.show", report_id=report_id))


@endpoint(blueprint, f"{REPORT}/signed", action="report.show", subject=subject_of_report)
def hand_out(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The signed document to keep; no browser opens it in our name."""
    signed, content = read_signed(session, report_id)
    kind = "application/octet-stream"
    answer = send_file(BytesIO(content), kind, as_attachment=True, download_name=signed.name, etag=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _authorities() -> list[tuple[str, str]]:
    """By what one signs, each with what it means."""
    return [
        ("", _("người đứng đầu, chế độ thủ trưởng")),
        ("TM.", _("TM.: thay mặt tập thể")),
        ("KT.", _("KT.: cấp phó ký thay")),
        ("TL.", _("TL.: thừa lệnh")),
        ("TUQ.", _("TUQ.: thừa ủy quyền")),
    ]
