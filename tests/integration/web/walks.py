"""Provinces of different sizes in which the requests of `writes.txt` are sent, with their files."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from agencies.access import GRANTED, Role
from agencies.accounts import DEMO_ADMIN, Account, Grant, demo_people
from agencies.importer import import_agencies
from agencies.people import find_login
from agencies.store import read_tree
from agencies.tokens import create_token
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from designer.excel.models import Upload
from runtime.filling.desk import find_report
from runtime.filling.entry import Change, save
from runtime.flow.revisions import revision_code
from runtime.flow.workflow import move
from runtime.models import Report
from runtime.periods import Period, period_of
from runtime.rounds.opening import open_round
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.shipping import export_package
from template_library.versions import publish
from tests.browsers import PASSWORD, SINCE, Browser, workbook
from tests.builders import RIGHT
from tests.corpus.samples import seed_samples
from tests.corpus.writer import Style, write
from tests.integration.web.test_fill import changes
from tests.statements import counted

TABLE = Path(__file__).with_name("writes.txt")
LINE = re.compile(r"(?P<who>\S+) (?P<address>.+) (?P<most>\d+)(?: \+(?P<more>\d+) (?P<why>.+))?")
NAMED = re.compile(r"<([^<>]+)>")
SLIP = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")
EACH, NOBODY = "<n>", "nobody"

FORM, CODE, WAY = "II.06a-VPCP-KSTT", "II.06a/VPCP/KSTT", "verify,submit,approve,issue,send,accept"
SHORT = "submit,accept"
PEOPLE = (
    ("", "Mọi việc", tuple(role for role in GRANTED if role != Role.SYSTEM_ADMIN)),
    ("-b", "Người khác", (Role.ENTRY,)),
)
PDF = b"%%PDF-1.4\n1 0 obj\n<< /Title (%s) >>\nendobj\n%%%%EOF\n"


@dataclass(frozen=True)
class Line:
    """A request of the table: `most` statements, and `more` for each commune."""

    who: str
    address: str
    most: int
    more: int
    body: str

    @property
    def repeats(self) -> bool:
        return EACH in self.address + self.body


def read_lines() -> Iterator[Line | None]:
    """The lines of the table; None where jobs are to run."""
    for paragraph in re.split(r"\n(?=\S)|\n\n", TABLE.read_text(encoding="utf-8").strip()):
        head, _, body = paragraph.partition("\n")
        if head == "run":
            yield None
        elif head and not head.startswith("#"):
            told = LINE.fullmatch(head)
            assert told, head
            more = int(told["more"] or 0)
            yield Line(told["who"], told["address"], int(told["most"]), more, body.strip())


@dataclass
class World:
    """Two provinces of `size` communes each; who sits at which browser."""

    app: Flask
    size: int
    browsers: dict[str, Browser] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    form_tokens: dict[str, str] = field(default_factory=dict)
    reports: dict[str, int] = field(default_factory=dict)
    slip: str = ""

    @property
    def communes(self) -> list[str]:
        return [f"C{number}" for number in range(1, self.size + 1)]

    def settle(self) -> None:
        """The agencies with their people; a round that is over, two that are open."""
        with unit_of_work(self.app) as session:
            places = "level,code,name,parent_code\nprovince,31,Hải Phòng,\nprovince,01,Hà Nội,\n"
            places += "".join(
                f"commune,{code},Xã {code},31\ncommune,N{code},Xã N{code},01\n" for code in self.communes
            )
            import_agencies(session, places.encode(), valid_from=SINCE)
            tree = read_tree(session, SINCE)
            demo = partial(demo_people, session, password=PASSWORD, now=clock.now())
            demo(list(tree), prefix="o", offices=PEOPLE)
            for prefix in ("sys", "sys2"):
                demo([tree.with_code("31")], prefix=prefix, offices=DEMO_ADMIN)
        once = self._open(FORM, period_of("quarter", 2025, 4), SHORT)
        self._fill(once, self.communes, "submit", "accept")
        short = self._open(FORM, period_of("quarter", 2026, 2), SHORT)
        self._fill(short, ("C1", "C2"))
        self._fill(short, self.communes[2:], "submit")
        narrative = self._open("BCTM-KTXH-T", period_of("month", 2026, 8), WAY)
        self.reports = self._open(FORM, period_of("quarter", 2026, 4), WAY)
        self.reports |= {"F1": narrative["C1"], "S round": short["round"], "S31": short["31"]}
        self.reports |= {code.replace("C", "S"): short[code] for code in self.communes}

    def _open(self, seed: str, period: Period, steps: str) -> dict[str, int]:
        """The reports of a new round by agency code, the round under `round`."""
        with unit_of_work(self.app) as session:
            form, _ = read_template(seed_files()[seed])
            assert form
            tree, who = read_tree(session, period.end), dict[str, Any](actor="test", now=clock.now())
            version = publish(session, form, effective_from=SINCE, **who)
            asked: dict[str, Any] = {"version": version, "period": period, "steps": steps}
            made = open_round(session, **asked, **who, lead=tree.with_code("31").id).id
        self.run()
        with unit_of_work(self.app, write=False) as session:
            found = session.query(Report).filter_by(round_id=made)
            return {"round": made} | {tree[report.agency_id].code: report.id for report in found}

    def _fill(self, reports: Mapping[str, int], agencies: Iterable[str], *moves: str) -> None:
        """Have agencies type their reports and hand them on."""
        cells = [Change("A", "I1", column, value) for column, value in RIGHT.items()]
        with unit_of_work(self.app) as session:
            for code in agencies:
                who: dict[str, Any] = {"actor": f"o-{code.lower()}", "now": clock.now()}
                save(session, reports[code], base=0, idempotency_key="k", changes=cells, **who)
                for name in moves:
                    move(session, reports[code], name, **who)

    def run(self) -> None:
        """Do the jobs that wait."""
        with self.app.app_context():
            run_pending_in_process()

    def send(self, line: Line, n: int = 0) -> tuple[int, TestResponse]:
        """Send a request; how many statements it took, and its answer."""
        path = NAMED.sub(lambda name: str(self._meant(name[1], n)), line.address)
        browser, sent = self._browser(line.who), self._body(line, n)
        headers = {"X-CSRFToken": browser.token() if line.who == NOBODY else self._form_token(line.who)}
        client = browser.client
        if path.startswith("/api/"):
            client, headers = self.app.test_client(), {"Authorization": f"Bearer {self._token(line.who)}"}
        with counted() as statements:
            answer = client.post(path, headers=headers, **sent)
        if answer.mimetype == "text/html" and (slip := SLIP.search(answer.text)):
            self.slip = slip[0]
        return len(statements), answer

    def _browser(self, login: str) -> Browser:
        if login == NOBODY:
            return Browser(self.app)
        if login not in self.browsers:
            self.browsers[login] = Browser(self.app, login)
        return self.browsers[login]

    def _form_token(self, login: str) -> str:
        """What a form of this browser must hold; asking for it each time would double the requests."""
        if login not in self.form_tokens:
            self.form_tokens[login] = self._browser(login).token()
        return self.form_tokens[login]

    def _token(self, login: str) -> str:
        if login not in self.tokens:
            with unit_of_work(self.app) as session:
                account, now = find_login(session, login), clock.now()
                self.tokens[login] = create_token(session, account, "t", days=1, actor="t", now=now)
        return self.tokens[login]

    def _body(self, line: Line, n: int) -> dict[str, Any]:
        """What a client is to send: a file as it is, JSON, or a form."""
        if line.body.startswith("@"):
            content, name = self._filled(line.body, n)
            kind = "application/json" if name.endswith("json") else "application/octet-stream"
            return {"data": content, "content_type": kind}
        as_json = line.body.startswith("json ") or line.address.startswith("/api/")
        told = self._filled(json.loads(line.body.removeprefix("json ") or "{}"), n)
        return {"json" if as_json else "data": told}

    def _filled(self, value: Any, n: int) -> Any:
        """A value of a body with what its names stand for."""
        if isinstance(value, list):
            return [self._filled(each, n) for each in value]
        if isinstance(value, dict):
            return {self._filled(name, n): self._filled(each, n) for name, each in value.items()}
        if not isinstance(value, str):
            return value
        if whole := NAMED.fullmatch(value):
            return self._meant(whole[1], n)
        told = NAMED.sub(lambda name: str(self._meant(name[1], n)), value)
        return (BytesIO(self._file(told[1:])), told[1:]) if told.startswith("@") else told

    def _meant(self, name: str, n: int) -> Any:
        """What a name between angles stands for."""
        kind, _, which = name.partition(" ")
        if kind in ("new", "last") or name.startswith(("o-", "sys")):
            return self._row(kind, which, name)
        today = clock.today()
        known: dict[str, Any] = {
            "n": n,
            "today": today.isoformat(),
            "tomorrow": (today + timedelta(days=1)).isoformat(),
            "slip": self.slip,
            "digest": hashlib.sha256(self._file("a.pdf")).hexdigest(),
            "others": self.communes[1:],
            "handed in": [self.reports[f"S{code[1:]}"] for code in self.communes[2:]],
            "given": [{"agency": code, "cell": "A[I1;4]", "value": "20"} for code in self.communes],
            "asked": [self.reports[code] for code in self.communes],
            "figures": changes("I1", RIGHT),
            "indicators": [f"Y{code}" for code in self.communes],
            **self.reports,
        }
        return known[name] if name in known else self._looked_up(name)

    def _row(self, kind: str, which: str, name: str) -> int:
        with unit_of_work(self.app, write=False) as session:
            if kind == "new":
                return int(session.execute(text(f"SELECT max(id) FROM {which}")).scalar_one())
            if kind == "last":
                agency = read_tree(session, clock.today()).with_code(which).id
                last = select(Report.id).filter_by(agency_id=agency).order_by(Report.id.desc()).limit(1)
                return session.scalars(last).one()
            return find_login(session, name)

    def _looked_up(self, name: str) -> Any:
        with unit_of_work(self.app, write=False) as session:
            match name:
                case "unconfirmed":
                    waiting = select(Account.id).join(Grant).where(Grant.confirmed_by.is_(None))
                    return session.scalars(waiting.where(Account.login.startswith("ld."))).all()
                case "version in force":
                    newest = text("SELECT max(id) FROM version WHERE template_code = :code")
                    return session.execute(newest, {"code": CODE}).scalar_one()
                case "waiting ripple":
                    waits = text("SELECT max(id) FROM ripple WHERE state IN ('to_sign', 'to_note')")
                    return session.execute(waits).scalar_one()
                case "doubt":
                    last = session.scalars(select(Upload).order_by(Upload.id.desc()).limit(1)).one()
                    doubts = (last.result or {})["doubts"]
                    return next(each["name"] for each in doubts if each["name"].startswith("group:"))
        raise KeyError(name)

    def _file(self, name: str) -> bytes:
        """A file by its name; lists have a line for each commune."""
        stem, _, number = name.partition(".")[0].partition("-")
        figures = [f'"{text}"' for text in RIGHT.values()]
        match stem:
            case "people":
                rows = [
                    (code, f"ld.{code.lower()}", "Lãnh đạo", "Phê duyệt", "", "") for code in self.communes
                ]
                return workbook(*rows)
            case "form":
                return seed_files()["GN-NSTW"].replace(b'"GN-NSTW"', f'"GN-{number}"'.encode())
            case "bieu":
                sample = next(sample for sample in seed_samples() if sample.name == "NTM-11")
                return write(sample, Style("page", figures=False, formulas=False)).data
            case "package":
                with unit_of_work(self.app, write=False) as session:
                    return export_package(session, ["BCTM-KTXH-T"], on=clock.today())
            case "indicators":
                lines = [f"Y{code},Chỉ tiêu {code},ha" for code in self.communes]
                return "\n".join(["Mã số,Tên chỉ tiêu,Đơn vị tính", *lines]).encode()
            case "rows":
                lines = [f"{code},A[I1]" for code in self.communes]
                return "\n".join(["Mã đơn vị,Dòng", *lines]).encode()
            case "given":
                lines = [f"{code},Chứng thực,20" for code in self.communes]
                return "\n".join(["Mã đơn vị,Dòng,(4)", *lines]).encode()
            case "history":
                lines = [f"III/2025,{code},Chứng thực,{','.join(figures)}" for code in self.communes]
                columns = ",".join(f"({column})" for column in RIGHT)
                return "\n".join([f"Kỳ,Mã đơn vị,Dòng,{columns}", *lines]).encode()
            case "signed":
                with unit_of_work(self.app, write=False) as session:
                    return PDF % revision_code(session, find_report(session, int(number))).encode()
        return PDF % b"a"
