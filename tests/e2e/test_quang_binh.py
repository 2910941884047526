"""Quảng Bình as it was on 30/6/2025: a district asks its communes, a commune asks the organisations in it."""

import json
import re
from collections.abc import Callable
from datetime import date
from urllib.error import HTTPError

import pytest
from playwright.sync_api import FilePayload, Page, expect

from agencies.accounts import demo_people
from agencies.importer import import_agencies
from agencies.listing import shipped_listing
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from tests.browsers import workbook
from tests.e2e.conftest import Site, Visitors
from tests.e2e.programs import Program
from web.demo_seed import PASSWORD

SINCE = date(2025, 1, 1)
DISTRICT, OTHER = "455", "450"
COMMUNES = ("19111", "19117")
BESIDE = "18853"  # a commune of the other district
ORGANISATIONS = """level,code,name,parent_code
organisation,19111.HTX,Hợp tác xã nông nghiệp,19111
organisation,19111.TH,Trường tiểu học,19111
"""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEW = "câu đủ dài để nhớ"
THEMATIC = {
    "format": "bieumau-template/1",
    "code": "CĐ.01/H455",
    "name": "Rà soát hộ dân vùng sạt lở",
    "regime": "thematic",
    "sections": [
        {
            "code": "A",
            "kind": "table",
            "title": "Hộ dân",
            "columns": [
                {"code": "1", "title": "Số hộ", "type": "integer", "unit": "hộ"},
                {"code": "2", "title": "Trong đó đã di dời", "type": "integer", "unit": "hộ"},
            ],
            "rows": {"items": [{"code": "S", "title": "Ven sông"}, {"code": "N", "title": "Ven núi"}]},
            "rules": [{"code": "K1", "text": "cột 2 <= cột 1"}],
        }
    ],
}


@pytest.fixture(scope="module")
def province(site: Site) -> Site:
    """Eight districts, 145 communes, two organisations; offices of those who act."""
    with unit_of_work(site.app) as session:
        import_agencies(session, shipped_listing("before"), valid_from=SINCE, province="44")
        import_agencies(session, ORGANISATIONS.encode(), valid_from=SINCE)
        tree = read_tree(session, clock.today())
        root = tree.with_code("44").id
        assert len(list(tree.descendants(root, "district"))) == 8
        assert len(list(tree.descendants(root, "commune"))) == 145
        for prefix, codes in (("huyen", (DISTRICT, OTHER)), ("xa", (*COMMUNES, BESIDE))):
            nodes = [tree.with_code(code) for code in codes]
            demo_people(session, nodes, prefix=prefix, password=PASSWORD, now=clock.now())
    return site


def type_in(page: Page, row: int, *values: str) -> None:
    """Type a row of the sheet from its first cell on."""
    line = page.locator(f'.grid-canvas-right .slick-row[data-row="{row}"] .slick-cell')
    line.first.click()
    for value in values:
        page.keyboard.type(value)
        page.keyboard.press("Tab")


