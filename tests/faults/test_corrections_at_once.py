"""Corrections asked, granted, filled and approved by several at once, twice, late, in any order.

Exactly one wins, the others read why not, nothing stands twice; read by plain questions to the tables.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from flask import Flask

from core.db import Session, unit_of_work
from core.errors import Conflict, Refusal
from core.jobs import run_pending_in_process
from core.messages import sentence
from runtime.filling.entry import save
from runtime.flow import corrections, workflow
from runtime.totals.consolidate import consolidate_round
from tests.builders import NOW, build, report_of, row, start_round
from tests.faults.reader import read
from tests.slices import sliced

SEEDS = sliced(range(2), range(20))
HANDS = 4
ONLINE, BEFORE_TIME = ("A", "I1", "4"), ("A", "I1", "8")
LATE = NOW + timedelta(days=9)
Deed = Callable[[Session], object]


@pytest.fixture
def reports(app: Flask) -> Sequence[int]:
    """Two communes accepted and summed up."""
    with unit_of_work(app) as session:
        world = build(session, 2)
        opened = start_round(session, world)
        found = [report_of(session, opened, agency).id for agency in world.communes.values()]
        for report in found:
            save(session, report, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
            workflow.submit(session, report, actor="a", now=NOW)
            workflow.accept(session, report, actor="b", now=NOW)
        assert list(consolidate_round(session, None, opened.id, False, now=NOW))
    return found


def at_once(app: Flask, deeds: Sequence[Deed]) -> list[str]:
    """The code of each refusal; "" for a deed that was done."""
    start = Barrier(len(deeds))

    def try_(deed: Deed) -> str:
        start.wait(timeout=60)
        return tried(app, deed)

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(try_, deeds))


def tried(app: Flask, deed: Deed) -> str:
    try:
        with unit_of_work(app) as session:
            deed(session)
    except Refusal as refusal:
        assert isinstance(refusal, Conflict), refusal
        assert refusal.code not in sentence(refusal.code, refusal.facts, "vi")
        return refusal.code
    return ""


def turns(report: int, correction: int, seed: int = 0) -> Mapping[str, Deed]:
    """What is done with a correction, by name; each seed types other figures."""
    delta = {ONLINE: (f"{22 + seed}", "sót"), BEFORE_TIME: (f"{12 + seed}", "sót")}
    who = {"actor": "a", "now": NOW}
    until = NOW + timedelta(days=1)
    return {
        "ask": lambda s: corrections.ask(s, report, list(delta), reason="sót", **who),  # type: ignore[arg-type]
        "grant": lambda s: corrections.grant(s, correction, until=until, reason="", actor="b", now=NOW),
        "refuse": lambda s: corrections.move(s, correction, "refuse", reason="vì", actor="b", now=NOW),
        "late": lambda s: corrections.fill(s, correction, delta, actor="a", now=LATE),
        "fill": lambda s: corrections.fill(s, correction, delta, actor="a", now=NOW),
        "approve": lambda s: corrections.approve(s, correction, actor="c", now=NOW),
        "withdraw": lambda s: corrections.move(s, correction, "withdraw", reason="", actor="a", now=NOW),
    }


def corrected(app: Flask) -> int:
    return len(read(app, "SELECT id FROM journal WHERE how = 'corrected'"))


@pytest.mark.parametrize("seed", SEEDS)
def test_one_wins_at_every_turn(app: Flask, reports: Sequence[int], seed: int) -> None:
    deeds = turns(reports[0], 1, seed)
    for names in (["ask"] * HANDS, ["grant", "refuse"], ["fill"] * HANDS, ["approve", "withdraw"] * 2):
        codes = at_once(app, [deeds[name] for name in names])
        assert codes.count("") == 1, (names, codes)
        (state,) = read(app, "SELECT state FROM correction")[0]
        if state in ("refused", "withdrawn"):
            return
    assert (corrected(app), len(read(app, "SELECT id FROM job WHERE function = 'runtime.ripple'"))) == (2, 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_below_one_total_go_up_one_after_the_other(app: Flask, reports: Sequence[int], seed: int) -> None:
    for number, report in enumerate(reports, start=1):
        for name in ("ask", "grant", "fill"):
            assert tried(app, turns(report, number, seed + number)[name]) == ""
    both = [turns(report, number)["approve"] for number, report in enumerate(reports, start=1)]
    codes = at_once(app, both)
    assert sorted(codes) == ["", "correction.under_way"]
    for _ in both:  # the other presses again
        with app.app_context():
            run_pending_in_process()
        assert tried(app, both[codes.index("correction.under_way")]) in ("", "correction.closed")
    ripples = read(app, "SELECT correction_id, count(*) FROM ripple GROUP BY correction_id ORDER BY 1")
    assert ripples == [(1, 1), (2, 1)]
    assert corrected(app) == 4


@pytest.mark.parametrize("seed", SEEDS)
def test_many_submit_the_same_report(app: Flask, reports: Sequence[int], seed: int) -> None:
    with unit_of_work(app) as session:
        workflow.move(session, reports[0], "reopen", reason="sai", actor="b", now=NOW)

    def deed(name: str) -> Deed:
        return lambda s: workflow.move(s, reports[0], name, actor=name, now=NOW)

    codes = at_once(app, [deed("submit") for _ in range(HANDS)])
    assert Counter(codes) == {"": 1, "report.closed.submitted": HANDS - 1}
    assert len(read(app, "SELECT id FROM move WHERE name = 'submit' AND report_id = :r", r=reports[0])) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_every_request_twice_late_and_out_of_order(app: Flask, reports: Sequence[int], seed: int) -> None:
    random, deeds = Random(seed), turns(reports[0], 1, seed)
    wanted = ["grant", "late", "fill", "approve"]
    sent = [*wanted, *random.choices([*wanted, "ask"], k=12)]
    random.shuffle(sent)
    assert tried(app, deeds["ask"]) == ""
    done = [name for name in [*sent, *wanted] if tried(app, deeds[name]) == "" and name != "ask"]
    assert [name for name in done if name != "grant"] == ["fill", "approve"]  # then another may be asked for
    moves = read(app, "SELECT name FROM correction_move WHERE correction_id = 1 ORDER BY id")
    names = [name for (name,) in moves]
    assert names == ["ask", *done] and names.index("grant") < names.index("fill")
    assert corrected(app) == 2
    assert read(app, "SELECT old, new FROM journal WHERE how = 'corrected' ORDER BY old") == [
        ("10", f"{12 + seed}"),
        ("20", f"{22 + seed}"),
    ]
