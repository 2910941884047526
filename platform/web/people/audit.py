"""Reading the audit: who did what when; a unit's administrator reads what concerns his own people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor
from agencies.people import list_people
from agencies.store import read_tree
from agencies.tree import Tree
from core.audit import Audit, Wanted, find_deeds
from core.clock import VIETNAM, day_of
from core.db import Session
from core.errors import Invalid
from core.messages import catalogue, sentence
from core.verification import last_verification, request_verification
from engine.findings import Finding
from web.days import read_day
from web.filters import date as day
from web.filters import moment
from web.people.account import WRONG, role_name
from web.routing import endpoint, may
from web.shown import names_of
from web.spreadsheets import delimited

blueprint = Blueprint("audit", __name__)
PAGE = 100
MOST_EXPORTED = 50_000
LONGEST_ID = 18  # digits
REFUSED = "refused"
AGENCIES = ("agency", "before", "after")
"""Facts that are numbers of agencies."""
MOMENTS = ("due_at", "on", "since")
"""Facts that are days or moments."""


@dataclass(frozen=True)
class Deed:
    """A row of the audit in words."""

    id: int
    at: datetime
    login: str
    name: str
    told: str
    subject: str


@endpoint(blueprint, "/audit", action="audit.show")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A page of deeds, the latest first, among those that were asked for."""
    try:
        wanted = _wanted(session, actor, now)
    except Invalid as refused:
        return _page([], findings=refused.findings), WRONG
    found = find_deeds(session, wanted, before=_before(), most=PAGE + 1)
    return _page(_told(session, now, found[:PAGE]), more=len(found) > PAGE)


@endpoint(blueprint, "/audit.csv", action="audit.show")
def export(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The deeds that were asked for, as a text; the latest where there are very many."""
    found = find_deeds(session, _wanted(session, actor, now), most=MOST_EXPORTED)
    rows = [[_("Lúc"), _("Tên đăng nhập"), _("Họ tên"), _("Việc"), _("Đối tượng")]]
    rows += [
        [moment(deed.at), deed.login, deed.name, deed.told, deed.subject]
        for deed in _told(session, now, found)
    ]
    return delimited(rows, "nhat-ky")


@endpoint(blueprint, "/audit/verify", action="audit.verify", methods=["POST"])
def verify_chain(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Have the chain of seals walked in the background."""
    request_verification(session, actor=actor.login, now=now)
    if "HX-Request" in request.headers:
        return render_template("audit/verified.html", last=last_verification(session))
    return redirect(url_for("audit.show"))


@endpoint(blueprint, "/audit/verification", action="audit.verify")
def verification(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """How far the walk is, or what it found."""
    return render_template("audit/verified.html", last=last_verification(session))


def _wanted(session: Session, actor: Actor, now: datetime) -> Wanted:
    given = {name: request.args.get(name, "").strip()[:200] for name in ("who", "what", "about")}
    own = None if may("audit.show_all") else list_people(session, [actor.agency], day_of(now))
    return Wanted(
        given["who"],
        given["what"],
        given["about"],
        _midnight("since"),
        _midnight("until", timedelta(days=1)),
        None if own is None else [person.login for person in own],
    )


def _before() -> int | None:
    """The last deed of the page before."""
    text = request.args.get("before", "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else None


def _midnight(name: str, later: timedelta = timedelta()) -> datetime | None:
    """The beginning of a day that was asked for, in Vietnam; the last day counts to its end."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        return datetime.combine(read_day(text), time(), VIETNAM) + later
    except OverflowError:
        raise Invalid([Finding("day.unknown", facts={"text": text})]) from None


def _told(session: Session, now: datetime, found: Sequence[Audit]) -> list[Deed]:
    tree = read_tree(session, day_of(now), besides=_agencies(found))
    names = names_of(session, now, {row.actor for row in found if row.actor})
    return [
        Deed(
            row.id,
            row.at,
            row.actor or "",
            names.get(row.actor or "", ""),
            _deed(row, tree),
            _subject(row, tree),
        )
        for row in found
    ]


def _agencies(found: Sequence[Audit]) -> set[int]:
    told = {row.facts.get(name) for row in found for name in AGENCIES}
    named = {row.subject.partition("/")[2] for row in found if row.subject.startswith("agency/")}
    return {each for each in told if isinstance(each, int)} | {
        int(text) for text in named if text.isdecimal()
    }


def _deed(row: Audit, tree: Tree) -> str:
    kind, _colon, refused = row.action.partition(":")
    facts: dict[str, object] = {**row.facts, "action": refused}
    for name in AGENCIES:
        if isinstance(number := facts.get(name), int):
            facts[name] = _name(tree, number)
    for name in MOMENTS:
        if name in facts:
            facts[name] = _when(str(facts[name]))
    for name in ("role", "roles"):
        if name in facts:
            facts[name] = [role_name(role) for role in str(facts[name]).split()]
    return sentence(f"deed.{kind}", facts, str(get_locale()))


def _subject(row: Audit, tree: Tree) -> str:
    kind, _slash, number = row.subject.partition("/")
    if kind == "agency" and number.isdecimal():
        return _name(tree, int(number))
    return f"{_('Đợt báo cáo')} {number}" if kind == "round" else row.subject


def _when(text: str) -> str:
    """A day or a moment that was written down as a text."""
    told = datetime.fromisoformat(text)
    return moment(told) if told.tzinfo else day(told.date())


def _name(tree: Tree, agency: int) -> str:
    known = tree.nodes.get(agency) or tree.closed.get(agency)
    return known.name if known else f"#{agency}"


def _kinds() -> Mapping[str, str]:
    """What can be asked for, in words."""
    known = catalogue(str(get_locale()))
    told = {code.removeprefix("deed."): text for code, text in known.items() if code.startswith("deed.")}
    return {code: text.partition(":")[0] for code, text in sorted(told.items(), key=lambda item: item[1])}


def _page(
    deeds: Sequence[Deed],
    *,
    more: bool = False,
    findings: Sequence[Finding] = (),
) -> str:
    given = {name: request.args.get(name, "") for name in ("who", "what", "about", "since", "until")}
    asked = {name: value for name, value in given.items() if value}
    return render_template(
        "audit/show.html",
        deeds=deeds,
        given=given,
        asked=asked,
        kinds=_kinds(),
        more=more,
        last=last_verification(g.session) if may("audit.verify") else None,
        findings=findings,
    )
