"""Every address asks the one table: endpoint × role × relation × state, and a stranger on every address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized
from werkzeug.routing import Rule

from agencies.access import GRANTED, RELATIONS, Actor, Role, Subject, allowed
from agencies.accounts import Account, Grant, demo_people
from agencies.importer import import_agencies
from agencies.store import read_tree
from agencies.tokens import create_token
from core import clock
from core.audit import Audit
from core.db import unit_of_work
from core.errors import Conflict, Forbidden
from core.jobs import request_job
from designer.excel.uploads import upload
from indicator_library.catalogue import SetInfo, save_set
from runtime.flow.correction_models import CORRECTION_STATES, RIPPLE_STATES, Correction, Ripple
from runtime.models import Journal, Move, Report, Round
from runtime.rounds.planning import Order
from runtime.rounds.schedules import save_schedule
from runtime.rounds.term_models import Event
from runtime.steps import SHORT, STATES
from template_library.cards import take_charge
from template_library.drafts import save_draft
from template_library.fileformat import read_template
from template_library.regime_file import Regime
from template_library.regimes import save_regime
from template_library.shelf import seed_files
from tests.browsers import PASSWORD, Browser, workbook
from tests.builders import SINCE, build, report_of, start_round
from web.rights import TABLE
from web.routing import ENDPOINTS, Endpoint, _demand

PLACES = "level,code,name,parent_code\nprovince,01,Thành phố Hà Nội,\ncommune,N1,Xã Ngoài,01\n"
PLACES += "commune,S1,Sở Nội vụ,31\n"
OPEN_TO_MANY = {
    "account.self",
    "answer.open",
    "agency.show",
    "indicator.show",
    "library.show",
    "template.import",
}
"""Actions on things that are everybody's, or looked for among one's own: these addresses need no subject."""


TOLD = ("report_id", "round_id", "event_id", "correction_id", "ripple_id")
"""Things whose state is told to whom they concern."""
CLOSE = {"C0001": {"own"}, "C0002": {"receiver"}, "S1": {"lead"}, "31": {"above"}, "VN": {"above"}}


@dataclass(frozen=True)
class Thing:
    """What an argument of an address names, in each of its states, and how each agency stands to it."""

    argument: str
    value: object
    states: tuple[str | None, ...]
    relations: Mapping[str, set[str]]


@dataclass(frozen=True)
class World:
    """Agencies by code and what is there of them."""

    agencies: Mapping[str, int]
    report: int
    round: int
    draft: str
    account: int
    schedule: int
    event: int
    set: int
    upload: int
    job: int
    correction: int
    ripple: int

    def things(self) -> list[Thing]:
        """Sở S1 leads a round in which C0001 reports to C0002; 31 is above them all, N1 far away."""
        return [
            Thing(
                "report_id",
                self.report,
                STATES,
                {"C0001": {"own"}, "C0002": {"receiver"}, "S1": {"lead"}, "31": {"above"}, "VN": {"above"}},
            ),
            Thing(
                "round_id",
                self.round,
                ("open", "opening", "closed"),
                {"C0001": {"own"}, "C0002": {"receiver"}, "S1": {"lead"}, "31": {"above"}, "VN": {"above"}},
            ),
            Thing("correction_id", self.correction, CORRECTION_STATES, CLOSE),
            Thing("ripple_id", self.ripple, RIPPLE_STATES, CLOSE),
            Thing("account_id", self.account, ("open", "locked", "system"), {"C0001": {"unit"}}),
            Thing("code", "C0001", (None,), {"C0001": {"unit"}}),
            Thing("draft", self.draft, (None,), {"C0001": {"own"}}),
            Thing("template", self.draft, (None,), {"C0001": {"own"}}),
            Thing("regime", "R", (None,), {"C0001": {"own"}}),
            Thing("event_id", self.event, ("open", "closed"), {"S1": {"lead"}}),
            Thing("schedule_id", self.schedule, (None,), {"S1": {"lead"}}),
            Thing("upload_id", self.upload, (None,), {"C0001": {"own"}}),
            Thing("set_id", self.set, (None,), {"C0001": {"own"}}),
            Thing("job_id", self.job, ("pending",), {"S1": {"self"}}),  # asked for by the actor of S1
        ]

    def put(self, session: Session, thing: Thing, state: str | None) -> None:
        """Bring a thing into a state."""
        if thing.argument == "report_id":
            session.execute(update(Report).where(Report.id == self.report).values(state=state))
        elif thing.argument == "round_id":
            opened_at = None if state == "opening" else clock.now()
            closed_at = opened_at if state == "closed" else None
            session.execute(update(Round).values(opened_at=opened_at, closed_at=closed_at))
        elif thing.argument == "event_id":
            closed = clock.now() if state == "closed" else None
            session.execute(update(Event).values(closed_at=closed))
        elif thing.argument == "correction_id":
            session.execute(update(Correction).values(state=state))
        elif thing.argument == "ripple_id":
            session.execute(update(Ripple).values(state=state))
        elif thing.argument == "account_id":
            locked = clock.now() if state == "locked" else None
            session.execute(update(Account).where(Account.id == self.account).values(locked_at=locked))
            session.execute(delete(Grant).filter_by(account_id=self.account, role=Role.SYSTEM_ADMIN))
            if state == "system":
                row = {"role": Role.SYSTEM_ADMIN, "valid_from": SINCE, "granted_by": "test"}
                session.add(Grant(account_id=self.account, **row))
        session.flush()
        session.expire_all()


def settle(session: Session) -> World:
    made = build(session, communes=2)
    import_agencies(session, PLACES.encode(), valid_from=SINCE)
    tree = read_tree(session, SINCE)
    agencies = {node.code: node.id for node in tree}
    opened = start_round(session, made)
    report = report_of(session, opened, agencies["C0001"])
    session.execute(delete(Report).where(Report.id != report.id))
    session.execute(update(Round).values(lead_id=agencies["S1"]))
    session.execute(update(Report).values(receiver_id=agencies["C0002"]))
    demo_people(
        session,
        [tree.with_code(code) for code in ("C0001", "N1")],
        prefix="o",
        password=PASSWORD,
        now=clock.now(),
    )
    account = session.scalars(select(Account.id).filter_by(login="o-c0001")).one()
    job = request_job(session, "test.unknown", actor="S1", now=clock.now()).id
    form, _ = read_template(seed_files()["01-TCD"])
    assert form
    own = agencies["C0001"]
    draft = save_draft(session, form, base=0, actor="o-c0001", now=clock.now(), agency=own).template_code
    take_charge(session, draft, own)
    save_regime(session, Regime("R", "Chế độ"), base=0, agency=own, actor="o-c0001", now=clock.now())
    due, code = {"commune": 2}, "II.06a/VPCP/KSTT"
    order = Order(code, "month", "calendar", 1, time(8), due, time(17), "codes:C0001", "direct", SHORT, SINCE)
    schedule = save_schedule(session, order, lead=agencies["S1"], actor="S1", now=clock.now())
    event = Event(name="Bão", template_code=code, lead_id=agencies["S1"], scope="children", flow="direct")
    event.steps, event.due_minutes, event.started_by, event.started_at = SHORT, 60, "S1", clock.now()
    session.add(event)
    session.flush()
    made_from = upload(session, workbook(), "bieu.xlsx", agency=own, actor="o-c0001", now=clock.now())
    kept = save_set(session, SetInfo("BỘ", "Bộ chỉ tiêu"), agency=own, actor="o-c0001", now=clock.now())
    wrong = Correction(report_id=report.id, state="asked", reason="sai")
    session.add(wrong)
    session.flush()
    total = Ripple(correction_id=wrong.id, report_id=report.id, state="free", cells=[], revision=0)
    session.add(total)
    session.flush()
    return World(
        agencies,
        report.id,
        opened.id,
        draft,
        account,
        schedule.id,
        event.id,
        kept.id,
        made_from.id,
        job,
        wrong.id,
        total.id,
    )


def answer(actor: Actor, action: str, subject: Subject, thing: Thing) -> str:
    """What the table says; of reports and rounds a state that is in the way is told to whom it concerns."""
    if allowed(TABLE, actor, action, subject):
        return "allowed"
    states = [replace(subject, state=state) for state in thing.states]
    concerns = any(allowed(TABLE, actor, action, other) for other in states)
    return "not now" if concerns and thing.argument in TOLD else "refused"


def rules(app: Flask) -> Iterator[tuple[Rule, Endpoint]]:
    for rule in app.url_map.iter_rules():
        assert rule.endpoint in ENDPOINTS, f"{rule} does not ask the table"
        yield rule, ENDPOINTS[rule.endpoint]


def passes(session: Session, known: Endpoint, actor: Actor | None, arguments: dict[str, object]) -> bool:
    return told(session, known, actor, arguments) == "allowed"


def told(session: Session, known: Endpoint, actor: Actor | None, arguments: dict[str, object]) -> str:
    try:
        _demand(session, known, actor, arguments)
    except (Forbidden, Unauthorized):
        return "refused"
    except Conflict:
        return "not now"
    return "allowed"


def actor_of(agency: str, world: World, role: Role | None) -> Actor:
    return Actor(10**9, agency, agency, world.agencies[agency], frozenset({role} if role else ()))


def test_every_address_that_names_a_thing_asks_whose_it_is(database: Flask) -> None:
    for rule, known in rules(database):
        assert bool(known.subject) == bool(rule.arguments) or known.action in OPEN_TO_MANY, rule


def test_every_action_of_the_table_is_somewhere_and_the_other_way_round(database: Flask) -> None:
    actions = {known.action for _, known in rules(database)}
    assert actions <= {line.action for line in TABLE}
    assert {line.relation for line in TABLE} <= set(RELATIONS)


def test_endpoint_by_role_by_relation_by_state(database: Flask, session: Session) -> None:
    world = settle(session)
    kinds = {(known.action, known.subject, *rule.arguments): known for rule, known in rules(database)}
    tried, wrong = 0, []
    for thing in world.things():
        mine = [known for key, known in kinds.items() if thing.argument in key and known.subject]
        for state in thing.states:
            world.put(session, thing, state)
            for known in mine:
                for agency in world.agencies:
                    for role in (None, *GRANTED):
                        actor = actor_of(agency, world, role)
                        subject = Subject(frozenset(thing.relations.get(agency, ())), state)
                        expected = answer(actor, known.action, subject, thing)
                        tried += 1
                        if told(session, known, actor, {thing.argument: thing.value}) != expected:
                            wrong.append((known.action, agency, role, state, expected))
    assert wrong == []
    assert tried > 3_000
    named = {argument for rule, known in rules(database) if known.subject for argument in rule.arguments}
    assert named <= {thing.argument for thing in world.things()}


def test_addresses_without_a_thing_ask_for_the_role_alone(database: Flask, session: Session) -> None:
    for _, known in rules(database):
        if known.subject is None:
            for role in (None, *GRANTED):
                actor = Actor(1, "x", "x", 1, frozenset({role} if role else ()))
                expected = allowed(TABLE, actor, known.action, Subject())
                assert passes(session, known, actor, {}) == expected, (known.action, role)


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("report.enter", {"entry", "verifier", "aggregator", "bearer"}),  # for another agency; by a link
        ("report.approve", {"approver"}),
        ("round.open", {"aggregator"}),
        ("template.draft", {"designer"}),
        ("template.publish", {"designer"}),
        ("template.publish_file", {"designer"}),
        ("people.manage", {"unit_admin", "system_admin"}),
        ("people.import", {"system_admin"}),
    ],
)
def test_who_may_what_in_words(action: str, who: set[str]) -> None:
    """The table itself, where a slip would hurt most."""
    assert {role for line in TABLE if line.action == action for role in line.roles} == who


def test_nobody_without_an_account_gets_past_the_door(database: Flask, session: Session) -> None:
    doors = {known.action for _, known in rules(database) if passes(session, known, None, {})}
    assert doors == {"account.sign_in", "account.lang", "answer.open", "api.describe", "server.health"}


def everything(app: Flask) -> tuple[object, ...]:
    """What a stranger might have changed."""
    with unit_of_work(app, write=False) as session:
        counts = [
            session.scalar(select(func.count()).select_from(kind)) for kind in (Journal, Move, Report, Round)
        ]
        accounts = session.execute(
            select(Account.id, Account.password_hash, Account.locked_at, Account.agency_id).order_by(
                Account.id
            )
        )
        reports = session.execute(select(Report.state, Report.revision))
        return (*counts, *accounts.all(), *reports.all())


def test_a_stranger_on_every_address(app: Flask) -> None:
    """Who is of another province, with every role but one, changes and sees nothing."""
    with unit_of_work(app) as session:
        world = settle(session)
        stranger = session.scalars(select(Account).filter_by(login="o-n1")).one()
        there = set(session.scalars(select(Grant.role).filter_by(account_id=stranger.id)))
        for role in set(GRANTED) - {Role.SYSTEM_ADMIN} - there:
            row = {"role": role, "valid_from": SINCE, "granted_by": "test", "confirmed_by": "test"}
            session.add(Grant(account_id=stranger.id, **row))
        token = create_token(session, stranger.id, "test", days=1, actor="test", now=clock.now())
    before = everything(app)
    browser = Browser(app, "o-n1")
    form_token = browser.token()
    values = {thing.argument: thing.value for thing in world.things()}
    for rule, known in rules(app):
        if known.action.startswith("account.") or not rule.arguments <= set(values):
            continue
        address = app.url_map.bind("localhost").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}
        )
        headers = {"Authorization": f"Bearer {token}"} if rule.rule.startswith("/api/") else {}
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        form = {"csrf_token": form_token} if method == "POST" and not headers else None
        answer = browser.client.open(address, method=method, headers=headers, data=form)
        assert answer.status_code < 500, (address, answer.status_code)
        if known.subject:
            assert answer.status_code == 403, (address, answer.status_code)
        if known.action not in OPEN_TO_MANY:
            assert "Xã 1" not in answer.text and "Sở Nội vụ" not in answer.text, address
    assert everything(app) == before
    with unit_of_work(app, write=False) as session:
        refused = session.scalars(select(Audit.actor).where(Audit.action.startswith("refused:"))).all()
    assert set(refused) == {"o-n1"} and len(refused) > 30


def test_things_that_are_not_there(app: Flask) -> None:
    """Unknown and monstrous numbers are answered, never a fault of ours."""
    with unit_of_work(app) as session:
        world = settle(session)
        row = {"role": Role.SYSTEM_ADMIN, "valid_from": SINCE - timedelta(days=1), "granted_by": "test"}
        session.add(Grant(account_id=world.account, **row))
    browser = Browser(app, "o-c0001")
    for rule, known in rules(app):
        if "GET" in (rule.methods or ()) and known.subject and not rule.rule.startswith("/api/"):
            for value in (0, 10**9, 10**17):
                values = {name: str(value) if name == "code" else value for name in rule.arguments}
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
                assert browser.get(address).status_code == 404, address
