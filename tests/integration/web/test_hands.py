"""Pages of who belongs to a round and in whose hands a report is: members, entry on behalf, parts, links."""

import html
import re

from flask import Flask

from runtime.periods import period_of
from tests.browsers import Browser, account_id, settle_people
from tests.builders import RIGHT
from tests.integration.web.test_fill import ask, changes

QUARTER = period_of("quarter", 2026, 3)


def save(browser: Browser, report: int, base: int, key: str) -> int:
    body = {"base": base, "idempotency_key": f"key {key}", "changes": changes("I1", RIGHT | {"4": "20"})}
    headers = {"X-CSRFToken": browser.token()}
    return browser.client.post(f"/reports/{report}/save", json=body, headers=headers).status_code


def test_who_is_left_out_is_told_and_comes_back(app: Flask) -> None:
    settle_people(app)
    made = ask(app, "II.06a-VPCP-KSTT", QUARTER)
    lead, page = Browser(app, "o-31-th"), f"/rounds/{made['round']}/members"
    assert "Xã Một" in lead.get(page).text
    assert lead.post(f"{page}/leave-out", code="C2").status_code == 422
    assert lead.post(f"{page}/leave-out", code="C2", reason="sáp nhập").status_code == 302
    assert "sáp nhập" in lead.get(page).text
    assert lead.post(f"/rounds/{made['round']}/close").status_code == 302
    assert "Xã Hai (sáp nhập)" in lead.get(f"/rounds/{made['round']}").text  # before it is asked again
    assert lead.post(f"/rounds/{made['round']}/reopen", reason="còn thiếu").status_code == 302
    assert Browser(app, "o-c2").get(f"/reports/{made['C2']}/fill").status_code == 409
    assert lead.post(f"{page}/take-back", code="C2").status_code == 302
    assert Browser(app, "o-c2").get(f"/reports/{made['C2']}/fill").status_code == 200
    assert lead.post(f"{page}/join", codes="N1").status_code == 422  # of another province
    assert Browser(app, "o-c1-th").post(f"{page}/join", codes="C2").status_code == 403


def test_the_receivers_staff_types_for_who_told_it_and_the_page_says_so(app: Flask) -> None:
    settle_people(app)
    report = ask(app, "II.06a-VPCP-KSTT", QUARTER)["C1"]
    staff = Browser(app, "o-31-th")
    assert staff.get(f"/reports/{report}/fill").status_code == 403
    told = {"channel": "telephone", "spoken_with": "Văn phòng xã", "day": "1/7/2026", "time": "08:00"}
    assert staff.post(f"/reports/{report}/enter-for", **(told | {"spoken_with": " "})).status_code == 422
    assert staff.post(f"/reports/{report}/enter-for", **told).status_code == 302
    assert "Văn phòng xã" in staff.get(f"/reports/{report}/fill").text
    assert save(staff, report, 0, "on behalf") == 200
    assert "nhập thay" in staff.get(f"/reports/{report}/trace?cell=A[I1;4]").text
    assert "Văn phòng xã" in Browser(app, "o-c1").get(f"/reports/{report}/fill").text


def test_a_link_opens_its_report_and_nothing_else(app: Flask) -> None:
    settle_people(app)
    made = ask(app, "II.06a-VPCP-KSTT", QUARTER)
    clerk, page = Browser(app, "o-c1"), f"/reports/{made['C1']}/links"
    assert clerk.post(page, name="Công ty", days="900").status_code == 422
    found = re.search(r'value="http://localhost(/answer/[^"]+)"', clerk.post(page, name="Công ty").text)
    assert found
    holder = Browser(app)
    assert holder.get("/answer/nothing").status_code == 404
    assert holder.get(found[1]).location == f"/reports/{made['C1']}"
    sheet = holder.get(f"/reports/{made['C1']}/fill")
    assert sheet.status_code == 200 and "Công ty" in sheet.text
    body = {"base": 0, "idempotency_key": "by a link", "changes": changes("I1", RIGHT)}
    token = re.search(r'csrf-token" content="([^"]+)"', sheet.text)
    assert token
    headers = {"X-CSRFToken": token[1]}
    assert holder.client.post(f"/reports/{made['C1']}/save", json=body, headers=headers).status_code == 200
    for closed in (f"/reports/{made['C2']}", "/", "/rounds/", "/account", page):
        assert holder.get(closed).status_code == 403, closed
    assert "Công ty" in clerk.get(f"/reports/{made['C1']}/trace?cell=A[I1;4]").text
    assert clerk.post(f"{page}/revoke", link="1").status_code == 302
    assert holder.get(f"/reports/{made['C1']}/fill").status_code in (302, 401)


