"""Two hosts with data folders of their own on one database: signed in at one, served by the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from core.db import database
from runtime.periods import period_of
from tests.browsers import Browser, settle_people
from tests.builders import RIGHT
from tests.integration.web.test_fill import ask, changes
from web.app import create_app


@pytest.fixture
def hosts(app: Flask, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two applications that share a database and the key of their visits."""
    shared = replace(app.config["SETTINGS"], secret_key="one key for all hosts")
    made = tuple(create_app(replace(shared, data=tmp_path / name)) for name in ("first", "second"))
    yield made[0], made[1]
    for each in made:
        with each.app_context():
            database.engine.dispose()


def test_a_save_goes_to_whichever_host(hosts: tuple[Flask, Flask]) -> None:
    settle_people(hosts[0])
    report = ask(hosts[0], "II.06a-VPCP-KSTT", period_of("quarter", 2026, 3))["C1"]
    first, second = Browser(hosts[0], "o-c1"), Browser(hosts[1])
    headers = {"X-CSRFToken": first.token()}
    kept = first.client.get_cookie("bieumau")
    assert kept
    second.client.set_cookie("bieumau", kept.value)
    assert second.is_in()
    address = f"/reports/{report}/save"
    body = {"base": 0, "idempotency_key": "the only one", "changes": changes("I1", RIGHT)}
    answers = [each.client.post(address, json=body, headers=headers) for each in (first, second, first)]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert [each.json["revision"] for each in answers if each.json] == [1, 1, 1]
    follow = body | {"base": 1, "idempotency_key": "the next one", "changes": changes("I2", RIGHT)}
    answer = second.client.post(address, json=follow, headers=headers)
    assert answer.json and answer.json["revision"] == 2
