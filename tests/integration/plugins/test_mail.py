"""Letters over a real wire with TLS: handed over, refused, tried again; held and gathered as people wish."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from agencies.accounts import Account, demo_people
from agencies.attributes import DUTY_TELEPHONE, set_attribute
from agencies.reach import Wishes, set_wishes
from agencies.store import read_tree
from core.clock import VIETNAM
from core.db import unit_of_work
from core.digests import send_held
from core.jobs import Job, run_pending_in_process
from core.notices import Message
from core.notify import Notice, set_channel
from plugins.smtp import deliver
from runtime.models import Report, Round
from runtime.rounds.reminders import remind_all, remind_due
from tests.browsers import Browser, settle_people
from tests.builders import NOW, SINCE, World, build, start_round
from tests.integration.plugins.post_office import PASSWORD, Office, certificate, open_office
from tests.integration.plugins.provider import SECRET, serving

SENDER = {"sender": "Báo cáo tỉnh <bao-cao@tinh.example>"}
MORNING = datetime(2026, 9, 16, 9, 0, tzinfo=VIETNAM)
DUE = MORNING + timedelta(days=2)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=[False, True], ids=["smtps", "starttls"])
def either(request: pytest.FixtureRequest, pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with open_office(pem, starttls=request.param) as office:
        yield office


@pytest.fixture
def office(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with open_office(pem, starttls=True) as office:
        yield office


LETTER = Message("round/1/x", "xa@tinh.example", "reminder", "Xã Một chưa gửi.\nHạn 17:00.", {}, "Báo cáo 1")


def test_a_letter_is_handed_over_with_its_receipt(either: Office) -> None:
    receipt = deliver(SENDER, either.address, LETTER)
    assert (receipt.outcome, receipt.status, receipt.answer) == ("sent", 250, "queued as 1")
    (letter,) = either.letters
    assert letter["Subject"] == "Báo cáo 1" and letter["To"] == "xa@tinh.example"
    assert letter.get_content().splitlines() == ["Xã Một chưa gửi.", "Hạn 17:00."]
    assert deliver(SENDER, either.address, LETTER).provider_id == receipt.provider_id == letter["Message-ID"]
    assert either.logins == ["bieumau", "bieumau"]


def test_what_is_refused_is_told_and_what_may_come_is_tried_later(office: Office) -> None:
    office.answer = lambda number: "451 try later" if number == 1 else "554 spam"
    found = [deliver(SENDER, office.address, LETTER) for _ in range(2)]
    found.append(deliver(SENDER, office.address, replace(LETTER, address="nobody@tinh.example")))
    found.append(deliver(SENDER, office.address.replace(PASSWORD, "wrong"), LETTER))
    found.append(deliver(SENDER, "smtps://localhost:1", LETTER))
    found.append(deliver(SENDER, "smtp+plain://mail.example", LETTER))
    found.append(deliver(SENDER, office.address, replace(LETTER, address="x@y\r\nBcc: z@z")))
    assert [(each.outcome, each.code) for each in found] == [
        ("later", "smtp.busy"),
        ("failed", "smtp.refused"),
        ("failed", "smtp.refused"),
        ("later", "smtp.login"),
        ("later", "smtp.away"),
        ("later", "smtp.server"),
        ("failed", "smtp.mailbox"),
    ]
    assert PASSWORD not in repr(found)


def test_a_server_nobody_vouches_for_is_not_trusted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert deliver(SENDER, office.address, LETTER).code == "smtp.away"
    assert office.letters == [] and office.logins == []


@pytest.fixture
def world(app: Flask, office: Office) -> World:
    """Two communes and the province with people and mailboxes; mail is on; a round is due in two days."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp=office.address)
    with unit_of_work(app) as session:
        made = build(session, 2)
        tree = read_tree(session, SINCE)
        nodes = [tree[made.lead], *(tree[agency] for agency in made.communes.values())]
        demo_people(session, nodes, prefix="o", password="một câu đủ dài", now=NOW)
        for account in session.scalars(select(Account)):
            account.email = f"{account.login}@tinh.example"
        set_channel(session, "smtp", SENDER, enabled=True, actor="sys", now=NOW)
        start_round(session, made)
        for table in (Round, Report):
            session.execute(update(table).values(due_at=DUE))
        session.execute(update(Round).values(opened_at=DUE - timedelta(days=9)))
    return made


def tell(app: Flask, moment: datetime) -> None:
    """What the clock asks at a moment, and the work that comes of it."""
    with unit_of_work(app) as session:
        remind_due(session, moment)
        remind_due(session, moment)
    with unit_of_work(app) as session:
        send_held(session, moment)
    with app.app_context():
        run_pending_in_process()


def taken(office: Office) -> list[str]:
    found = [str(letter["To"]) for letter in office.letters]
    office.letters.clear()
    return sorted(found)


