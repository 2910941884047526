"""Signing in, the first password, locks and limits; what guards every request."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select, update

from agencies import people
from agencies.accounts import Account, Visit
from agencies.passwords import draw_code
from agencies.tokens import create_token
from core import clock
from core.audit import Audit
from core.db import unit_of_work
from core.settings import read_settings
from tests.browsers import PASSWORD, Browser, account_id, settle_people
from web.app import create_app
from web.security import limiter

ENTRY = "o-c1"
NEW = "câu mới cũng dài"


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    yield app


def give_code(app: Flask, login: str = ENTRY) -> str:
    with unit_of_work(app) as session:
        return people.reset(session, people.find_login(session, login), by="test", now=clock.now()).code


def deeds(app: Flask) -> list[tuple[str | None, str]]:
    with unit_of_work(app, write=False) as session:
        return [(row.actor, row.action) for row in session.scalars(select(Audit).order_by(Audit.id))]


def test_in_and_out(world: Flask) -> None:
    browser = Browser(world)
    assert browser.get("/account").headers["Location"] == "/sign-in?next=/account"
    answer = browser.sign_in(f"  {ENTRY.upper()} ", next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account")
    page = browser.get("/account").text
    assert "Cán bộ nhập liệu – Xã Một" in page and "Nhập liệu, Xem báo cáo" in page
    held = browser.client.get_cookie("bieumau")
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"
    assert not browser.is_in()
    assert held
    browser.client.set_cookie("bieumau", held.value)  # a copy of the cookie opens nothing any more
    assert not browser.is_in()


def test_a_wrong_password_loses_nothing_and_tells_nothing(world: Flask) -> None:
    browser = Browser(world)
    wrong, nobody = browser.sign_in(ENTRY, "sai"), browser.sign_in("nobody", "sai")
    assert wrong.status_code == nobody.status_code == 422
    for page in (wrong.text, nobody.text):
        assert "Tên đăng nhập hoặc mật khẩu không đúng." in page
    assert f'value="{ENTRY}"' in wrong.text
    assert deeds(world)[-1] == (None, "refused:account.sign_in")


def test_who_fails_often_waits_and_nobody_else(world: Flask) -> None:
    browser = Browser(world)
    assert [browser.sign_in(ENTRY, "sai").status_code for _ in range(11)] == [422] * 10 + [429]
    refused = browser.sign_in(ENTRY)
    assert refused.status_code == 429 and "Hãy chờ 15 phút" in refused.text
    assert Browser(world).sign_in("o-c2").status_code == 302
    assert Browser(world, address="127.0.0.2").sign_in(ENTRY).status_code == 302


def test_that_an_account_is_locked_only_its_person_learns(world: Flask) -> None:
    inside = Browser(world, ENTRY)
    Browser(world, "o-c1-qt").post(f"/people/{account_id(world, ENTRY)}/lock")
    assert not inside.is_in()
    told = "Tài khoản này đang bị khóa"
    assert told in Browser(world).sign_in(ENTRY).text
    assert told not in Browser(world).sign_in(ENTRY, "sai").text


def test_the_first_password(world: Flask) -> None:
    code = give_code(world)
    browser = Browser(world)
    assert browser.sign_in(ENTRY, PASSWORD).status_code == 422
    shown = browser.sign_in(ENTRY, code.lower().replace("-", " "))  # typed into the usual page
    assert shown.status_code == 200 and "Đăng nhập lần đầu" in shown.text
    form = {"login": ENTRY, "code": code}
    for new, again, told in [
        ("ngắn", "ngắn", "phải dài từ 10"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "dễ đoán"),
        (NEW, f"{NEW}!", "không giống nhau"),
    ]:
        refused = browser.post("/first-sign-in", **form, new=new, again=again)
        assert refused.status_code == 422 and told in refused.text and code in refused.text
    assert browser.post("/first-sign-in", **form, new=NEW, again=NEW).status_code == 302
    assert browser.is_in()
    once = Browser(world).post("/first-sign-in", **form, new=PASSWORD, again=PASSWORD)
    assert once.status_code == 422 and Browser(world).sign_in(ENTRY).status_code == 422
    assert Browser(world).sign_in(ENTRY, NEW).status_code == 302


def test_a_code_ends(world: Flask) -> None:
    code = give_code(world)
    with unit_of_work(world) as session:
        session.execute(update(Account).values(code_until=clock.now() - timedelta(seconds=1)))
    form = {"login": ENTRY, "new": NEW, "again": NEW}
    assert Browser(world).post("/first-sign-in", code=code, **form).status_code == 422
    assert Browser(world).post("/first-sign-in", code=draw_code(), **form).status_code == 422


def test_a_new_password_ends_other_visits(world: Flask) -> None:
    here, there = Browser(world, ENTRY), Browser(world, ENTRY)
    assert here.post("/account/password", old="sai", new=NEW, again=NEW).status_code == 422
    assert here.post("/account/password", old=PASSWORD, new=NEW, again=NEW).status_code == 302
    assert here.is_in() and not there.is_in()
    assert Browser(world).sign_in(ENTRY).status_code == 422


def test_a_visit_ends_with_the_day(world: Flask) -> None:
    browser = Browser(world, ENTRY)
    with unit_of_work(world) as session:
        session.execute(update(Visit).values(started_at=clock.now() - timedelta(hours=12)))
    assert not browser.is_in()


def test_signing_in_begins_a_new_session(world: Flask) -> None:
    browser = Browser(world)
    planted = browser.token()
    with browser.client.session_transaction() as session:
        session["planted"] = "x"
    assert browser.sign_in(ENTRY).status_code == 302
    with browser.client.session_transaction() as session:
        assert "planted" not in session
    assert browser.post("/sign-out", token=planted).status_code == 400


def test_a_forged_request_is_refused(world: Flask) -> None:
    browser = Browser(world, ENTRY)
    for address in ("/sign-in", "/sign-out", "/lang", "/account/password", "/people/1/lock"):
        for token in ("", "forged"):
            assert browser.post(address, token=token, lang="en").status_code == 400, address
    assert browser.is_in()


def test_a_browser_that_forgot_its_session_keeps_what_was_typed(world: Flask) -> None:
    browser = Browser(world)
    stale = browser.post("/sign-in", token="stale", login=ENTRY, password=PASSWORD)
    assert stale.status_code == 400 and f'value="{ENTRY}"' in stale.text and "gửi lại" in stale.text


def test_behind_https(short_dir: Path) -> None:
    app = create_app(read_settings({"BIEUMAU_DATA": str(short_dir / "https"), "BIEUMAU_HTTPS": "1"}))
    answer = app.test_client().get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert app.config["SESSION_COOKIE_SECURE"]


def test_signing_in_leads_nowhere_else(world: Flask) -> None:
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "evil"):
        assert Browser(world).sign_in(ENTRY, next=target).headers["Location"] == "/"


def test_the_language_stays_with_the_account(world: Flask) -> None:
    browser = Browser(world, ENTRY)
    assert browser.post("/lang", lang="en", back="/account").headers["Location"] == "/account"
    assert "My account" in browser.get("/account").text
    assert "My account" in Browser(world, ENTRY).get("/account").text
    assert "Tài khoản của tôi" in Browser(world, "o-c2").get("/account").text


def test_every_answer_carries_the_guards(world: Flask) -> None:
    browser = Browser(world)
    for address in ("/sign-in", "/account", "/nowhere", "/healthz"):
        first, second = (browser.get(address).headers for _ in range(2))
        policy = first["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
        assert "unsafe" not in policy and policy != second["Content-Security-Policy"]
        assert first["X-Content-Type-Options"] == "nosniff"
        assert first["X-Frame-Options"] == "DENY"
        assert first["Referrer-Policy"] == "same-origin"
        assert first["Cache-Control"] == "no-store"


def test_a_request_of_30_mb_is_refused(world: Flask) -> None:
    browser = Browser(world, "sys-31")
    kind = "multipart/form-data; boundary=x"
    answer = browser.client.post("/people/import", data=bytes(30_000_000), content_type=kind)
    assert answer.status_code == 413 and "Tệp quá lớn" in answer.text


def test_the_key_is_kept_to_its_owner(app: Flask) -> None:
    kept = app.config["SETTINGS"].data / "secret.key"
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    assert app.secret_key == kept.read_text() and len(kept.read_text()) == 64


def test_failures_are_counted_in_valkey_and_without_it(
    world: Flask, valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "_storage_dead", False)  # an earlier test had no server
    browser = Browser(world)
    assert browser.sign_in(ENTRY, "sai").status_code == 422
    with Redis.from_url(valkey) as client:
        assert client.keys(f"*{ENTRY}*")
        client.shutdown(nosave=True)
    assert browser.sign_in(ENTRY, "sai").status_code == 422
    assert browser.sign_in(ENTRY).status_code == 302


def test_a_reset_ends_programs_too(world: Flask) -> None:
    with unit_of_work(world) as session:
        who = people.find_login(session, ENTRY)
        token = create_token(session, who, "máy", days=1, actor=ENTRY, now=clock.now())
    call = partial(world.test_client().get, "/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert call().status_code == 200
    give_code(world)
    assert call().status_code == 401
