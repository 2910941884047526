"""In whose hands a report is: nobody types what is not his, who types for others says how it was told."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import grants
from agencies.access import Actor, Role
from agencies.accounts import Account, demo_people
from agencies.acting import acted, appoint, appointments, end_acting
from agencies.store import read_tree
from agencies.visits import read_actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from engine.sheet import Status
from runtime.filling.entry import Change, save
from runtime.models import Journal, Report
from runtime.programs import program_for
from runtime.rights import subject_of_report
from runtime.rounds.closing import close_round
from runtime.rounds.entry_for import begin_entry_for, entries_for
from runtime.rounds.links import actor_of_link, create_link, list_links, open_link, revoke_link
from runtime.rounds.personal_parts import closed_to, give_part, print_part, read_part, read_parts
from runtime.sheets import read_sheets
from tests.builders import NOW, RIGHT, SINCE, World, build, report_of, row, start_round

TODAY = NOW.date()


class Hands:
    """The report of C0001, which the province leads."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.world: World = build(session, communes=2)
        self.round = start_round(session, self.world)
        self.report: Report = report_of(session, self.round, self.world.communes["C0001"])
        self.layout = program_for(session, self.report).layout

    def enter(self, actor: str, *changes: Change) -> list[str]:
        saved = save(
            self.session,
            self.report.id,
            base=self.report.revision,
            idempotency_key=f"{actor} {self.report.revision} {len(changes)}",
            changes=changes,
            actor=actor,
            now=NOW,
        )
        return [finding.where for finding in saved.findings if finding.code == "figure.others_part"]

    def give(self, login: str, text: str) -> None:
        give_part(self.session, self.report.id, login, self.layout, text, actor="o", now=NOW)

    def actor(self, agency: int, login: str, *roles: Role) -> Actor:
        return Actor(1, login, login, agency, frozenset(roles))


def test_nobody_types_what_is_not_his_and_the_parts_are_one_report(session: Session) -> None:
    hands = Hands(session)
    hands.give("an", "A[I1], A[;5]")
    hands.give("binh", "A[I2]")
    assert hands.enter("an", *row("I1"), *row("I2")) == [
        f"A[I2;{column}]" for column in ("4", "6", "8", "9", "10", "12", "13")
    ]
    assert set(hands.enter("binh", *row("I1"), *row("I2"))) == {f"A[I1;{at}]" for at in RIGHT}
    hands.enter("dung", *row("I3", {"4": "7"}))  # what nobody was given is everybody's
    who = {
        (entry.row, entry.column): entry.actor
        for entry in session.scalars(select(Journal).filter_by(report_id=hands.report.id, how="typed"))
    }
    assert {actor for (key, column), actor in who.items() if key == "I1"} == {"an"}
    assert {actor for (key, column), actor in who.items() if key == "I2" and column != "5"} == {"binh"}
    assert who["I3", "4"] == "dung"
    own = read_sheets(session, hands.layout, [hands.report.id], "own")[hands.report.id]
    there = {(key, column) for (_, key, column), _, figure in own.figures() if figure.status != Status.BLANK}
    assert {("I1", "4"), ("I2", "4"), ("I3", "4")} <= there


def test_the_page_closes_what_the_save_refuses(session: Session) -> None:
    hands = Hands(session)
    hands.give("an", "A[I1], A[;5]")
    parts = read_parts(session, hands.report.id)
    assert closed_to(hands.layout, parts, "an") == {}
    closed = closed_to(hands.layout, parts, "binh")
    refused = set(hands.enter("binh", *row("I1"), *row("I2")))
    assert refused == {f"A[I1;{column}]" for column in RIGHT} | {"A[I2;5]"}
    assert {("A", "I1", "4"), ("A", "I2", "5")} <= set(closed) and ("A", "I2", "4") not in closed
    hands.give("an", "")
    assert read_parts(session, hands.report.id) == {} and hands.enter("binh", *row("I1")) == []


def test_parts_are_printed_as_they_are_read(session: Session) -> None:
    hands = Hands(session)
    for text in ("A", "A[I1]", "A[;5]", "A[I1;5], A[I2]"):
        read = read_part(hands.layout, text)
        assert read and read_part(hands.layout, print_part(hands.layout, read)) == read
    with pytest.raises(Invalid) as refused:
        read_part(hands.layout, "A[I1], nothing, A[;99]")
    assert [finding.facts["text"] for finding in refused.value.findings] == ["nothing", "A[;99]"]


