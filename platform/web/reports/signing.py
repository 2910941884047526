"""Issuing a report by the records clerk, and the signed PDF that comes back from the document system."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from agencies.access import Actor
from agencies.acting import Acting
from agencies.store import read_agency
from core.clock import day_of
from core.db import Session
from core.errors import NotFound
from runtime.flow.issuing import Document, papers_of, read_issuing, read_signed, signed_by, take_signed
from runtime.flow.models import AUTHORITIES
from runtime.flow.workflow import move
from runtime.rights import subject_of_report, subjects_of_reports
from runtime.rounds.opening import period
from runtime.steps import ISSUE
from web.days import read_day
from web.routing import endpoint, may, row_id

blueprint = Blueprint("signing", __name__)
REPORT = "/reports/<int:report_id>"


@endpoint(blueprint, f"{REPORT}/issue", action="report.issue", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """What the clerk writes on the paper; of a report that comes back, what was written before."""
    return _page(session, now, [report_id])


@endpoint(blueprint, "/reports/issue", action="report.move_many")
def show_many(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """What the clerk writes on several papers, whose numbers go on from the first."""
    chosen = set(request.args.getlist("report", type=row_id))
    subjects = subjects_of_reports(session, actor, chosen)
    return _page(session, now, [each for each in sorted(chosen) if may("report.issue", subjects[each])])


def _page(session: Session, now: datetime, reports: Sequence[int]) -> str:
    papers = papers_of(session, reports)
    if not papers:
        raise NotFound("report.unknown", report="")
    before = read_issuing(session, reports[0]) if len(papers) == 1 else None
    report, of = papers[0]
    given = vars(before) if before else dict.fromkeys(Document.__dataclass_fields__, "")
    acting = None if before else signed_by(session, report)
    given |= _as_acting(acting) if acting else {}
    return render_template(
        "reports/issue.html",
        papers=[(each.id, then.template_code, period(then)) for each, then in papers],
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
    document = read_document()
    move(session, report_id, ISSUE.name, document=document, actor=actor.login, now=now)
    flash(_("Đã phát hành số %(sign)s.", sign=document.sign))
    return redirect(url_for("reports.show", report_id=report_id))


def read_document() -> Document:
    """What was written on the form of the page."""
    given: Mapping[str, str] = request.form
    texts = {name: given.get(name, "") for name in Document.__dataclass_fields__ if name != "day"}
    return Document(**texts, day=read_day(given.get("day", "")))


@endpoint(blueprint, f"{REPORT}/signed", action="report.sign", methods=("POST",), subject=subject_of_report)
def take(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The signed document, from the page."""
    file = request.files.get("file")
    if file is None:
        raise BadRequest
    name, content, read = file.filename or "", file.read(), request.form.get("code", "")
    signed = take_signed(session, report_id, name, content, read=read, actor=actor.login, now=now)
    told = (
        _("Đã nhận bản quét; mã phiên bản %(code)s do người nộp đọc trên giấy.", code=signed.code)
        if signed.typed
        else _("Đã nhận bản đã ký; trong tệp có mã phiên bản %(code)s.", code=signed.code)
    )
    flash(told)
    return redirect(url_for("reports.show", report_id=report_id))


@endpoint(blueprint, f"{REPORT}/signed", action="report.show", subject=subject_of_report)
def hand_out(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The signed document to keep; no browser opens it in our name."""
    signed, content = read_signed(session, report_id)
    kind = "application/octet-stream"
    answer = send_file(BytesIO(content), kind, as_attachment=True, download_name=signed.name, etag=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _as_acting(acting: Acting) -> dict[str, str]:
    """What stands above the signature of who approved for another."""
    written = acting.capacity in AUTHORITIES  # else a word of the position: acting, in charge
    words = "" if written else str(_("Phụ trách")) if acting.capacity == "PT." else acting.capacity
    position = f"{words} {acting.position}".strip()
    return {"authority": acting.capacity if written else "", "position": position, "signer": acting.name}


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
