"""The main job on the command line: by hand, step by step, and as one demonstration."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.store import read_tree
from core.db import unit_of_work
from runtime.models import Report
from tests.builders import QUARTER, build
from web.commands.demo import PROVINCE, WRONG
from web.demo_figures import commune_figures

Call = Callable[..., subprocess.CompletedProcess[str]]
OPEN = ["--template", "II.06a/VPCP/KSTT", "--frequency", "quarter", "--period", "III/2026", "--lead", "31"]


def answer(call: Call, *arguments: str, status: int = 0) -> Any:
    done = call(*arguments, "--json")
    assert done.returncode == status, (arguments, done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout else None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_step_by_step(app: Flask, bieumau: Call, tmp_path: Path) -> None:
    with unit_of_work(app) as session:
        build(session, 2)
    opened = answer(bieumau, "round", "open", *OPEN, "--wait")
    assert opened == {"round": 1, "period": "quý III/2026", "opened": True}

    file = tmp_path / "figures.json"
    file.write_text('{"A": {"I1": {"4": 12, "8": "10"}}}', encoding="utf-8")
    filled = answer(bieumau, "report", "fill", "1/C0001", "--figures", str(file), status=1)
    assert [finding["rule"] for finding in filled["findings"]] == ["K4"]
    refused = bieumau("report", "submit", "1/C0001")
    assert refused.returncode == 2
    assert "lệch 2" in refused.stderr

    filled = answer(bieumau, "report", "fill", "1/C0001", "--set", "A[I1;12]=2", "--actor", "entry@C0001")
    assert (filled["revision"], filled["findings"]) == (2, [])
    assert answer(bieumau, "report", "submit", "1/C0001")["state"] == "submitted"
    assert answer(bieumau, "report", "accept", "1/C0001")["state"] == "accepted"
    summed = answer(bieumau, "round", "consolidate", "1", "--wait")
    assert (summed["coverage"]["counted"], summed["coverage"]["expected"]) == (1, 2)
    assert answer(bieumau, "report", "show", "1/31")["figures"]["A"]["I1"]["3"] == "12"
    traced = answer(bieumau, "trace", "1/31", "A[I1;12]")
    assert [(part["code"], part["value"]) for part in traced["parts"]] == [("C0001", "2")]
    assert traced["parts"][0]["entries"][0]["actor"] == "entry@C0001"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_long_way(app: Flask, bieumau: Call) -> None:
    with unit_of_work(app) as session:
        build(session, 2)
    answer(bieumau, "round", "open", *OPEN, "--steps", "submit,approve,send,accept", "--wait")
    answer(bieumau, "report", "fill", "1/C0001", "--set", "A[I1;5]=...")
    refused = answer(bieumau, "report", "move", "submit", "1/C0001", "1/C0002", status=1)
    assert [(each["state"], each["refused"]) for each in refused["reports"]] == [
        ("entering", "cell.to_come"),
        ("submitted", None),
    ]
    assert bieumau("report", "explain", "1/C0001", "cell.to_come", "A[I1;5]", "chờ").returncode == 0
    answer(bieumau, "report", "move", "submit", "1/C0001")
    for name in ("approve", "send", "accept"):
        answer(bieumau, "report", "move", name, "1/C0001", "1/C0002")
    returned = bieumau("report", "move", "reopen", "1/C0001", "--reason", "sai")
    assert returned.stdout == "1/C0001: bị trả lại\n"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_done_is_told(bieumau: Call) -> None:
    wrong_period = [*OPEN[:5], "V/2026", "--lead", "31"]
    for status, arguments in (
        (2, ["round", "open", *wrong_period]),
        (3, ["round", "status", "1"]),
        (2, ["agencies", "import", str(Path(__file__))]),
        (3, ["trace", "1/31", "A[I1;3]"]),
    ):
        done = bieumau(*arguments)
        assert done.returncode == status, (arguments, done.stderr)
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr


def test_the_demonstration_adds_up(app: Flask, bieumau: Call) -> None:
    done = answer(bieumau, "demo")
    assert (done["coverage"]["counted"], done["coverage"]["expected"]) == (111, 114)
    assert {code: [finding["rule"] for finding in found] for code, found in done["refused"].items()} == {
        code: ["K4"] for code in WRONG
    }
    with unit_of_work(app, write=False) as session:
        tree = read_tree(session, QUARTER.end)
        communes = [node.code for node in tree.children(tree.with_code(PROVINCE).id)]
        reports = len(session.scalars(select(Report.id)).all())
    expected: dict[tuple[str, str], int] = {}
    for code in set(communes) - set(WRONG):
        for row, column, value in commune_figures(code, wrong=False):
            expected[row, column] = expected.get((row, column), 0) + int(value)
    figures = answer(bieumau, "report", "show", f"{done['round']}/{PROVINCE}")["figures"]["A"]
    assert {place: int(figures[place[0]][place[1]]) for place in expected} == expected
    assert reports == 115

    again = answer(bieumau, "demo")
    assert again["coverage"] == done["coverage"]
