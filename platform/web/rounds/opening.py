"""Opening a round in steps: template, period, who, check, go. What was chosen travels in the address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from agencies.access import Actor
from agencies.store import read_tree
from agencies.tree import Node, Tree
from core import clock
from core.clock import VIETNAM
from core.db import Session
from core.errors import Invalid, Refusal
from core.working_days import after_working_days, read_swaps
from engine.findings import Finding
from runtime.filling.given import Loaded, load_given, look_over, table_for
from runtime.periods import MONTHS, NUMBERED, Period, days, numbers_of, period_of
from runtime.programs import program_of
from runtime.rounds.asked_once import burden
from runtime.rounds.asking import (
    area_of,
    ask,
    askable,
    choices,
    demand_askable,
    find_known,
    likely_period,
    shared,
)
from runtime.rounds.assignment import lines_of
from runtime.rounds.opening import NOTE
from runtime.rounds.recipients import count_told
from runtime.rounds.scopes import Flow, members_of, read_flow, receivers, without_gone
from runtime.steps import LONG, PATHS
from runtime.titles import title_in
from template_library.models import Version
from template_library.shelf import shelf
from template_library.versions import find_version, load_form
from web.days import read_day, read_moment
from web.rounds import shared_rows
from web.rounds.whom import with_condition
from web.routing import endpoint, row_id
from web.spreadsheets import xlsx

blueprint = Blueprint("opening", __name__, url_prefix="/rounds/open")
ASKED = (
    *("template", "period", "start", "end", "due", "time"),
    *("scope", "codes", "condition", "rows", "flow", "steps", "missing"),
)
CARRIED = (*ASKED, "without_gone")
"""What the steps gather, in their order."""
Looked = tuple[Loaded | None, Sequence[Finding]]
"""What a sheet of given figures comes to, and what is wrong with it."""
SHARED = "rows"
"""In place of a scope: whoever is given rows of the form."""


@dataclass(frozen=True)
class Answers:
    """What was answered so far, as it was given."""

    given: MultiDict[str, str]

    def __getattr__(self, name: str) -> str:
        return self.given.get(name, "").strip()

    @property
    def codes(self) -> list[str]:
        """Codes of agencies chosen one by one."""
        return self.given.getlist("codes")

    @property
    def period(self) -> Period | None:
        """The period, by its number or by its days."""
        if self.start:
            first, last = read_day(self.start), read_day(self.end or self.start)
            return days("daily" if first == last else "custom", first, last)
        match = re.fullmatch(r"([a-z_]+)-(\d{4})-(\d{1,2})", self.given.get("period", ""))
        return period_of(match[1], int(match[2]), int(match[3])) if match and match[1] in NUMBERED else None

    @property
    def due_at(self) -> datetime | None:
        """The deadline, to the minute, in Vietnam's time."""
        if not self.due:
            return None
        return read_moment(self.due, self.time)

    @property
    def members(self) -> str:
        """The scope; empty until one was chosen."""
        if self.scope != "codes":
            return self.lines and SHARED if self.scope == SHARED else with_condition(self.scope, self.given)
        if not self.codes:
            raise Invalid([Finding("round.none_chosen")])
        return with_condition(f"codes:{','.join(self.codes)}", self.given)

    @property
    def lines(self) -> str:
        """Which rows go to whom, as ticked and as written."""
        return f"{self.ticks}\n{self.rows}".strip()

    @property
    def shared_lines(self) -> str | None:
        """The same where the form is shared; None where each fills all of it."""
        return self.lines if self.scope == SHARED else None

    @property
    def ticks(self) -> str:
        """Which rows go to whom, as ticked."""
        return "\n".join(self.given.getlist("tick"))

    @property
    def how(self) -> Flow:
        """Straight, through the agencies between, or level by level."""
        return read_flow(self.flow)

    @property
    def path(self) -> str:
        """The steps a report goes through."""
        return self.steps if self.steps in PATHS else LONG

    @property
    def address(self) -> dict[str, list[str]]:
        """All that was answered, for an address."""
        found = {name: self.given.getlist(name) for name in (*CARRIED, "tick")}
        return {name: values for name, values in found.items() if values}

    def carried(self, *without: str) -> list[tuple[str, str]]:
        """Fields for the next step's form."""
        pairs = [(name, value) for name in CARRIED for value in self.given.getlist(name)]
        return [(name, value) for name, value in pairs if value and name not in without]


