"""Many hands on one report at once: nothing is lost, nothing stands twice."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import text

from core.db import unit_of_work
from runtime.filling.entry import Change, save
from runtime.models import Report
from runtime.views.overview import view_report
from tests.builders import NOW, build, report_of, start_round

HANDS, SAVES = 4, 10


def test_saves_at_the_same_time(app: Flask) -> None:
    with unit_of_work(app) as session:
        world = build(session, 1)
        report = report_of(session, start_round(session, world), world.communes["C0001"]).id

    def write(hand: int) -> None:
        for number in range(SAVES):
            change = Change("A", f"I|{hand}-{number}", "4", "1")
            for _ in range(2):  # each save is sent twice
                with unit_of_work(app) as session:
                    save(
                        session,
                        report,
                        base=0,
                        idempotency_key=f"{hand}-{number}",
                        changes=[change],
                        actor=f"hand-{hand}",
                        now=NOW,
                    )

    with ThreadPoolExecutor(HANDS) as threads:
        list(threads.map(write, range(HANDS)))
    with unit_of_work(app, write=False) as session:
        view = view_report(session, session.get_one(Report, report))
        typed = session.execute(text("SELECT count(*) FROM journal WHERE how = 'typed'")).scalar_one()
    assert (view.revision, typed) == (HANDS * SAVES, HANDS * SAVES)
    rows = {place[1] for place, _, _ in view.checked.sheet.figures()}
    assert rows == {f"I|{hand}-{number}" for hand in range(HANDS) for number in range(SAVES)}
