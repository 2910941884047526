"""Every page in English: no Vietnamese on it but names and what people and forms wrote."""

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.accounts import Account
from agencies.listing import LEVELS
from agencies.models import AgencyName
from agencies.people_sheet import COLUMNS
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from runtime.filling.entry import Change, save
from runtime.flow.workflow import move
from runtime.models import Report
from runtime.periods import period_of
from runtime.rounds.closing import move_deadline
from runtime.rounds.opening import open_round
from runtime.totals.consolidate import request_consolidation
from template_library.fileformat import read_template
from template_library.regime_file import Regime
from template_library.regimes import save_regime
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.browsers import SINCE, Browser, account_id, settle_people
from tests.builders import RIGHT

SEED = "II.06a-VPCP-KSTT"
PEOPLE = ("o-31-th", "o-c1", "o-c1-ld", "o-c1-qt", "sys-31")
REASON = "thiếu số của một thôn"
LANGUAGE = "Tiếng Việt"
REGULATIONS = ("Bình Phước", "Bến Tre", "Hải Phòng", "Quảng Bình", "Quảng Ngãi", "QĐ-UBND")
RULES = ("cột", "đơn vị.dân_số")  # as rules are written
SHOWN = re.compile(r'(?:aria-label|placeholder|title|alt|value)="([^"]*)"|>([^<>]+)<')
NO_PAGES = ("api.", "account.sign_in", "account.first", "server.")
OF_BOTH = "help."  # what it teaches is the language of rules, which is Vietnamese


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    """A round with a report taken in, one returned, a total, a draft, another deadline."""
    settle_people(app)
    period, now = period_of("quarter", 2026, 3), clock.now()
    made: dict[str, Any] = {"actor": "o-31-th", "now": now}
    with unit_of_work(app) as session:
        form, _ = read_template(seed_files()[SEED])
        assert form
        version = publish(session, form, actor="test", now=now, effective_from=SINCE)
        save_regime(session, Regime("R", "R", templates=(SEED,)), base=0, agency=None, actor="test", now=now)
        lead = read_tree(session, period.end).with_code("31").id
        opened = open_round(session, version=version, period=period, lead=lead, **made).id
    with app.app_context():
        run_pending_in_process()
    reports = reports_of(app)
    with unit_of_work(app) as session:
        for code, row in (("C1", "I1"), ("C2", "I2")):
            changes = [Change("A", row, column, text) for column, text in RIGHT.items()]
            save(session, reports[code], base=0, idempotency_key="one", changes=changes, **made)
            move(session, reports[code], "submit", **made)
        move(session, reports["C2"], "accept", **made)
        move(session, reports["C1"], "return", reason=REASON, **made)
        wrong = [Change("A", "I1", "9", "99")]
        save(session, reports["C1"], base=1, idempotency_key="two", changes=wrong, **made)
        move_deadline(session, opened, now.replace(year=now.year + 1), reason=REASON, **made)
        request_consolidation(session, opened, **made)
    with app.app_context():
        run_pending_in_process()
    yield app


def reports_of(app: Flask) -> dict[str, int]:
    with unit_of_work(app, write=False) as session:
        codes = {node.id: node.code for node in read_tree(session, clock.today())}
        return {codes[report.agency_id]: report.id for report in session.scalars(select(Report))}


def data(app: Flask) -> list[str]:
    """What stands in the database and in the form, the longest first."""
    with unit_of_work(app, write=False) as session:
        names = [*session.scalars(select(AgencyName.name)), *session.scalars(select(Account.name))]
    form = texts(json.loads(seed_files()[SEED]))
    headings = [heading for headings in COLUMNS.values() for heading in headings]
    known = {*names, *form, *headings, *LEVELS.values(), REASON, LANGUAGE, *RULES, *REGULATIONS}
    known |= {part for text in form for part in re.split(r"[\n;:,.()]| – ", text)}
    return sorted({each.strip() for each in known if each.strip()}, key=len, reverse=True)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inside in value.values():
            yield from texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from texts(inside)


def is_vietnamese(text: str) -> bool:
    return any(
        letter in "đĐ" or unicodedata.combining(letter) for letter in unicodedata.normalize("NFD", text)
    )


def foreign(page: str, known: list[str]) -> set[str]:
    """The texts of a page that are Vietnamese though nobody's words; the nation's head stays as it is."""
    page = re.sub(r'<script\b.*?</script>|<div class="nation">.*?</div>', "", page, flags=re.DOTALL)
    found = set()
    for parts in SHOWN.findall(page):
        text = " ".join(html.unescape(" ".join(parts)).split())
        for each in known:
            text = text.replace(each, "")
        if is_vietnamese(text):
            found.add(text.strip())
    return found


def addresses(app: Flask) -> Iterator[str]:
    reports = reports_of(app)
    values: dict[str, Any] = {
        "round_id": 1,
        "version_id": 1,
        "template": "II.06a/VPCP/KSTT",
        "regime": "R",
        "code": "C1",
        "account_id": account_id(app, "o-c1"),
    }
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith((*NO_PAGES, OF_BOTH)):
            continue
        for report in reports.values() if "report_id" in rule.arguments else [0]:
            given = {
                name: value
                for name, value in {**values, "report_id": report}.items()
                if name in rule.arguments
            }
            if set(given) == rule.arguments:
                yield app.url_map.bind("localhost").build(rule.endpoint, given)
    cell = "cell=A%5BI1%3B4%5D"
    yield from (f"/reports/{report}/trace?{cell}" for report in reports.values())
    yield from ("/?list=done", "/?q=zzz", "/rounds/?q=zzz", "/people?find=zzz", "/library/?q=zzz", "/no/such")
    for step in (
        "",
        "&period=quarter-2026-3&due=31/12/2026",
        "&period=quarter-2026-3&due=31/12/2026&scope=children",
    ):
        yield f"/rounds/open?template=II.06a/VPCP/KSTT{step}"


def test_no_page_speaks_vietnamese_to_who_reads_english(world: Flask) -> None:
    known, looked, found = data(world), set(), {}
    for login in PEOPLE:
        browser = Browser(world, login)
        browser.post("/lang", lang="en", back="/")
        for address in addresses(world):
            answer = browser.get(address)
            if answer.mimetype == "text/html" and answer.status_code < 500:
                looked.add(address)
                if told := foreign(answer.text, known):
                    found[address] = told
    assert len(looked) > 25
    assert not found, json.dumps({at: sorted(told) for at, told in found.items()}, ensure_ascii=False)
