"""Adjusting a figure of a total: beside what was summed up, with its reason."""

from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor
from core.db import Session
from core.errors import Invalid
from runtime.rights import subject_of_report
from runtime.totals.adjustments import adjust
from web.findings import finding_text
from web.routing import endpoint

blueprint = Blueprint("adjusting", __name__)


@endpoint(
    blueprint,
    "/reports/<int:report_id>/adjust",
    action="report.adjust",
    methods=("POST",),
    subject=subject_of_report,
)
def change(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Have a cell of the total read another figure, or take that back."""
    where, value = request.form.get("cell", "")[:500], request.form.get("value", "").strip()
    value = value.replace(".", "").replace(",", ".") if str(get_locale()) == "vi" else value.replace(",", "")
    try:
        adjust(session, report_id, where, value, request.form.get("reason", ""), actor=actor.login, now=now)
        flash(_("Đã ghi điều chỉnh; số tổng hợp từ cấp dưới giữ nguyên bên cạnh."))
    except Invalid as refused:
        session.rollback()
        flash(" ".join(finding_text(finding, str(get_locale())) for finding in refused.findings), "error")
    return redirect(url_for("reports.show", report_id=report_id, view="print"))
