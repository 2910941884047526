"""Documents of reports in the JSON interface: sent as they are, taken away, handed out."""

from datetime import datetime
from io import BytesIO

from flask import Response, request, send_file

from agencies.access import Actor
from core.db import Session
from runtime.filling.attachments import Attachment, attach, detach, read_attachment
from runtime.filling.desk import find_report
from runtime.models import Report
from runtime.rights import subject_of_report
from web.api import report_schemas as shapes
from web.api.openapi import Data, operation

FILES = "/reports/<int:report_id>/files"
BYTES = "application/octet-stream"


@operation(
    FILES,
    "POST",
    action="report.enter",
    subject=subject_of_report,
    query=shapes.NewFile,
    takes=BYTES,
    answer=shapes.File,
)
def attach_file(session: Session, actor: Actor, now: datetime, report_id: int, query: Data) -> Attachment:
    """Put a document beside the figures; the same one again changes nothing."""
    content = request.get_data()
    return attach(session, report_id, query["section"], query["name"], content, actor=actor.login, now=now)


@operation(
    f"{FILES}/remove",
    "POST",
    action="report.enter",
    subject=subject_of_report,
    body=shapes.OldFile,
    answer=shapes.Standing,
)
def remove_file(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Report:
    """Take a document away; one that is gone stays gone."""
    detach(session, report_id, body["section"], body["digest"], actor=actor.login, now=now)
    return find_report(session, report_id)


@operation(f"{FILES}/one", action="report.show", subject=subject_of_report, query=shapes.OneFile, kind=BYTES)
def get_file(session: Session, actor: Actor, now: datetime, report_id: int, query: Data) -> Response:
    """A document as it was sent."""
    file, content = read_attachment(session, report_id, query["digest"])
    return send_file(BytesIO(content), BYTES, as_attachment=True, download_name=file.name, etag=False)
