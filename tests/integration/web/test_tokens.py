"""A person makes and revokes tokens on the account page, an administrator by command."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.browsers import Browser, settle_people
from tests.integration.web.programs import Program


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    yield app


def test_made_shown_once_used_and_revoked(world: Flask) -> None:
    browser = Browser(world, "o-c1")
    page = browser.post("/account/tokens/", name="phần mềm  một cửa", days="30").text
    token = re.search(r"bieumau_[\w-]{43}", page)
    assert token and "phần mềm một cửa" in page
    assert token[0] not in browser.get("/account/tokens/").text
    program = Program(world.test_client(), token[0])
    assert program.get("/me")["login"] == "o-c1"

    address = re.search(r"/account/tokens/\d+/revoke", page)
    assert address
    assert Browser(world, "o-c2").post(address[0]).status_code == 404
    assert program.get("/me")["agency"] == "C1"
    assert browser.post(address[0]).headers["Location"] == "/account/tokens/"
    program.get("/me", status=401)
    assert "chưa có mã" in browser.get("/account/tokens/").text


@pytest.mark.parametrize(
    "form",
    [
        {"days": "30"},
        {"name": "x" * 101, "days": "30"},
        {"name": "x", "days": "9999"},
        {"name": "x", "days": "y"},
    ],
)
def test_a_token_needs_a_name_and_an_end(world: Flask, form: dict[str, str]) -> None:
    browser = Browser(world, "o-c1")
    answer = browser.post("/account/tokens/", **form)
    assert (answer.status_code, "bieumau_" in answer.text) == (422, False)
    assert "alert-danger" in answer.text


def test_by_command(world: Flask, bieumau: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    made = json.loads(bieumau("token", "create", "o-c1", "--name", "thử", "--json").stdout)
    program = Program(world.test_client(), made["token"])
    assert program.get("/me")["login"] == "o-c1"
    (line,) = json.loads(bieumau("token", "list", "o-c1", "--json").stdout)
    assert line["name"] == "thử"
    assert bieumau("token", "revoke", "o-c2", str(line["id"])).returncode == 3
    assert bieumau("token", "revoke", "o-c1", str(line["id"])).returncode == 0
    program.get("/me", status=401)
    shown = bieumau("token", "create", "o-c1", "--name", "thử", "--days", "1")
    assert "chỉ hiện lần này" in shown.stdout
    assert bieumau("token", "list", "nobody").returncode == 3
