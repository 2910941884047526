"""Messages to a provider that answers, fails, hangs up or talks nonsense: each is told once, none is lost."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select, update

from agencies.accounts import Account, demo_people
from agencies.attributes import DUTY_TELEPHONE, NOTICE_LANGUAGE, attributes_of, set_attribute
from agencies.store import read_tree
from core.audit import Audit
from core.db import unit_of_work
from core.errors import Invalid
from core.jobs import Job, request_job, run, run_pending_in_process
from core.notify import WAITS, Notice, counts, faults, set_channel
from plugins import http_gateway
from runtime.flow.workflow import move
from runtime.rounds.notices import subject_of
from runtime.rounds.opening import open_round
from template_library.versions import get_version
from tests.builders import NOW, QUARTER, SINCE, World, build, report_of
from tests.integration.plugins.provider import SECRET, Provider, serving

COMMUNES = 5


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving() as provider:
        yield provider


@pytest.fixture
def world(app: Flask, provider: Provider) -> World:
    """Five communes with a duty telephone, and a gateway that is set up."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], notice_secret=SECRET)
    with unit_of_work(app) as session:
        made = build(session, COMMUNES)
        for number, agency in enumerate(made.communes.values()):
            told = f"091234567{number}"
            set_attribute(session, agency, DUTY_TELEPHONE, told, since=SINCE, actor="test", now=NOW)
        set_channel(session, "http_gateway", provider.values(), enabled=True, actor="sys", now=NOW)
    return made


def open_told(app: Flask, world: World) -> int:
    """A round whose agencies are told; all its jobs done."""
    with unit_of_work(app) as session:
        opened = open_round(
            session,
            version=get_version(session, world.version),
            period=QUARTER,
            lead=world.lead,
            due_at=NOW,
            announce=True,
            actor="test",
            now=NOW,
        ).id
    work(app)
    return opened


def work(app: Flask) -> None:
    with app.app_context():
        run_pending_in_process()


def hurry(app: Flask) -> bool:
    """Make what waits for a later try due now, and do it; whether there was such work."""
    with unit_of_work(app) as session:
        changed = session.execute(
            update(Job).where(Job.state == "pending").values(not_before=None).returning(Job.id)
        ).all()
    work(app)
    return bool(changed)


def notices(app: Flask) -> list[Notice]:
    with unit_of_work(app, write=False) as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_each_agency_of_a_round_is_told_once(app: Flask, world: World, provider: Provider) -> None:
    opened = open_told(app, world)
    assert sorted(each["to"] for each in provider.asked) == [f"8491234567{n}" for n in range(COMMUNES)]
    assert "Xã 1" in " ".join(each["text"] for each in provider.asked)
    assert "quý III/2026" in provider.asked[0]["text"] and "09:00 01/09/2026" in provider.asked[0]["text"]
    assert set(provider.keys) == {f"Bearer {SECRET}"}
    assert len({each["request"] for each in provider.asked}) == COMMUNES
    with unit_of_work(app, write=False) as session:
        assert counts(session, subject_of(opened)) == {"pending": 0, "sent": COMMUNES, "failed": 0}
    found = notices(app)
    assert {(each.state, each.tries, each.status) for each in found} == {("sent", 1, 200)}
    assert sorted(each.provider_id for each in found) == [f"m{n}" for n in range(1, COMMUNES + 1)]
    assert all(each.tried_at for each in found)


def test_an_agency_is_told_in_its_language(app: Flask, world: World, provider: Provider) -> None:
    with unit_of_work(app) as session:
        foreign = world.communes["C0001"]
        set_attribute(session, foreign, NOTICE_LANGUAGE, "en", since=SINCE, actor="test", now=NOW)
        with pytest.raises(Invalid) as refused:
            set_attribute(session, foreign, NOTICE_LANGUAGE, "fr", since=SINCE, actor="test", now=NOW)
        assert refused.value.code == "attribute.language"
        assert NOTICE_LANGUAGE not in attributes_of(read_tree(session, SINCE), foreign)
    open_told(app, world)
    texts = {each["to"]: each["text"] for each in provider.asked}
    assert "asks Xã 1 to report" in texts["84912345670"] and "quarter III/2026" in texts["84912345670"]
    assert "quý III/2026" in texts["84912345671"]


