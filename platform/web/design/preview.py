"""A draft looked at before it is published: as paper, and as whoever will fill it; rules tried while typed.

Nothing of this is kept; a form that is tried runs its rules in the page.
"""

import re
from datetime import date, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor
from agencies.store import read_tree
from core.clock import day_of
from core.db import Session
from core.errors import NotFound
from designer.document import Document
from designer.history import open_draft
from designer.programs import compiler_for, form_of
from engine.form import Form
from engine.program import Program
from runtime.filling.trying import try_out
from runtime.periods import NUMBERED, Period, numbers_of, period_of
from runtime.rounds.asking import askable, likely_period
from runtime.titles import read_title
from web.design.beside import beside, context_beside
from web.design.operations import subject_of_draft
from web.reports.fill_texts import texts
from web.reports.fillable import report_data
from web.reports.live import live_data
from web.routing import endpoint
from web.rules.checking import tried
from web.shelves.printed import tables

blueprint = Blueprint("designer_preview", __name__, url_prefix="/designer")
MOST_AGENCIES = 500
_OUTSIDE = re.compile(r"(đơn\s+vị|kỳ|unit|period)\s*\.", re.IGNORECASE)
"""Rules that read attributes: an example of their form keeps these with its figures."""


@endpoint(blueprint, "/<path:draft>/paper", action="template.draft", subject=subject_of_draft)
def paper(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """The draft as it is printed, for the page of the designer."""
    form = form_of(open_draft(session, draft)[1])
    if form is None:
        raise NotFound("template.unknown", template=draft)
    return render_template("designer/paper.html", form=form, tables=tables(form))


@endpoint(blueprint, "/<path:draft>/fill", action="template.draft", subject=subject_of_draft)
def fill(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """The sheet as an agency would fill it in a period; its figures are kept only as an example."""
    found, document = open_draft(session, draft)
    program, today, lang = _program(session, document, now), day_of(now), str(get_locale())
    periods = _periods(program.form, today)
    period = _period(request.args.get("period", "")) or likely_period(periods, today)
    tree = read_tree(session, period.end, besides=[actor.agency])
    agencies = [tree[actor.agency], *askable(tree, actor.agency)][:MOST_AGENCIES]
    code = request.args.get("agency", "")
    agency = tree.with_code(code) if code else agencies[:2][-1]  # who is below is likelier to fill it
    earlier = context_beside(program, request.args)
    desk = try_out(program, tree, agency.id, actor.agency, period, earlier)
    data = report_data(desk, lang) | {
        "editable": True,
        "live": live_data(program, desk.sheet, desk.context, lang),
        "earlier": [{"name": _("kỳ trước"), "figures": earlier["previous"]}] if "previous" in earlier else [],
        "account": actor.login,
        "saveUrl": "",
        "versionUrl": "",
        "explainUrl": "",
        "texts": texts(),
    }
    attributes = {"agency": dict(desk.context.agency), "period": dict(desk.context.period)}
    reads_more = any(_OUTSIDE.search(rule.rule.text) for rule in program.rules)
    return render_template(
        "designer/trial.html",
        desk=desk,
        data=data,
        title=read_title(program.form.header.name, desk.titles),
        agencies=agencies,
        periods=periods,
        period=period,
        besides=beside(program),
        draft=draft,
        example={
            "url": url_for("designer.edits", draft=draft),
            "base": found.revision,
            "context": {**earlier} | (attributes if reads_more else {}),
        },
    )


@endpoint(
    blueprint,
    "/<path:draft>/rules/try",
    action="template.draft",
    subject=subject_of_draft,
    methods=["POST"],
    write=False,
)
def try_rule(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """What a typed rule would be in the draft as it is stored; its other rules do not matter to that."""
    document = open_draft(session, draft)[1]
    names = compiler_for(session, document, now).names(document)
    if names is None:
        raise NotFound("template.unknown", template=draft)
    return tried(names)


def _program(session: Session, document: Document, now: datetime) -> Program:
    program = compiler_for(session, document, now).program(document)
    if program is None:
        raise NotFound("template.unknown", template=str(document.get("code")))
    return program


def _periods(form: Form, today: date) -> list[Period]:
    meant = [each for each in form.header.frequencies if each in NUMBERED] or ["month"]
    return [
        period_of(frequency, today.year, number)
        for frequency in meant
        for number in range(1, numbers_of(frequency, today.year) + 1)
    ]


def _period(text: str) -> Period | None:
    match = re.fullmatch(r"([a-z_]+)-(\d{4})-(\d{1,2})", text)
    return period_of(match[1], int(match[2]), int(match[3])) if match and match[1] in NUMBERED else None
