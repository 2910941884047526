"""A person at a browser, without the browser: cookies, the token against forged requests, forms."""

import re
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from agencies.access import Role
from agencies.accounts import DEMO_ADMIN, DEMO_OFFICES, Account, demo_people
from agencies.importer import import_agencies
from agencies.people_sheet import COLUMNS
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work

PASSWORD = "một câu đủ dài"
SINCE = date(2025, 7, 1)
PLACES = "level,code,name,parent_code\nprovince,31,Thành phố Hải Phòng,\nprovince,01,Thành phố Hà Nội,\n"
PLACES += "commune,C1,Xã Một,31\ncommune,C2,Xã Hai,31\ncommune,N1,Xã Ngoài,01\n"
TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)">')


def settle_people(app: Flask) -> None:
    """Two provinces with communes, in each agency the offices of the demo; system administrators of 31."""
    with unit_of_work(app) as session:
        import_agencies(session, PLACES.encode(), valid_from=SINCE)
        tree = read_tree(session, SINCE)
        demo = partial(demo_people, session, password=PASSWORD, now=clock.now())
        demo([node for node in tree if node.code != "VN"], prefix="o", offices=DEMO_OFFICES)
        for prefix in ("sys", "sys2"):
            demo([tree.with_code("31")], prefix=prefix, offices=DEMO_ADMIN)


def account_id(app: Flask, login: str) -> int:
    with unit_of_work(app, write=False) as session:
        return session.scalars(select(Account.id).filter_by(login=login)).one()


def workbook(*rows: tuple[Any, ...], headings: tuple[str, ...] = ()) -> bytes:
    """A workbook of people with our headings."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headings or tuple(names[0] for names in COLUMNS.values()), *rows):
        sheet.append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


class Browser:
    """Somebody's browser; follows no redirects."""

    def __init__(
        self, app: Flask, login: str = "", password: str = PASSWORD, address: str = "127.0.0.1"
    ) -> None:
        self.client = app.test_client()
        self.client.environ_base |= {"REMOTE_ADDR": address, "HTTP_ACCEPT": "text/html,*/*;q=0.8"}
        if login:
            assert self.sign_in(login, password).status_code == 302

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(address, headers=headers)

    def post(self, address: str, *, token: str | None = None, **form: Any) -> TestResponse:
        """Send a form with the token of a page of now, or another one."""
        data = {"csrf_token": self.token() if token is None else token, **form}
        return self.client.post(address, data={name: value for name, value in data.items() if value != ""})

    def sign_in(self, login: str, password: str = PASSWORD, **form: Any) -> TestResponse:
        return self.post("/sign-in", login=login, password=password, **form)

    def token(self) -> str:
        page = self.get("/account")
        found = TOKEN.search(page.text if page.status_code == 200 else self.get("/sign-in").text)
        assert found
        return found[1]

    def is_in(self) -> bool:
        return self.get("/account").status_code == 200


def roles_of(app: Flask, login: str) -> set[Role]:
    """The roles that hold today."""
    from agencies import people

    with unit_of_work(app, write=False) as session:
        person = people.find(session, people.find_login(session, login), clock.today())
        return {Role(role) for role in person.roles}
