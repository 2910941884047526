"""Documents of reports: sent, taken away, handed out; and what the reports below say in words."""

from datetime import datetime
from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import BadRequest

from agencies.access import Actor
from core.db import Session
from core.errors import NotFound
from runtime.filling.attachments import attach, detach, read_attachment
from runtime.filling.desk import find_report, lay_out
from runtime.filling.narratives import walk
from runtime.filling.words import chapters_below
from runtime.programs import program_for
from runtime.rights import subject_of_report
from web.paging import LONGEST_NUMBER
from web.reports.fillable import Data, finding_data
from web.reports.words import chapter_data, words_data
from web.routing import endpoint

blueprint = Blueprint("files", __name__)
AT_ONCE = 50
"""Reports told of on one page."""
FILES = "/reports/<int:report_id>/files"


@endpoint(blueprint, FILES, action="report.enter", methods=["POST"], subject=subject_of_report)
def add(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """A document from the page; the answer tells what the report looks like then."""
    file, section = request.files.get("file"), request.form.get("section", "")
    if file is None:
        raise BadRequest
    attach(session, report_id, section, file.filename or "", file.read(), actor=actor.login, now=now)
    return _answer(session, report_id)


@endpoint(blueprint, f"{FILES}/remove", action="report.enter", methods=["POST"], subject=subject_of_report)
def remove(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """A document is taken away."""
    section, digest = request.form.get("section", ""), request.form.get("digest", "")
    detach(session, report_id, section, digest, actor=actor.login, now=now)
    return _answer(session, report_id)


@endpoint(blueprint, f"{FILES}/one", action="report.show", subject=subject_of_report)
def hand_out(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """A document to keep; no browser opens it in our name, whatever it is."""
    file, content = read_attachment(session, report_id, request.args.get("digest", ""))
    kind = "application/octet-stream"
    answer = send_file(BytesIO(content), kind, as_attachment=True, download_name=file.name, etag=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@endpoint(blueprint, "/reports/<int:report_id>/below", action="report.show", subject=subject_of_report)
def below(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """What the reports that were summed up say in one section, some at a time, all or under one heading."""
    report, lang = find_report(session, report_id), str(get_locale())
    section = request.args.get("section", "")
    known = program_for(session, report).form.section_by_id.get(section)
    if known is None or known.kind not in ("outline", "attachment"):
        raise NotFound("attachment.section", section=section[:200])
    text = request.args.get("start", "0")
    start = int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0
    count, found = chapters_below(session, report, section, start, AT_ONCE)
    part = request.args.get("part", "")
    return render_template(
        "reports/below.html",
        report=report,
        section=known,
        part=part,
        headings=[(each.id, each.code) for _, each in walk(known)],
        told=[(agency, child, chapter_data(chapter, {}, child.id, lang)) for agency, child, chapter in found],
        count=count,
        more=start + AT_ONCE if start + AT_ONCE < count else None,
    )


def _answer(session: Session, report_id: int) -> Data:
    """The same as after a save of no cell."""
    desk, lang = lay_out(session, report_id), str(get_locale())
    desk.report.standing = dict(desk.standing)
    return {
        "revision": desk.report.revision,
        "conflicts": [],
        "rejected": [],
        "changes": [],
        "findings": [finding_data(desk.program, found, lang) for found in desk.found],
        "suggestions": [],
        "standing": desk.standing,
        "live": None,
        "words": words_data(desk, lang),
    }
