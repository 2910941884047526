"""The panel beside the canvas in Chromium: properties, rules typed and pointed at, sections, the steps."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from designer.history import open_draft
from template_library.drafts import save_draft
from template_library.fileformat import data_to_template
from tests.e2e.conftest import Site

DESIGNER, LEAD = "so-31.stp-th", "31.STP"
Look = Callable[[Page, str], None]


def template(code: str) -> dict[str, Any]:
    """Five columns, one of them a group of two; a row with two below it; an outline."""
    below = [
        {"code": "1.1", "ordinal": "1.1", "title": "Nữ"},
        {"code": "1.2", "ordinal": "1.2", "title": "Nam"},
    ]
    return {
        "format": "bieumau-template/1",
        "code": code,
        "name": "Hộ nghèo",
        "sections": [
            {
                "code": "A",
                "kind": "table",
                "columns": [
                    {"code": "1", "title": "Tổng số"},
                    {
                        "code": "g",
                        "title": "Chia ra",
                        "children": [
                            {"code": "2", "title": "Nông thôn"},
                            {"code": "3", "title": "Thành thị"},
                        ],
                    },
                    {"code": "4", "title": "Tỷ lệ", "type": "percent"},
                    {"code": "5", "title": "Lũy kế"},
                ],
                "rows": {"items": [{"code": "1", "ordinal": "1", "title": "Hộ nghèo", "children": below}]},
            },
            {"code": "C", "kind": "outline", "parts": [{"code": "I", "title": "Kết quả"}]},
        ],
    }


@pytest.fixture
def open_page(site: Site, sign_in: Callable[..., Page]) -> Callable[[str], Page]:
    """A draft of this name, and its page."""

    def opened(code: str) -> Page:
        form, findings = data_to_template(template(code))
        assert form, findings
        with unit_of_work(site.app) as session:
            agency = read_tree(session, clock.today()).with_code(LEAD).id
            save_draft(session, form, base=0, actor=DESIGNER, now=clock.now(), agency=agency)
        page = sign_in(DESIGNER)
        page.goto(f"/designer/{code}")
        expect(page.locator("#chosen-name")).not_to_be_empty()
        return page

    return opened


def stored(site: Site, page: Page, code: str) -> Any:
    """The document once everything is saved."""
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    with unit_of_work(site.app, write=False) as session:
        return open_draft(session, code)[1]


def head(page: Page, title: str) -> None:
    page.locator("#canvas thead").get_by_text(title, exact=True).click()


def cell(page: Page, row: str, column: str) -> None:
    page.locator(f'#canvas [data-at="cell"][data-row="{row}"][data-column="{column}"]').click()


def fill(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("tabpanel", name="Thuộc tính").get_by_label(label, exact=True)
    box.fill(value)
    box.press("Tab")


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_role("tabpanel", name="Thuộc tính").get_by_label(label, exact=True).select_option(option)


def tick(page: Page, label: str) -> None:
    page.get_by_role("tabpanel", name="Thuộc tính").get_by_label(label, exact=True).click()


def test_each_property_of_a_column(site: Site, open_page: Callable[[str], Page], look: Look) -> None:
    page = open_page("PN.01")
    head(page, "Nông thôn")
    expect(page.locator("#chosen-name")).to_have_text("Cột 2 Nông thôn")
    fill(page, "Tên cột", "Ở nông thôn")
    fill(page, "Số ở hàng đánh số", "2=3")
    pick(page, "Kiểu dữ liệu", "decimal")
    fill(page, "Đơn vị tính", "hộ")
    fill(page, "Số chữ số thập phân", "1")
    fill(page, "Nhỏ nhất", "0")
    fill(page, "Lớn nhất", "1.000,5")
    tick(page, "Bắt buộc nhập")
    pick(page, "Bản chất số liệu", "stock")
    pick(page, "Khi tổng hợp các đơn vị", "weighted_mean")
    pick(page, "Trọng số là cột", "1")
    pick(page, "Thuộc tổng nào", "of_which")
    pick(page, "Số chính thức thay cho kỳ trước của cột", "3")
    fill(page, "Chỉ có khi", "kỳ.đầu_năm")
    look(page, "designer-column")
    tick(page, "Có trên bản in")
    head(page, "Chia ra")
    pick(page, "Lặp nhóm cột", "list")
    fill(page, "Danh mục", "vung")
    head(page, "Thành thị")
    pick(page, "Kiểu dữ liệu", "choice")
    fill(page, "Danh sách chọn, mỗi dòng một mục", "tốt\nkhá")
    pick(page, "Thuộc tổng nào", "")
    fill(page, "Thuộc cách chia theo", "nơi ở")
    group = stored(site, page, "PN.01")["sections"][0]["columns"][1]
    assert group["repeat"] == {"over": "list", "list": "vung"}
    rural, town = group["children"]
    assert rural == {
        "code": "2",
        "id": "2",
        "ordinal": "2=3",
        "title": "Ở nông thôn",
        "type": "decimal",
        "unit": "hộ",
        "decimals": 1,
        "required": True,
        "min": 0,
        "max": "1000.5",
        "aggregation": {"rule": "weighted_mean", "by": "1"},
        "nature": "stock",
        "part": "of_which",
        "revises": {"column": "3", "period": "previous"},
        "when": "kỳ.đầu_năm",
        "print": False,
    }
    assert (town["type"], town["choices"], town["part"]) == ("choice", ["tốt", "khá"], "nơi ở")


def test_each_property_of_rows_cells_and_sections(
    site: Site, open_page: Callable[[str], Page], look: Look
) -> None:
    page = open_page("PN.02")
    page.locator("#canvas tbody").get_by_text("Nữ", exact=True).click()
    fill(page, "Tên dòng", "Nữ giới")
    fill(page, "Số thứ tự", "a")
    fill(page, "Đơn vị tính", "người")
    fill(page, "Mã chỉ tiêu", "0101")
    pick(page, "Thuộc tổng nào", "of_which")
    page.locator("#canvas tbody").get_by_text("Nam", exact=True).click()
    pick(page, "Loại dòng", "open")
    fill(page, "Thêm nhiều nhất bao nhiêu dòng", "12")
    cell(page, "1", "5")
    pick(page, "Trạng thái ô", "not_applicable")
    fill(page, "Chỉ khóa khi", 'đơn vị.cấp = "xã"')
    fill(page, "Giá trị điền sẵn", "0")
    tick(page, "Chỉ tiêu chính của biểu")
    look(page, "designer-cell")
    page.locator('#canvas [data-at="section"][data-section="A"]').click()
    fill(page, "Tên phần", "Tình hình {kỳ.năm}")
    pick(page, "Dòng", "agencies")
    pick(page, "Ai điền", "owner")
    look(page, "designer-section")
    document = stored(site, page, "PN.02")
    section = document["sections"][0]
    women, men = section["rows"]["items"][0]["children"]
    assert women == {
        "code": "1.1",
        "id": "1.1",
        "ordinal": "a",
        "title": "Nữ giới",
        "unit": "người",
        "indicator": "0101",
        "part": "of_which",
    }
    assert (men["kind"], men["max_rows"]) == ("open", 12)
    assert section["cells"] == [
        {"row": "1", "column": "5", "state": "not_applicable", "when": 'đơn vị.cấp = "xã"', "default": "0"}
    ]
    assert document["headline"] == ["A[1;5]"]
    assert (section["title"], section["rows"]["kind"], section["rows"]["filled_by"]) == (
        "Tình hình {kỳ.năm}",
        "agencies",
        "owner",
    )


def test_a_rule_is_typed_changed_and_deleted(
    site: Site, open_page: Callable[[str], Page], look: Look
) -> None:
    page = open_page("PN.03")
    page.get_by_role("tab", name="Quy tắc").click()
    box = page.get_by_role("textbox", name="Quy tắc", exact=True)
    box.press_sequentially("cột 1 = cột 2 + cột ")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.filter(has_text="Thành thị")).to_be_visible()
    look(page, "designer-rule-offers")
    options.filter(has_text="Thành thị").click()
    box.press("Escape")
    expect(page.locator("#rule-said .told").first).to_contain_text("phải bằng")
    page.get_by_label("Mức", exact=True).select_option("warning")
    page.get_by_label("Lời báo khi sai").fill("Xem lại tổng số")
    page.get_by_role("button", name="Giữ quy tắc").last.click()
    listed = page.locator("#rule-list > li")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("Ở mỗi dòng có số liệu")
    listed.get_by_role("button").click()
    expect(page.locator("#canvas .is-lit")).not_to_have_count(0)
    look(page, "designer-rule")
    page.get_by_role("tab", name="Thuộc tính").click()
    head(page, "Lũy kế")
    expect(page.locator("#chosen-name")).to_be_visible()
    page.get_by_role("tab", name="Quy tắc").click()
    listed.get_by_role("button").click()
    page.get_by_label("là công thức (tự tính)").check()
    page.get_by_role("button", name="Giữ quy tắc").last.click()
    rule = stored(site, page, "PN.03")["sections"][0]["rules"][0]
    assert {key: rule[key] for key in ("code", "text", "computed", "message")} == {
        "code": "K1",
        "text": "cột 1 = cột 2 + cột 3",
        "computed": True,
        "message": "Xem lại tổng số",
    }
    assert "severity" not in rule
    page.get_by_role("button", name="Viết quy tắc khác").click()
    box.fill("cột 1 = cột 9")
    page.get_by_role("button", name="Giữ quy tắc").last.click()
    stored(site, page, "PN.03")
    page.get_by_role("tab", name="Kiểm tra").click()
    look(page, "designer-findings")
    page.locator("#finding-list").get_by_role("button").first.click()
    expect(page.locator("#rule-head")).to_have_text("Sửa quy tắc K2")
    page.get_by_role("button", name="Xóa quy tắc này").click()
    page.locator("#rule-list").get_by_role("button").click()
    page.get_by_role("button", name="Xóa quy tắc này").click()
    expect(listed).to_contain_text("Không có quy tắc nào")
    assert "rules" not in stored(site, page, "PN.03")["sections"][0]


def test_rules_are_made_by_pointing(site: Site, open_page: Callable[[str], Page], look: Look) -> None:
    page = open_page("PN.04")
    page.get_by_role("tab", name="Quy tắc").click()
    kinds = page.get_by_role("group", name="Lập bằng cách chỉ")
    keep = page.locator("#pointing-keep")

    def point(kind: str, *titles: str) -> None:
        kinds.get_by_role("button", name=kind, exact=True).click()
        for title in titles:
            head(page, title)
        if kind == "bằng tổng các …":
            look(page, "designer-pointing")
        keep.click()
        expect(page.locator("#pointing-draft")).to_be_hidden()

    head(page, "Tổng số")
    point("bằng tổng các …", "Nông thôn", "Thành thị")
    head(page, "Tỷ lệ")
    point("bằng … % của …", "Nông thôn", "Tổng số")
    head(page, "Nông thôn")
    point("không lớn hơn", "Tổng số")
    head(page, "Lũy kế")
    point("lũy kế của", "Tổng số")
    head(page, "Thành thị")
    point("bằng hiệu", "Tổng số", "Nông thôn")
    head(page, "Nông thôn")
    point("bằng … của kỳ trước", "Thành thị")
    head(page, "Tổng số")
    point("phải nhập")
    page.locator("#canvas tbody").get_by_text("Hộ nghèo", exact=True).click()
    point("bằng tổng các dòng con")
    cell(page, "1", "1")
    kinds.get_by_role("button", name="bằng tổng các …").click()
    cell(page, "1.1", "1")
    cell(page, "1.2", "1")
    keep.click()
    expect(page.locator("#rule-list > li")).to_have_count(9)
    rules = stored(site, page, "PN.04")["sections"][0]["rules"]
    assert [(rule["text"], rule.get("computed", False)) for rule in rules] == [
        ("cột 1 = cột 2 + cột 3", True),
        ("cột 4 = cột 2 / cột 1 * 100", True),
        ("cột 2 <= cột 1", False),
        ("cột 5 = lũy_kế(cột 1)", True),
        ("cột 3 = cột 1 - cột 2", True),
        ("cột 2 = cột 3 của kỳ trước", True),
        ("cột 1 phải nhập", False),
        ("dòng 1 = tổng(dòng con của 1)", False),
        ("ô [1; 1] = ô [1.1; 1] + ô [1.2; 1]", True),
    ]
    cell(page, "1", "5")
    page.get_by_label("chạm tới chỗ đang chọn").check()
    expect(page.locator("#rule-list")).to_contain_text("lũy_kế")
    expect(page.locator("#rule-list")).not_to_contain_text("phải nhập")


def test_a_narrative_with_a_figure_in_it(site: Site, open_page: Callable[[str], Page], look: Look) -> None:
    page = open_page("PN.05")
    page.locator("#canvas").get_by_role("button", name="Kết quả", exact=True).click()
    fill(page, "Hướng dẫn viết", "Nêu số hộ")
    fill(page, "Lời soạn sẵn", "Toàn xã có ")
    tick(page, "Bắt buộc có nội dung")
    page.get_by_label("Lời soạn sẵn").press("End")
    page.get_by_role("button", name="Chèn số liệu từ một ô").click()
    cell(page, "1", "2")
    expect(page.get_by_label("Lời soạn sẵn")).to_have_value("Toàn xã có {{A[1;2]}}")
    part = page.locator("#canvas").get_by_role("button", name="Kết quả", exact=True)
    part.press("Enter")
    fill(page, "Tên mục", "Giải pháp")
    page.locator("#canvas").get_by_role("button", name="Giải pháp", exact=True).press("Alt+ArrowRight")
    look(page, "designer-outline")
    page.locator('#canvas [data-at="section"][data-section="C"]').click()
    fill(page, "Hoặc nộp văn bản dạng", "docx, PDF")
    page.get_by_role("button", name="+ Văn bản đính kèm").click()
    fill(page, "Tên phần", "Báo cáo ký số")
    page.get_by_role("button", name="+ Danh sách").click()
    pick(page, "Dòng của kỳ trước", "previous")
    fill(page, "Số dòng nhiều nhất", "50")
    sections = stored(site, page, "PN.05")["sections"]
    assert [section["kind"] for section in sections] == ["table", "outline", "attachment", "list"]
    [result] = sections[1]["parts"]
    assert result["text"] == "Toàn xã có {{A[1;2]}}" and result["required"] is True
    assert [child["title"] for child in result["children"]] == ["Giải pháp"]
    assert sections[1]["or_attachment"] == ["docx", "pdf"]
    assert (sections[2]["title"], sections[2]["types"]) == ("Báo cáo ký số", ["docx", "pdf"])
    assert (sections[3]["carry"], sections[3]["max_rows"]) == ("previous", 50)


def test_general_information_and_layout(site: Site, open_page: Callable[[str], Page], look: Look) -> None:
    page = open_page("PN.06")
    page.get_by_role("tab", name="Thông tin chung").click()
    page.get_by_label("Tên biểu", exact=True).fill("Hộ nghèo năm {kỳ.năm}")
    page.get_by_label("Chế độ báo cáo", exact=True).select_option("thematic")
    page.get_by_label("Quý", exact=True).check()
    page.get_by_label("Năm", exact=True).check()
    page.get_by_label("Lĩnh vực").fill("Giảm nghèo")
    page.get_by_label("Đơn vị tính chung").fill("hộ")
    page.get_by_label("Giải thích biểu mẫu").fill("Theo chuẩn đa chiều")
    page.get_by_role("button", name="+ Thêm văn bản").click()
    page.get_by_label("Số, ký hiệu").fill("07/2021/NĐ-CP")
    page.get_by_label("Ngày ban hành").fill("27/1/2021")
    page.get_by_role("button", name="+ Thêm cấp").click()
    page.get_by_label("Cấp", exact=True).fill("xã")
    page.get_by_label("Mã biểu của cấp ấy").fill("PN-X")
    look(page, "designer-general")
    page.get_by_role("tab", name="Bố cục").click()
    page.get_by_label("Khổ giấy A4").select_option("landscape")
    page.get_by_label("In đơn vị tính trên bảng").check()
    page.get_by_role("button", name="+ Thêm chữ ký").click()
    page.get_by_label("Chức danh").fill("Người lập biểu")
    page.get_by_label("Ai ký").select_option("entry")
    page.get_by_label("Nơi nhận, mỗi dòng một nơi").fill("UBND tỉnh\nLưu")
    page.get_by_label("Cơ quan ban hành").click()
    document = stored(site, page, "PN.06")
    assert document["regime"] == "thematic" and document["frequencies"] == ["quarter", "year"]
    assert document["legal_basis"] == [{"number": "07/2021/NĐ-CP", "date": "2021-01-27"}]
    assert document["code_by_level"] == {"xã": "PN-X"}
    assert (document["field"], document["unit"], document["explanation"]) == (
        "Giảm nghèo",
        "hộ",
        "Theo chuẩn đa chiều",
    )
    assert document["layout"] == {
        "orientation": "landscape",
        "heading": {"unit_line": True},
        "signature_block": [{"title": "Người lập biểu", "role": "entry"}],
        "recipients": ["UBND tỉnh", "Lưu"],
    }
    paper = page.locator("#print-preview")
    for printed in ("Người lập biểu", "UBND tỉnh", "Đơn vị tính: hộ", "Biểu số PN.06"):
        expect(paper).to_contain_text(printed)
    expect(paper.get_by_role("heading", name="Hộ nghèo năm ……")).to_be_visible()
    page.get_by_label("In số biểu và căn cứ ban hành").check()
    page.get_by_label("In số biểu và căn cứ ban hành").uncheck()
    expect(paper).not_to_contain_text("Biểu số PN.06")
    look(page, "designer-layout")


def test_an_example_is_kept_from_a_trial_and_the_form_published(
    site: Site, open_page: Callable[[str], Page], look: Look
) -> None:
    page = open_page("PN.07")
    page.get_by_role("tab", name="Quy tắc").click()
    page.get_by_role("textbox", name="Quy tắc", exact=True).fill("cột 1 = cột 2 + cột 3")
    page.get_by_role("button", name="Giữ quy tắc").last.click()
    stored(site, page, "PN.07")
    page.get_by_role("tab", name="Ví dụ").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Điền thử và thêm ví dụ").click()
    trial = opened.value
    trial.get_by_role("button", name="Giữ làm ví dụ").wait_for()
    trial.locator('.grid-canvas-right .slick-row[data-row="0"] .slick-cell.l2').click()
    trial.keyboard.type("5")
    trial.keyboard.press("Tab")
    trial.keyboard.type("1")
    trial.keyboard.press("Enter")
    expect(trial.locator("#findings")).to_contain_text("K1")
    look(trial, "designer-trial")
    trial.get_by_label("Tên ví dụ").fill("Tổng sai")
    trial.get_by_role("button", name="Giữ làm ví dụ").click()
    expect(trial.locator("#example-state")).to_contain_text("Đã giữ")
    expect(page.locator("#example-list")).to_contain_text("phải sai: K1")
    expect(page.locator("#example-list")).to_contain_text("đúng như mong đợi")
    page.get_by_label("Quy tắc phải sai").fill("")
    page.get_by_label("Quy tắc phải sai").press("Enter")
    expect(page.locator("#example-list")).to_contain_text("không như mong đợi")
    look(page, "designer-examples")
    page.get_by_role("button", name="Ban hành", exact=True).click()
    expect(page.locator("#publish-state")).to_contain_text("lỗi phải sửa")
    expect(page.locator("#publish-go")).to_be_disabled()
    look(page, "designer-publish")
    page.get_by_role("button", name="Để sau").click()
    page.get_by_role("button", name="Xóa ví dụ Tổng sai").click()
    stored(site, page, "PN.07")
    page.get_by_role("button", name="Ban hành", exact=True).click()
    page.locator("#publish-go").click()
    page.wait_for_url("**/library/versions/*")
    expect(page.get_by_text("Đã ban hành PN.07 phiên bản 1")).to_be_visible()