@endpoint(blueprint, "", action="round.open")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The first step that has no answer yet, or none that will do."""
    return _step(session, actor, now, Answers(request.args))


@endpoint(blueprint, "", action="round.open", methods=["POST"])
def go(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Open the round and watch it; refused answers are shown again with the reason."""
    answers = Answers(request.form)
    try:
        opened = _open(session, actor, now, answers)
    except Refusal as refused:
        session.rollback()
        return _step(session, actor, now, answers, refused), 422
    try:
        if sheet := _sheet():
            load_given(session, opened, sheet, actor=actor.login, now=now)
    except Invalid as refused:
        session.rollback()
        return _step(session, actor, now, answers, looked=(None, refused.findings)), 422
    flash(gettext("Đang mở đợt báo cáo. Có thể rời trang này rồi quay lại."))
    return redirect(url_for("rounds.show", round_id=opened))


@endpoint(blueprint, "/rows", action="round.open", methods=["POST"], write=False)
def take_rows(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The rows that a file gives to agencies, beside those ticked and written, to be looked over."""
    given, file, refused = MultiDict(request.form), request.files.get("file"), None
    given["again"] = "1"
    try:
        given["rows"] = f"{given.get('rows', '')}\n{lines_of(file.read() if file else b'')}".strip()
    except Invalid as error:
        refused = error
    return _step(session, actor, now, Answers(given), refused)


@endpoint(blueprint, "/given", action="round.open", methods=["POST"], write=False)
def look_at_given(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """What the sheet of given figures would fill, or what is wrong with it; nothing is kept."""
    answers, (loaded, findings) = Answers(request.form), (None, ())  # type: Answers, Looked
    try:
        if answers.period is None:
            raise Invalid([Finding("round.no_period")])
        asked = _asked(session, actor, answers, answers.period)
        agencies = {node.code: node.id for node in asked.members}
        loaded = look_over(session, asked.version.id, _sheet() or b"", agencies)
    except Invalid as refused:
        findings = refused.findings
    if "HX-Request" in request.headers:
        return render_template("rounds/given_outcome.html", **_looked(answers, loaded, findings))
    return _step(session, actor, now, answers, looked=(loaded, findings)), 422 if findings else 200


@endpoint(blueprint, "/given.xlsx", action="round.open")
def given_table(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The sheet of given figures to fill in, for those who will be asked."""
    answers = Answers(request.args)
    if answers.period is None:
        raise Invalid([Finding("round.no_period")])
    asked = _asked(session, actor, answers, answers.period)
    return xlsx(
        table_for(session, asked.version.id, asked.others), f"so-giao-san-{asked.version.template_code}"
    )


def _sheet() -> bytes | None:
    """The sheet of given figures, where one was chosen."""
    file = request.files.get("file")
    return file.read() if file and file.filename else None


def _looked(answers: Answers, loaded: Loaded | None, findings: Sequence[Finding]) -> dict[str, Any]:
    return {"brought": loaded and [(answers.period, loaded)], "findings": findings, "done": False}


def _open(session: Session, actor: Actor, now: datetime, answers: Answers) -> int:
    period = answers.period
    if period is None:
        raise Invalid([Finding("round.no_period")])
    version = find_version(session, answers.template, on=period.end)
    opened = ask(
        session,
        version,
        period,
        actor.agency,
        scope=answers.members,
        lines=answers.shared_lines,
        flow=answers.how,
        steps=answers.path,
        missing=answers.missing or NOTE,
        leave_gone=bool(answers.without_gone),
        due_at=answers.due_at,
        announce="announce" in request.form,
        take=sorted(set(request.form.getlist("take", type=row_id))),
        without=dict.fromkeys(request.form.getlist("without"), request.form.get("without_reason", "")),
        actor=actor.login,
        now=now,
    )
    return opened.id


def _step(
    session: Session,
    actor: Actor,
    now: datetime,
    answers: Answers,
    refused: Refusal | None = None,
    looked: Looked = (None, ()),
) -> str:
    today = now.astimezone(VIETNAM).date()
    step, facts = "template", {}  # type: str, dict[str, Any]
    try:
        if answers.template:
            step, facts = "period", _periods(session, answers, today)
            if answers.period:
                answers.due_at  # noqa: B018  (refuses what is no day)
                find_version(session, answers.template, on=answers.period.end)
                step, facts = "who", _who(session, actor, answers.period)
                if answers.scope == SHARED:
                    step, facts = "rows", _rows(session, actor, answers, answers.period)
                if answers.members and not answers.again:
                    facts = _check(session, actor, answers, answers.period)
                    step = "check"
    except Refusal as error:
        refused = error
    if step == "template":
        facts = {"shelved": [each for each in shelf(session, answers.q) if each.versions]}
    facts |= _looked(answers, *looked)
    return render_template("rounds/open.html", step=step, answers=answers, refused=refused, **facts)


def _periods(session: Session, answers: Answers, today: date) -> dict[str, Any]:
    """Numbered periods of this year and the last that the template is meant for, by frequency."""
    shelved = next((each for each in shelf(session) if each.code == answers.template), None)
    if shelved is None or not shelved.versions:
        find_version(session, answers.template, on=today)  # says so
        return {}
    header = load_form(shelved.versions[0]).header
    meant = [frequency for frequency in header.frequencies if frequency in NUMBERED]
    if not header.frequencies:
        meant = list(MONTHS)
    groups = {
        frequency: [
            period_of(frequency, year, number)
            for year in (today.year, today.year - 1)
            for number in range(numbers_of(frequency, year), 0, -1)
        ]
        for frequency in meant
    }
    likely = (
        likely_period([period for group in groups.values() for period in group], today) if groups else None
    )
    return {"shelved": shelved, "groups": groups, "likely": likely}


def _who(session: Session, actor: Actor, period: Period) -> dict[str, Any]:
    tree = read_tree(session, period.end)
    area = area_of(tree, actor.agency)
    return {
        "choices": choices(tree, actor.agency),
        "own": len(tree.children(actor.agency)),
        "agencies": askable(tree, actor.agency),
        "area": area,
        "deep": _is_deep(tree, actor.agency),
        "period": period,
        "paths": PATHS,
    }


def _rows(session: Session, actor: Actor, answers: Answers, period: Period) -> dict[str, Any]:
    tree = read_tree(session, period.end)
    layout = program_of(session, find_version(session, answers.template, on=period.end).id).layout
    return shared_rows.grid(tree, layout, actor.agency, answers.ticks, answers.rows)


def _is_deep(tree: Tree, lead: int) -> bool:
    return any(tree.children(node.id) for node in tree.children(lead))


@dataclass(frozen=True)
class Asked:
    """Who is asked by the answers so far, the lead unit among them where it fills a report of its own."""

    tree: Tree
    version: Version
    rows: Mapping[str, Any] | None
    members: Sequence[Node]
    lead: int

    @property
    def others(self) -> list[Node]:
        """Those who report to somebody."""
        return [node for node in self.members if node.id != self.lead]


def _asked(session: Session, actor: Actor, answers: Answers, period: Period) -> Asked:
    """Raise Invalid where nobody is asked, or who is none of the agency's business."""
    tree = read_tree(session, period.end)
    version = find_version(session, answers.template, on=period.end)
    scope = without_gone(tree, answers.members) if answers.without_gone else answers.members
    scope, rows = shared(session, version, tree, actor.agency, scope, answers.shared_lines)
    members = members_of(tree, actor.agency, scope)
    demand_askable(tree, actor.agency, members)
    if answers.how == "levels":
        members = [tree[each] for each in receivers(tree, actor.agency, scope, answers.how)]
    asked = Asked(tree, version, rows, members, actor.agency)
    if not asked.others:
        raise Invalid([Finding("round.nobody", facts={"lead": tree[actor.agency].name})])
    return asked


def _check(session: Session, actor: Actor, answers: Answers, period: Period) -> dict[str, Any]:
    asked = _asked(session, actor, answers, period)
    tree, version, rows = asked.tree, asked.version, asked.rows
    others = [node.id for node in asked.others]
    program = program_of(session, version.id)
    today = read_tree(session, clock.today(), besides=others)
    return {
        "version": version,
        "name": title_in(version.name, period),
        "period": period,
        "told": count_told(session, today, others),
        "shared": shared_rows.told(program.layout, tree, rows) if rows else [],
        "burden": burden(session, program, period, others),
        "members": asked.others,
        "lead": tree[actor.agency],
        "known": find_known(session, answers.template, period, actor.agency),
        "too_soon": _is_too_soon(session, period, answers.due_at),
    }


def _is_too_soon(session: Session, period: Period, due_at: datetime | None) -> bool:
    """Whether a periodic report is due sooner than a working day after its window."""
    if due_at is None or period.frequency not in NUMBERED:
        return False
    return clock.day_of(due_at) < after_working_days(period.end, 1, read_swaps(session))