def send(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_text("Đã lưu")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Quá trình xử lý")).to_be_visible()


def sum_up(page: Page) -> None:
    """Accept what is without fault, sum up, and go to the total."""
    page.get_by_role("link", name="Bảng đối chiếu").click()
    page.get_by_role("button", name="Chọn mọi báo cáo không lỗi").click()
    page.locator("[data-bulk]").click()
    page.get_by_role("link", name="Về đợt báo cáo").click()
    page.get_by_role("button", name="Tổng hợp").click()
    page.get_by_role("link", name="Báo cáo tổng hợp").click(timeout=30_000)


def test_a_district_asks_its_communes(
    province: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in(f"huyen-{DISTRICT}-th")
    page.get_by_role("link", name="Mẫu biểu").click()
    file: FilePayload = {
        "name": "cd01.json",
        "mimeType": "application/json",
        "buffer": json.dumps(THEMATIC).encode(),
    }
    page.get_by_label("Nhập tệp mẫu biểu").set_input_files(file)
    page.get_by_role("button", name="Nhập và kiểm tra").click()
    page.get_by_role("button", name="Ban hành").click()
    expect(page.get_by_text("Đã ban hành CĐ.01/H455 phiên bản 1.")).to_be_visible()

    today = clock.today().strftime("%d/%m/%Y")
    page.goto("/rounds/open?template=CĐ.01/H455")
    page.get_by_label("từ ngày").fill(today)
    page.get_by_label("ngày", exact=True).fill("31/12/2199")
    page.get_by_role("button", name="Tiếp tục").click()
    look(page, "district-who")
    page.get_by_label("Mọi đơn vị trực thuộc (26)").check()
    page.get_by_label("Báo cáo qua").select_option("submit,accept")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Mở đợt báo cáo").click()
    expect(page.locator("tbody tr")).to_have_count(26, timeout=30_000)
    look(page, "district-board")
    board = page.url

    commune = sign_in(f"xa-{COMMUNES[0]}")
    commune.get_by_role("link", name="Rà soát hộ dân").click()
    type_in(commune, 0, "120", "130")
    expect(commune.locator("#findings li")).to_contain_text("K1")
    type_in(commune, 0, "120", "30")
    type_in(commune, 1, "15", "5")
    send(commune)
    second = Program(province, f"xa-{COMMUNES[1]}")
    (task,) = second.get("/inbox")
    assert second.enter(task["report"], "A", "S", {"1": "40", "2": "8"}) == []
    second.post(f"/reports/{task['report']}/submit")

    page.goto(board)
    sum_up(page)
    expect(page.get_by_text("Đã tổng hợp 2/26")).to_be_visible()
    river = page.locator("tr", has=page.get_by_role("rowheader", name="Ven sông"))
    assert [text.split()[0] for text in river.locator("td.num").all_inner_texts()] == ["160", "38"]
    page.get_by_role("link", name="160").click()
    expect(page.locator("#trace tbody tr")).to_have_count(2)
    look(page, "district-total")

    beside = sign_in(f"huyen-{OTHER}-th")
    beside.goto(board)
    expect(beside.get_by_role("heading", name="Không có quyền")).to_be_visible()
    assert Program(province, f"xa-{BESIDE}").get("/inbox") == []
    asking = {"template": "CĐ.01/H455", "frequency": "daily", "period": today, "sequence": 2}
    with pytest.raises(HTTPError) as refused:
        Program(province, f"huyen-{DISTRICT}-th").post("/rounds", asking | {"scope": f"codes:{BESIDE}"})
    problem = json.load(refused.value)
    assert (refused.value.code, problem["code"]) == (400, "round.not_askable")


def test_a_commune_asks_its_organisations_today(
    province: Site, visitors: Visitors, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    admin = sign_in("he-thong-31")
    admin.goto("/people/import")
    rows = [
        ("19111.HTX", "to.htx", "Cán bộ hợp tác xã", "Nhập liệu", "", ""),
        ("19111.TH", "to.truong", "Văn thư nhà trường", "Nhập liệu", "", ""),
    ]
    accounts: FilePayload = {"name": "to-chuc.xlsx", "mimeType": XLSX, "buffer": workbook(*rows)}
    admin.get_by_label("Tệp .xlsx, mỗi người một dòng").set_input_files(accounts)
    admin.get_by_role("button", name="Nhập vào hệ thống").click()
    expect(admin.get_by_role("heading", name="Đã nhập xong")).to_be_visible()
    admin.goto("/people?find=19111.HTX")
    admin.get_by_role("region", name="Cơ quan tìm được").get_by_role("link").click()
    admin.get_by_role("button", name="Tạo phiếu tài khoản để in").click()
    code = admin.locator(".slip .code").inner_text()

    today = clock.today().strftime("%d/%m/%Y")
    page = sign_in(f"xa-{COMMUNES[0]}-th")
    page.goto("/rounds/open?template=01/TKTH")
    page.get_by_label("từ ngày").fill(today)
    page.get_by_label("ngày", exact=True).fill(today)
    page.get_by_label("lúc").fill("23:59")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Mọi đơn vị cấp")).to_have_count(1)  # the organisations, and nobody else
    page.get_by_label("Mọi đơn vị trực thuộc (2)").check()
    page.get_by_label("Báo cáo qua").select_option("submit,accept")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text(f"23:59 {today}")).to_be_visible()
    look(page, "commune-check")
    page.get_by_role("button", name="Mở đợt báo cáo").click()
    expect(page.locator("tbody tr")).to_have_count(2, timeout=30_000)
    board = page.url

    farm = visitors.arrive()
    farm.get_by_role("link", name="Nhập mã trên phiếu tài khoản").click()
    farm.get_by_label("Tên đăng nhập").fill("to.htx")
    farm.get_by_label("Mã trên phiếu tài khoản").fill(code)
    farm.get_by_label("Mật khẩu mới", exact=True).fill(NEW)
    farm.get_by_label("Nhập lại mật khẩu mới").fill(NEW)
    farm.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    expect(farm.get_by_text(f"23:59 {today}")).to_be_visible()
    look(farm, "organisation-inbox")
    farm.locator("tbody a").first.click()
    crops = farm.locator(".grid-canvas-left .slick-row", has_text=re.compile("^1.4"))
    at = crops.get_attribute("data-row")
    type_in(farm, int(at or 0), "12")
    send(farm)
    look(farm, "organisation-sent")
    farm.goto("/rounds/open")
    expect(farm.get_by_role("heading", name="Không có quyền")).to_be_visible()

    school = Program(province, "to.truong")
    (task,) = school.get("/inbox")
    assert school.enter(task["report"], "A", "NG04", {"1": "3"}) == []
    school.post(f"/reports/{task['report']}/submit")
    page.goto(board)
    sum_up(page)
    expect(page.get_by_text("Đã tổng hợp 2/2")).to_be_visible()
    households = page.locator("tr", has=page.get_by_role("rowheader", name="Số hộ bị ảnh hưởng"))
    expect(households.locator("td.num").first).to_have_text("15")
    look(page, "commune-total")
