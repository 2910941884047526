"""How much each page asks of the database: the same for a small province as for one many times the size."""

from collections.abc import Iterator, Mapping
from functools import partial

from flask import Flask
from werkzeug.routing import Rule

from agencies.accounts import DEMO_OFFICES, demo_people
from agencies.importer import import_agencies
from agencies.people import find_login
from agencies.store import read_tree
from agencies.tokens import create_token
from core import clock
from core.db import unit_of_work
from runtime.filling.entry import Change, save
from runtime.periods import period_of
from tests.browsers import PASSWORD, PLACES, SINCE, Browser, account_id, settle_people
from tests.builders import RIGHT
from tests.integration.web.test_fill import ask, changes
from tests.statements import counted

ASKERS = ("o-31-th", "o-31-ld", "o-31-qt", "o-c1", "sys-31")
"""Each page is asked for by the first of them who may see it."""
MOST = 24
MORE = [f"C{number}" for number in range(100, 140)]
"""Communes that come later."""


def test_no_page_asks_more_where_there_is_more(app: Flask) -> None:
    settle_people(app)
    made = ask(app, "II.06a-VPCP-KSTT", period_of("quarter", 2026, 3))
    enter(app, made["C1"])
    browsers = [Browser(app, login) for login in ASKERS]
    for login, browser in zip(ASKERS, browsers, strict=True):  # a program of the same person, below /api
        browser.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(app, login)}"
    things = {
        "report_id": made["C1"],
        "round_id": made["round"],
        "account_id": account_id(app, "o-c1-th"),
        "version_id": 1,
        "job_id": 1,
        "lang": "en",
    }
    pages = dict(addresses(app, things))
    small = {name: number for name, page in pages.items() if (number := asked(browsers, page)) is not None}
    assert len(small) > 40, sorted(small)
    grow(app)
    large = {name: asked(browsers, pages[name]) for name in small}
    assert {name: (small[name], large[name]) for name in small if large[name] != small[name]} == {}
    assert {name: number for name, number in small.items() if number > MOST} == {}


def test_a_save_asks_as_much_for_one_cell_as_for_many(app: Flask) -> None:
    settle_people(app)
    report = ask(app, "II.06a-VPCP-KSTT", period_of("quarter", 2026, 3))["C1"]
    clerk = Browser(app, "o-c1")
    headers = {"X-CSRFToken": clerk.token()}
    numbers = []
    for base, rows in enumerate((["I1"], ["I2"], ["I1", "I2", "I3", "I4", "I5"])):
        cells = [cell for row in rows for cell in changes(row, RIGHT | {"4": f"2{base}"})]
        body = {"base": base, "idempotency_key": f"the key {base}", "changes": cells}
        with counted() as sent:
            answer = clerk.client.post(f"/reports/{report}/save", json=body, headers=headers)
        assert answer.status_code == 200 and answer.json and answer.json["revision"] == base + 1
        numbers.append(len(sent))
    assert numbers[1] == numbers[2] <= MOST


def addresses(app: Flask, things: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every address that is read and names nothing we do not have, by its endpoint."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.arguments <= things.keys():
                yield name_of(rule), adapter.build(rule.endpoint, {n: things[n] for n in rule.arguments})


def name_of(rule: Rule) -> str:
    return f"{rule.endpoint} {rule.rule}"


def asked(browsers: list[Browser], page: str) -> int | None:
    """How many statements a page takes that was shown before; None where nobody is shown it."""
    for browser in browsers:
        if browser.get(page).status_code == 200:
            with counted() as sent:
                assert browser.get(page).status_code == 200, page
            return len(sent)
    return None


def token_of(app: Flask, login: str) -> str:
    with unit_of_work(app) as session:
        return create_token(session, find_login(session, login), "t", days=1, actor=login, now=clock.now())


def enter(app: Flask, report: int) -> None:
    cells = [Change("A", "I1", column, value) for column, value in RIGHT.items()]
    key = {"base": 0, "idempotency_key": "the first of all", "actor": "o-c1"}
    with unit_of_work(app) as session:
        save(session, report, changes=cells, now=clock.now(), **key)  # type: ignore[arg-type]


def grow(app: Flask) -> None:
    """Forty communes, their people, and a round with all of them, some figures entered."""
    places = PLACES + "".join(f"commune,{code},Xã {code},31\n" for code in MORE)
    with unit_of_work(app) as session:
        import_agencies(session, places.encode(), valid_from=SINCE)
        tree = read_tree(session, SINCE)
        people = partial(demo_people, session, password=PASSWORD, now=clock.now())
        people([tree.with_code(code) for code in MORE], prefix="o", offices=DEMO_OFFICES)
    made = ask(app, "II.06a-VPCP-KSTT", period_of("quarter", 2026, 2))
    for code in MORE[:10]:
        enter(app, made[code])