def test_who_types_for_another_agency_says_how_it_was_told(session: Session) -> None:
    hands = Hands(session)
    staff = hands.actor(hands.world.lead, "tinh", Role.ENTRY)
    assert "behalf" not in subject_of_report(session, staff, hands.report.id).relations
    told = {"channel": "telephone", "spoken_with": "Văn phòng xã", "actor": "tinh", "now": NOW}
    begin_entry_for(session, hands.report.id, spoken_at=NOW - timedelta(minutes=5), **told)  # type: ignore[arg-type]
    assert "behalf" in subject_of_report(session, staff, hands.report.id).relations
    other = hands.actor(hands.world.lead, "another", Role.ENTRY)
    assert "behalf" not in subject_of_report(session, other, hands.report.id).relations
    assert [each.spoken_with for each in entries_for(session, hands.report.id)] == ["Văn phòng xã"]
    for wrong in ({"spoken_with": " "}, {"channel": "owl"}, {"spoken_at": NOW + timedelta(minutes=1)}):
        with pytest.raises(Invalid):
            begin_entry_for(session, hands.report.id, **{"spoken_at": NOW, **told, **wrong})  # type: ignore[arg-type]


def test_a_link_opens_one_report_until_it_ends(session: Session) -> None:
    hands = Hands(session)
    other = report_of(session, hands.round, hands.world.communes["C0002"])
    text = create_link(session, hands.report.id, "Công ty cấp nước", days=3, actor="o", now=NOW)
    assert open_link(session, text, now=NOW) == hands.report.id
    bearer = actor_of_link(session, text, now=NOW)
    assert bearer and bearer.name == "Công ty cấp nước"
    assert "held" in subject_of_report(session, bearer, hands.report.id).relations
    assert "held" not in subject_of_report(session, bearer, other.id).relations
    late = NOW + timedelta(days=3)
    assert actor_of_link(session, text, now=late) is None
    with pytest.raises(NotFound):
        open_link(session, text, now=late)
    (link,) = list_links(session, hands.report.id)
    assert text not in link.key
    with pytest.raises(NotFound):
        revoke_link(session, other.id, link.id, actor="o", now=NOW)
    for _ in range(2):
        revoke_link(session, hands.report.id, link.id, actor="o", now=NOW)
    assert actor_of_link(session, text, now=NOW) is None
    close_round(session, hands.round.id, actor="lead", now=NOW)
    with pytest.raises(Conflict):
        create_link(session, hands.report.id, "Công ty", days=3, actor="o", now=NOW)


def test_who_acts_for_an_approver_does_so_by_a_decision_to_its_last_day(session: Session) -> None:
    build(session, communes=1)
    commune = read_tree(session, SINCE).with_code("C0001")
    demo_people(session, [commune], prefix="o", password="một câu đủ dài", now=NOW)
    ids = {login: account for account, login in session.execute(select(Account.id, Account.login))}
    deputy, head = ids["o-c0001-th"], ids["o-c0001-ld"]
    admin = Actor(ids["o-c0001-qt"], "o-c0001-qt", "", commune.id, frozenset({Role.UNIT_ADMIN}))
    first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    told = {"first": first, "last": last, "decision": "12/QĐ-UBND", "by": admin, "now": NOW, "on": TODAY}
    for _ in range(2):
        appoint(session, deputy, head, **told)  # type: ignore[arg-type]
    assert len(appointments(session, [deputy])) == 1

    def approves(days: int) -> bool:
        actor = read_actor(session, Account.id == deputy, on=TODAY + timedelta(days=days))
        return actor is not None and Role.APPROVER in actor.roles

    assert not approves(1)  # nobody confirmed it
    with pytest.raises(Forbidden):
        grants.confirm(session, deputy, by=admin, now=NOW, on=TODAY)
    second = Actor(head, "o-c0001-ld", "", commune.id, frozenset({Role.APPROVER}))
    grants.confirm(session, deputy, by=second, now=NOW, on=TODAY)
    assert [approves(days) for days in range(5)] == [False, True, True, True, False]
    assert acted(session, ["o-c0001-th"], last)["o-c0001-th"].decision == "12/QĐ-UBND"
    assert acted(session, ["o-c0001-th"], last + timedelta(days=1)) == {}
    grants.set_roles(session, deputy, [Role.READER], by=admin, now=NOW, on=TODAY)
    assert approves(2)  # setting roles touches no appointment
    (appointment,) = appointments(session, [deputy])
    end_acting(session, deputy, appointment.grant, by="o", now=NOW, on=first + timedelta(days=1))
    assert [approves(days) for days in range(5)] == [False, True, False, False, False]
    for wrong in (
        {"decision": " "},
        {"last": first - timedelta(days=1)},
        {"last": first + timedelta(days=400)},
    ):
        with pytest.raises(Invalid):
            appoint(session, deputy, head, **{**told, **wrong})  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        appoint(session, deputy, deputy, **told)  # type: ignore[arg-type]
