"""The doctor finds what is wrong, says so in words, and calls nothing wrong that is well."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text

from core import clock, doctor
from core.audit import record
from core.db import unit_of_work
from core.doctor import examine
from core.jobs import Job
from core.messages import LANGUAGES, catalogue
from tests.builders import NOW
from tests.conftest import Worker


@pytest.fixture
def look(app: Flask) -> Callable[..., dict[str, str]]:
    """What each check found, without what needs a queue unless asked for."""

    def findings(*, later: timedelta = timedelta(0)) -> dict[str, str]:
        secret = app.config["SETTINGS"].data / "secret.key"
        found = list(examine(app, secret=secret, now=clock.now() + later))
        for each in found:
            assert all(each.code in catalogue(lang) for lang in LANGUAGES), each.code
        return {each.where or "audit": f"{each.code.rpartition('.')[2]} {each.severity}" for each in found}

    return findings


def test_all_is_well(app: Flask, worker: Callable[..., Worker], look: Callable[..., dict[str, str]]) -> None:
    worker()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="https://bc.example.vn")
    for _ in range(200):
        found = look()
        if found.get("worker") == "good note":
            break
        sleep(0.05)
    found.pop("disk")  # the machine's own affair
    if "sqlite" not in app.config["SETTINGS"].database_url:
        assert found.pop("journal") in ("good note", "unsafe error")  # the tests' server may forgo fsync
    assert set(found.values()) == {"good note"}, found
    assert look(later=timedelta(minutes=5))["worker"] == "none error"


def test_what_is_wrong_is_found(
    app: Flask, valkey: str, look: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret: Path = app.config["SETTINGS"].data / "secret.key"
    secret.chmod(0o644)
    with Redis.from_url(valkey) as connection:
        connection.config_set("appendonly", "no")
    with unit_of_work(app) as session:
        record(session, None, "test", "x", now=NOW)
        old = {"function": "f", "arguments": [], "requested_at": NOW}
        session.add(Job(state="failed", finished_at=clock.now(), **old))
        sqlite = session.get_bind().dialect.name == "sqlite"
        session.execute(text("DROP TRIGGER frozen_journal_" + ("update" if sqlite else "change ON journal")))
    monkeypatch.setattr(doctor, "LOW_DISK", 10**18)
    found = look()
    assert {
        name: found[name] for name in ("secret", "queue_log", "jobs", "guards", "worker", "disk", "address")
    } == {
        "secret": "open error",
        "queue_log": "off warning",
        "jobs": "failed warning",
        "guards": "missing error",
        "worker": "none error",
        "disk": "low warning",
        "address": "missing warning",
    }
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="bc.example.vn")
    assert look()["address"] == "wrong error"
    with unit_of_work(app) as session:
        session.add(Job(state="pending", **old))
    assert look()["jobs"] == "stuck error"
    assert look(later=timedelta(hours=1))["clock"] == "skewed error"
    with unit_of_work(app) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert look()["schema"] == "old error"
    with unit_of_work(app) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert look()["schema"] == "new error"


def test_by_command(bieumau: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = bieumau("doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ Hàng đợi đi kèm chưa chạy. Chạy “bieumau serve” hoặc" in done.stdout
    told = json.loads(bieumau("doctor", "--json", "--lang", "en").stdout)["checks"]
    assert {check["where"]: check["severity"] for check in told}["schema"] == "note"
    away = bieumau(
        "doctor", DATABASE_URL="postgresql://u:geheim@127.0.0.1:1/none", REDIS_URL="redis://127.0.0.1:1/0"
    )
    assert away.returncode == 1
    assert "Không mở được cơ sở dữ liệu" in away.stdout
    assert "geheim" not in away.stdout
    assert "Hàng đợi tại redis://127.0.0.1:1/0 không trả lời" in away.stdout
