"""How the command line answers: words on standard error, a status, never a traceback."""

import json
import subprocess
from collections.abc import Callable

import pytest
from flask import Flask
from redis.exceptions import RedisError

from core import queue
from core.db import unit_of_work
from core.jobs import request_job

Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def waiting(app: Flask) -> int:
    """A job that waits, of a function that is not there."""
    with unit_of_work(app) as session:
        return request_job(session, "test.unknown").id


@pytest.mark.usefixtures("waiting")
def test_jobs_are_run_and_listed(bieumau: Call) -> None:
    assert [job["state"] for job in json.loads(bieumau("job", "list", "--json").stdout)] == ["pending"]
    assert bieumau("job", "run").returncode == 0
    assert "không có công việc “test.unknown”" in bieumau("job", "list").stdout
    assert "has no job “test.unknown”" in bieumau("job", "list", "--lang", "en").stdout
    assert "has no job “test.unknown”" in bieumau("--lang", "en", "job", "list").stdout
    assert "has no job “test.unknown”" in bieumau("job", "list", BIEUMAU_LANG="en").stdout


def test_the_worker_takes_its_queue_server_along(bieumau: Call, app: Flask) -> None:
    for _ in range(3):
        assert bieumau("worker", "--burst").returncode == 0
        with app.app_context(), queue.connect() as connection, pytest.raises(RedisError):
            connection.ping()


def test_a_refusal_is_a_sentence_and_status_3(bieumau: Call) -> None:
    done = bieumau("worker", "--lang", "en", REDIS_URL="redis://127.0.0.1:1/0")
    assert (done.returncode, done.stderr) == (3, "The queue at redis://127.0.0.1:1/0 does not answer.\n")


def test_an_unknown_command_is_status_2(bieumau: Call) -> None:
    assert bieumau("jump").returncode == 2
    assert bieumau("job", "list", "--high").returncode == 2


@pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:1/none", "sqlite:////dev/null/none"])
def test_a_database_that_does_not_open_is_named(bieumau: Call, url: str) -> None:
    done = bieumau("job", "list", DATABASE_URL=url)
    assert done.returncode == 3
    assert done.stderr.startswith("Không mở được cơ sở dữ liệu ")
    assert "secret" not in done.stderr


def test_a_fault_is_a_sentence_with_a_log(bieumau: Call, app: Flask) -> None:
    url = "nonsense"
    done = bieumau("job", "list", DATABASE_URL=url)
    log = app.config["SETTINGS"].data / "bieumau.log"
    assert done.returncode == 70
    assert str(log) in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in log.read_text()
    assert "Traceback" in bieumau("--debug", "job", "list", DATABASE_URL=url).stderr