def test_running_every_job_twice_tells_nobody_twice(app: Flask, world: World, provider: Provider) -> None:
    open_told(app, world)
    with unit_of_work(app) as session:
        session.execute(update(Job).values(state="pending", checkpoint=None))
    work(app)
    assert len(provider.asked) == COMMUNES and len(notices(app)) == COMMUNES


def test_a_provider_that_is_at_fault_is_asked_again(app: Flask, world: World, provider: Provider) -> None:
    provider.answer = lambda number: (500, "oops") if number == 2 else (200, '{"error": 0, "id": "x"}')
    open_told(app, world)
    assert sorted(each.state for each in notices(app)) == ["pending", *["sent"] * 4]
    work(app)  # not before its time
    assert len(provider.asked) == COMMUNES
    assert hurry(app)
    assert {each.state for each in notices(app)} == {"sent"}
    assert len(provider.asked) == COMMUNES + 1
    assert provider.asked[1]["request"] == provider.asked[-1]["request"]


@pytest.mark.parametrize("status", [0, 503])
def test_a_provider_that_stays_away_holds_nobody_up(
    app: Flask, world: World, provider: Provider, status: int
) -> None:
    provider.answer = lambda number: (status, "")
    opened = open_told(app, world)
    assert len(provider.asked) == 3  # then the others are not even tried
    for _ in WAITS:
        assert hurry(app)
    assert {(each.state, each.code) for each in notices(app)} <= {
        ("failed", "gateway.away"),
        ("failed", "gateway.busy"),
    }
    asked = len(provider.asked)
    assert not hurry(app)
    assert len(provider.asked) == asked == 3 * (len(WAITS) + 1)
    with unit_of_work(app, write=False) as session:
        assert counts(session, subject_of(opened))["failed"] == COMMUNES


def test_an_address_where_nobody_listens(app: Flask, world: World, provider: Provider) -> None:
    with unit_of_work(app) as session:
        values = provider.values(address="http://127.0.0.1:9/send")
        set_channel(session, "http_gateway", values, enabled=True, actor="sys", now=NOW)
    open_told(app, world)
    assert {(each.state, each.code) for each in notices(app)} == {("pending", "gateway.away")}


def test_a_provider_that_lets_us_wait(
    app: Flask, world: World, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_gateway, "SECONDS", 0.05)

    def dawdle(number: int) -> tuple[int, str]:
        sleep(0.3)
        return 200, "{}"

    provider.answer = dawdle
    open_told(app, world)
    assert {(each.state, each.code) for each in notices(app)} == {("pending", "gateway.away")}


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (200, "<html>", "gateway.unreadable"),
        (200, '{"error": -201, "message": "s3cret-of-the-provider is blocked"}', "gateway.refused"),
        (302, "", "gateway.refused"),
        (400, "bad", "gateway.refused"),
    ],
)
def test_what_is_refused_is_not_tried_again(
    app: Flask, world: World, provider: Provider, status: int, text: str, code: str
) -> None:
    provider.answer = lambda number: (status, text)
    open_told(app, world)
    found = notices(app)
    assert {(each.state, each.code, each.tries) for each in found} == {("failed", code, 1)}
    assert all(SECRET not in each.answer for each in found)
    assert not hurry(app)


def test_killed_between_answer_and_receipt(app: Flask, world: World, provider: Provider) -> None:
    """The message is tried again under the same request id, by which the provider knows it."""

    def die(number: int) -> tuple[int, str]:
        if number == 2:
            with unit_of_work(app) as session:  # another worker takes the job over
                session.execute(update(Job).where(Job.state == "running").values(claim=Job.claim + 1))
        return 200, f'{{"error": 0, "id": "m{number}"}}'

    provider.answer = die
    open_told(app, world)
    assert len(provider.asked) == 2
    with unit_of_work(app) as session:
        session.execute(update(Job).where(Job.state == "running").values(state="pending"))
    work(app)
    assert {each.state for each in notices(app)} == {"sent"}
    assert len(provider.asked) == COMMUNES + 1
    assert provider.asked[1]["request"] == provider.asked[2]["request"]