def test_every_button_of_who_holds_a_link_works(app: Flask) -> None:
    settle_people(app)
    report = ask(app, "II.06a-VPCP-KSTT", QUARTER)["C1"]
    made = Browser(app, "o-c1").post(f"/reports/{report}/links", name="Công ty").text
    found = re.search(r'value="http://localhost(/answer/[^"]+)"', made)
    assert found
    holder = Browser(app)
    holder.get(found[1])
    assert save(holder, report, 0, "by a link") == 200
    todo, pages, forms = [f"/reports/{report}/fill"], set[str](), set[str]()
    while todo:
        answer = holder.get(html.unescape(todo.pop()))
        assert answer.status_code == 200 or answer.location == f"/reports/{report}/fill", answer.request.path
        pages |= {answer.request.path, answer.request.full_path}
        todo += {*re.findall(r'<a [^>]*(?:href|hx-get)="(/[^"]*)"', answer.text)} - pages - {*todo}
        pages |= {*todo}
        forms |= {*re.findall(r'(?:action|hx-post)="(/[^"]+)"', answer.text)}
        assert "/sign-out" not in answer.text and "/account" not in answer.text
        assert answer.location or "trace" in answer.request.path or "Liên kết dùng đến" in answer.text
    for name in ("comments", "terms", "timeline", "trace"):
        assert any(f"/reports/{report}/{name}" in page for page in pages), name
    assert f"/reports/{report}/take" not in pages
    assert all(f"/reports/{report}" in page for page in pages), pages
    refused = {form: code for form in forms if (code := holder.post(form).status_code) in (401, 403, 404)}
    assert len(forms) > 4 and refused == {}
    assert holder.post(f"/reports/{report}/moves/recall").status_code == 302  # one of them sent it
    assert holder.post(f"/reports/{report}/comments", text="Hỏi về cột 4").status_code == 302
    later = {"due": "1/12/2030", "time": "17:00", "reason": "chờ đối chiếu"}
    assert holder.post(f"/reports/{report}/terms/ask", **later).status_code == 302
    for page in ("comments", "terms"):
        assert "Công ty" in Browser(app, "o-31-th").get(f"/reports/{report}/{page}").text, page
    assert holder.get(f"/reports/{report}/take").status_code == 403


def test_parts_of_persons_and_who_acts_for_the_leader(app: Flask) -> None:
    settle_people(app)
    report = ask(app, "II.06a-VPCP-KSTT", QUARTER)["C1"]
    clerk, part = Browser(app, "o-c1"), f"part-{account_id(app, 'o-c1')}"
    page = f"/reports/{report}/parts"
    assert clerk.post(page, **{part: "A[I1], nothing"}).status_code == 422
    assert clerk.post(page, **{part: "A[I1]"}).status_code == 302
    assert "A[I1]" in clerk.get(page).text
    admin, acting = Browser(app, "o-c1-qt"), f"/people/{account_id(app, 'o-c1-th')}/acting"
    asked = {"acting_for": str(account_id(app, "o-c1-ld")), "first": "1/1/2020", "decision": "12/QĐ"}
    assert admin.post(acting, **asked, last="2/1/2020").status_code == 422
    assert clerk.get(acting).status_code == 403


def test_whom_a_condition_asks_is_shown(app: Flask) -> None:
    settle_people(app)
    lead = Browser(app, "o-31-th")
    told = lead.get('/rounds/whom?scope=children&condition=đơn vị.mã = "C2"').text
    assert "Xã Hai" in told and "Xã Một" not in told
    assert "alert" in lead.get("/rounds/whom?scope=children&condition=>").text
