"""Documents and narratives over HTTP: sent, refused, handed out to whom they concern, listed by a total."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from agencies.people import find_login
from agencies.tokens import create_token
from core import clock
from core.db import unit_of_work
from runtime.models import Report
from runtime.periods import period_of
from runtime.steps import HANDED_IN
from runtime.totals.consolidate import consolidate
from tests.browsers import Browser, settle_people
from tests.integration.web.programs import Program
from tests.integration.web.test_fill import CLERK, LEADER, OUTSIDE, PROVINCE, ask

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def reports(app: Flask) -> Mapping[str, int]:
    settle_people(app)
    return ask(app, "BCTM-KTXH-T", period_of("month", 2026, 8))


@pytest.fixture
def asked(app: Flask, reports: Mapping[str, int]) -> tuple[Program, int]:
    """A program of the clerk's, and his report."""
    with unit_of_work(app) as session:
        account = find_login(session, CLERK)
        token = create_token(session, account, "thử", days=1, actor="test", now=clock.now())
    return Program(app.test_client(), token), reports["C1"]


def send(
    browser: Browser, report: int, content: bytes, name: str = "a.pdf", section: str = "D"
) -> TestResponse:
    data: dict[str, Any] = {"section": section, "file": (BytesIO(content), name)}
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    return browser.client.post(f"/reports/{report}/files", data=data, headers=headers)


def test_a_document_is_sent_listed_handed_out_and_taken_away(app: Flask, reports: Mapping[str, int]) -> None:
    clerk, report = Browser(app, CLERK), reports["C1"]
    sent = send(clerk, report, PDF, "Báo cáo “tháng 8”.pdf")
    assert sent.status_code == 200 and sent.json
    (chapter,) = sent.json["words"]
    (file,) = chapter["files"]
    assert (file["name"], file["size"], sent.json["revision"]) == ("Báo cáo “tháng 8”.pdf", len(PDF), 1)
    assert sent.json["standing"]["filled"] == 4
    for login in (CLERK, PROVINCE):
        handed = Browser(app, login).get(file["url"])
        assert (handed.status_code, handed.data) == (200, PDF)
        assert handed.headers["Content-Disposition"].startswith("attachment; filename")
        assert handed.headers["Content-Type"] == "application/octet-stream"
        assert handed.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in handed.headers["Content-Security-Policy"]
    assert Browser(app, OUTSIDE).get(file["url"]).status_code == 403
    assert Browser(app).get(file["url"]).status_code == 302
    assert send(Browser(app, LEADER), report, PDF).status_code == 403
    headers = {"X-CSRFToken": clerk.token(), "Accept": "application/json"}
    given = {"section": "D", "digest": file["digest"]}
    gone = clerk.client.post(f"/reports/{report}/files/remove", data=given, headers=headers)
    assert gone.json and gone.json["words"][0]["files"] == []
    assert clerk.get(file["url"]).status_code == 404


@pytest.mark.parametrize(
    ("content", "section", "status", "code"),
    [
        (b"<html>", "D", 400, "attachment.kind"),
        (b"", "D", 400, "attachment.empty"),
        (PDF, "A", 404, "attachment.section"),
    ],
)
def test_what_is_refused(
    app: Flask, reports: Mapping[str, int], content: bytes, section: str, status: int, code: str
) -> None:
    refused = send(Browser(app, CLERK), reports["C1"], content, section=section)
    assert refused.status_code == status
    assert refused.json and refused.json["code"] == code


def test_broken_requests_break_nothing(app: Flask, reports: Mapping[str, int]) -> None:
    clerk, at = Browser(app, CLERK), f"/reports/{reports['C1']}"
    headers = {"X-CSRFToken": clerk.token(), "Accept": "application/json"}
    for data in ({}, {"file": "a text"}, {"section": "D", "file": ""}):
        assert clerk.client.post(f"{at}/files", data=data, headers=headers).status_code == 400
    for digest in ("x", "%00", "../../etc/passwd", "a" * 5_000):
        assert clerk.get(f"{at}/files/one?digest={digest}").status_code in (400, 404, 414)
    for start in ("-1", "x", "9" * 50, "7"):
        assert clerk.get(f"{at}/below?section=D&start={start}&part=%27").status_code == 200
    assert clerk.get(f"{at}/below?section=X").status_code == 404


def test_programs_write_send_and_read(asked: tuple[Program, int]) -> None:
    clerk, report = asked
    change = {"section": "D", "row": "III", "column": "text", "value": "Ổn định."}
    saved = clerk.post(f"/reports/{report}/save", {"base": 0, "idempotency_key": "1", "changes": [change]})
    assert (saved["revision"], saved["stored"]) == (1, 1)
    at = f"/reports/{report}/files"
    header: dict[str, Any] = {"headers": {"Content-Type": "application/octet-stream"}}
    file = clerk.ask("POST", f"{at}?section=D&name=a.pdf", data=PDF, **header)
    assert (file["name"], file["kind"], file["size"]) == ("a.pdf", "pdf", len(PDF))
    refused = clerk.ask("POST", f"{at}?section=D&name=a.pdf", data=b"x", status=400, **header)
    assert refused["code"] == "attachment.kind"
    (chapter,) = clerk.get(f"/reports/{report}")["words"]
    said = {each["part"]: each["said"] for each in chapter["headings"]}
    assert (said["III"], chapter["files"]) == ("Ổn định.", [file])
    handed = clerk.client.get(
        f"/api/v1{at}/one?digest={file['digest']}", headers={"Authorization": f"Bearer {clerk.token}"}
    )
    assert handed.data == PDF
    gone = {"section": "D", "digest": file["digest"]}
    assert clerk.post(f"{at}/remove", gone)["revision"] == 3
    assert clerk.get(f"/reports/{report}")["words"][0]["files"] == []


def test_a_page_of_a_total_lists_what_its_reports_say(app: Flask, reports: Mapping[str, int]) -> None:
    clerk, report = Browser(app, CLERK), reports["C1"]
    assert send(clerk, report, PDF, "phụ lục.pdf").status_code == 200
    with unit_of_work(app) as session:  # past its checks: a total of words is looked at
        session.get_one(Report, report).state = "accepted"
        session.flush()
        consolidate(session, reports["31"], HANDED_IN)
    page = Browser(app, PROVINCE).get(f"/reports/{reports['31']}/below?section=D").text
    assert "Xã Một" in page and "phụ lục.pdf" in page
    shown = Browser(app, PROVINCE).get(f"/reports/{reports['31']}?view=print").text
    assert f"/reports/{reports['31']}/below?section=D" in shown