def wish(app: Flask, login: str, wishes: Wishes) -> None:
    with unit_of_work(app) as session:
        account = session.scalars(select(Account.id).filter_by(login=login)).one()
        set_wishes(session, account, wishes)


def test_staff_are_told_before_the_deadline_and_the_receivers_people_after(
    app: Flask, world: World, office: Office
) -> None:
    staff = ["o-c0001@tinh.example", "o-c0002@tinh.example"]
    tell(app, DUE - timedelta(days=2))
    assert taken(office) == staff
    tell(app, DUE - timedelta(hours=1, minutes=55))
    assert taken(office) == staff
    tell(app, DUE + timedelta(minutes=5))
    assert taken(office) == staff
    tell(app, DUE + timedelta(days=1))
    assert set(taken(office)) >= {"o-31-th@tinh.example"} and not set(staff) & set(taken(office))


def test_who_wants_no_letters_gets_none(app: Flask, world: World, office: Office) -> None:
    wish(app, "o-c0001", Wishes(email=False))
    tell(app, DUE - timedelta(days=2))
    assert taken(office) == ["o-c0002@tinh.example"]


def test_a_digest_holds_all_that_waited_in_one_letter(app: Flask, world: World, office: Office) -> None:
    wish(app, "o-c0001", Wishes(gathered="daily"))
    tell(app, DUE - timedelta(days=2))
    with unit_of_work(app) as session:
        remind_all(session, session.scalars(select(Round.id)).one(), actor="a", now=DUE - timedelta(hours=40))
    tell(app, DUE - timedelta(hours=39))
    assert taken(office) == ["o-c0002@tinh.example"] * 2
    tell(app, DUE - timedelta(hours=26, minutes=1))
    assert taken(office) == []
    tell(app, DUE - timedelta(hours=26))
    (letter,) = office.letters
    assert letter["To"] == "o-c0001@tinh.example" and letter["Subject"] == "Các tin về báo cáo"
    assert letter.get_content().startswith("1 tin về báo cáo:\r\n- Xã 1")
    with unit_of_work(app, write=False) as session:
        assert list(session.scalars(select(Notice.state))).count("gathered") == 2
    tell(app, DUE - timedelta(hours=25))
    assert len(office.letters) == 1


def test_nights_are_quiet_but_for_urgent_rounds(app: Flask, world: World, office: Office) -> None:
    night = MORNING.replace(hour=22)
    with unit_of_work(app) as session:
        remind_all(session, session.scalars(select(Round.id)).one(), actor="a", now=night)
    tell(app, night)
    assert taken(office) == []
    with unit_of_work(app) as session:
        session.execute(update(Round).values(opened_at=DUE - timedelta(hours=20)))
        remind_all(
            session, session.scalars(select(Round.id)).one(), actor="a", now=night + timedelta(hours=1)
        )
    tell(app, night + timedelta(hours=1))
    assert taken(office) == ["o-c0001@tinh.example", "o-c0002@tinh.example"]
    tell(app, MORNING.replace(hour=7) + timedelta(days=1))
    assert taken(office) == ["o-c0001@tinh.example", "o-c0002@tinh.example"]


def test_a_server_that_is_away_gets_its_letters_later(app: Flask, world: World, office: Office) -> None:
    office.answer = lambda number: "451 try later" if number <= 2 else "250 fine"
    tell(app, DUE - timedelta(days=2))
    with unit_of_work(app) as session:
        assert {each.state for each in session.scalars(select(Notice))} == {"pending"}
        session.execute(update(Job).where(Job.state == "pending").values(not_before=None))
    with app.app_context():
        run_pending_in_process()
    with unit_of_work(app, write=False) as session:
        assert {each.state for each in session.scalars(select(Notice))} == {"sent"}
    assert [letter["Message-ID"] for letter in office.letters[:2]] == [
        letter["Message-ID"] for letter in office.letters[2:]
    ]


def test_telephone_and_mail_go_side_by_side(app: Flask, world: World, office: Office) -> None:
    with serving() as provider:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], notice_secret=SECRET)
        with unit_of_work(app) as session:
            commune = world.communes["C0001"]
            set_attribute(session, commune, DUTY_TELEPHONE, "0912345678", since=SINCE, actor="t", now=NOW)
            set_channel(session, "http_gateway", provider.values(), enabled=True, actor="sys", now=NOW)
        tell(app, DUE - timedelta(days=2))
        assert [each["to"] for each in provider.asked] == ["84912345678"]
        assert len(taken(office)) == 2


def test_a_person_chooses_on_his_page(app: Flask) -> None:
    settle_people(app)
    browser = Browser(app, "o-c1")
    wanted = {"email": "yes", "gathered": "daily", "quiet_from": "20", "quiet_until": "6"}
    assert browser.post("/account/reach", **wanted).status_code == 302
    page = browser.get("/account/reach").text
    assert 'value="daily" checked' in page and 'value="telephone" checked' not in page
    assert browser.post("/account/reach", **wanted | {"quiet_from": "99"}).status_code == 400