def test_staff_are_told_of_a_returned_report(app: Flask, world: World, provider: Provider) -> None:
    with unit_of_work(app) as session:
        commune = read_tree(session, SINCE)[world.communes["C0001"]]
        demo_people(session, [commune], prefix="o", password="một câu đủ dài", now=NOW)
        session.execute(update(Account).where(Account.login == "o-c0001").values(telephone="0987654321"))
        session.execute(update(Account).where(Account.login == "o-c0001-ld").values(telephone="0911111111"))
        opened = open_round(
            session,
            version=get_version(session, world.version),
            period=QUARTER,
            lead=world.lead,
            actor="t",
            now=NOW,
        )
    work(app)
    with unit_of_work(app) as session:
        report = report_of(session, opened, commune.id)
        report.state = "submitted"
        move(session, report.id, "return", reason="Sai dòng 1.2", actor="t", now=NOW)
    work(app)
    assert [(each["to"], "Sai dòng 1.2" in each["text"]) for each in provider.asked] == [
        ("84987654321", True)
    ]
    work(app)
    assert len(provider.asked) == 1


def test_without_a_channel_nobody_is_told_and_nothing_fails(app: Flask) -> None:
    with unit_of_work(app) as session:
        made = build(session, 2)
        agency = made.communes["C0001"]
        set_attribute(session, agency, DUTY_TELEPHONE, "0912345678", since=SINCE, actor="t", now=NOW)
    open_told(app, made)
    assert [(each.state, each.code) for each in notices(app)] == [("failed", "notice.no_channel")]


def test_settings_are_checked_and_written_into_the_audit(app: Flask, provider: Provider) -> None:
    with unit_of_work(app) as session, pytest.raises(Invalid) as refused:
        set_channel(session, "http_gateway", provider.values(), enabled=True, actor="sys", now=NOW)
    assert {finding.code for finding in refused.value.findings} == {"gateway.no_secret"}
    with unit_of_work(app) as session:
        values = provider.values(headers="")
        set_channel(session, "http_gateway", values, enabled=True, actor="sys", now=NOW)
        set_channel(session, "http_gateway", values, enabled=True, actor="sys", now=NOW)
        set_channel(session, "http_gateway", values, enabled=False, actor="sys2", now=NOW)
    with unit_of_work(app, write=False) as session:
        deeds = session.execute(select(Audit.actor, Audit.facts).filter_by(action="notice.set")).all()
    assert [(actor, facts["enabled"]) for actor, facts in deeds] == [("sys", 1), ("sys2", 0)]
    assert "address" in deeds[0].facts["changed"] and provider.address not in str(deeds)


def test_the_secret_is_in_no_table_and_no_log(
    app: Flask, world: World, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.answer = lambda number: (400 if number % 2 else 500, f"bad key {SECRET}")
    open_told(app, world)
    assert SECRET not in caplog.text and SECRET not in repr(app.config["SETTINGS"])
    with unit_of_work(app, write=False) as session:
        from core.db import Base

        for table in Base.metadata.sorted_tables:
            assert SECRET not in repr(session.execute(select(table)).all()), table.name


def test_the_doctor_tells_of_a_channel_that_lost_its_secret(app: Flask, world: World) -> None:
    with unit_of_work(app, write=False) as session:
        assert not faults(session)
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], notice_secret="")
        assert [fault.code for fault in faults(session)] == ["gateway.no_secret"]
        app.config["PLUGINS"] = {}
        assert [fault.code for fault in faults(session)] == ["notice.unknown_channel"]


def test_a_job_asked_for_later_waits(app: Flask) -> None:
    with unit_of_work(app) as session:
        waiting = request_job(session, "core.send_notices", "none", after=WAITS[0]).id
    with app.app_context():
        run(waiting)
    with unit_of_work(app) as session:
        assert session.get_one(Job, waiting).state == "pending"
