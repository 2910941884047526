"""A pair of hands that draws a form on the designer's canvas: clicks, keys, pastes, and counts them.

The form to draw is a template's JSON value. Names of columns and of rows are pasted in two blocks, as a
spreadsheet has them in the clipboard; everything else is done range by range, as a person would.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from playwright.sync_api import Locator, Page

Node = Mapping[str, Any]
SECONDS = 2  # that an action takes a person
COPY = """([html, text]) => navigator.clipboard.write([new ClipboardItem({
  'text/html': new Blob([html], {type: 'text/html'}),
  'text/plain': new Blob([text], {type: 'text/plain'})})])"""
COLUMN_FIELDS = {
    "type": "Kiểu dữ liệu",
    "unit": "Đơn vị tính",
    "decimals": "Số chữ số thập phân",
    "min": "Nhỏ nhất",
}
ROW_FIELDS = {**COLUMN_FIELDS, "nature": "Bản chất số liệu"}
ROW_KINDS = {"data": "Alt+1", "group": "Alt+2", "total": "Alt+3", "open": "Alt+4"}
SIGNERS = {"entry": "người nhập", "verifier": "người kiểm tra", "approver": "lãnh đạo duyệt"}


def leaves(columns: Sequence[Node]) -> Iterator[Node]:
    """The data columns of a header tree."""
    for column in columns:
        yield from leaves(column["children"]) if column.get("children") else (column,)


def groups(columns: Sequence[Node]) -> Iterator[Node]:
    """The header cells over others, from the top."""
    for column in columns:
        if column.get("children"):
            yield column
            yield from groups(column["children"])


def walk(rows: Sequence[Node], depth: int = 0) -> Iterator[tuple[Node, int]]:
    """Rows or parts in display order with their depth."""
    for row in rows:
        yield row, depth
        yield from walk(row.get("children", ()), depth + 1)


class Hands:
    """Somebody at the page of a draft. `actions` counts what was done."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    @property
    def minutes(self) -> float:
        return self.actions * SECONDS / 60

    def begin(self, code: str, form: Node) -> None:
        """From the list of drafts to an empty canvas."""
        self.click(self.page.get_by_role("link", name="Thiết kế biểu"))
        self.click(self.page.get_by_role("link", name="Biểu mới"))
        self.fill(self.page.get_by_label("Mã biểu"), code)
        self.fill(self.page.get_by_label("Tên biểu"), form["name"])
        orientation = "dọc" if form.get("layout", {}).get("orientation") == "portrait" else "ngang"
        if orientation == "dọc":
            self.click(self.page.get_by_label(orientation, exact=True))
        self.click(self.page.get_by_role("button", name="Bắt đầu vẽ"))
        self.page.locator("#canvas .paper-canvas").wait_for()

    def draw(self, form: Node) -> None:
        """Everything but its examples."""
        for at, section in enumerate(form["sections"]):
            if section["kind"] == "table":
                self.draw_table(at, section)
            else:
                self.draw_outline(at, section)
        self.point_out(form)
        self.tell_of_it(form)
        self.lay_out(form.get("layout", {}))
        self.saved()

    def saved(self) -> None:
        self.page.locator('#save-state[data-state="saved"]').wait_for()

    # --- a table

    def draw_table(self, at: int, section: Node) -> None:
        self.name_section(at, section)
        host = self.page.locator(".canvas-section").nth(at)
        self.paste(host.locator('[data-at="new-column"]'), header_table(section["columns"]))
        rows = section.get("rows", {})
        if rows.get("kind") == "agencies":
            self.click(host.locator('[data-at="section"]'))
            self.choose("Dòng", "mỗi đơn vị báo cáo một dòng")
        if rows.get("items"):
            self.paste(host.locator('[data-at="new-row"]'), row_table(rows["items"]))
        self.code_groups(host, section)
        self.state_columns(host, section)
        self.state_rows(host, section)
        self.lock_cells(host, section)
        self.write_rules(section)

    def name_section(self, at: int, section: Node) -> None:
        title = self.page.locator('[data-at="section"]').nth(at)
        self.click(title)
        if section.get("title"):
            self.type(section["title"])

    def code_groups(self, host: Locator, section: Node) -> None:
        """Each once no other header cell has the code that it wants."""
        there = list(groups(self.drawn_section(section)["columns"]))
        wanted = dict(
            zip(
                (each["id"] for each in there),
                (each["code"] for each in groups(section["columns"])),
                strict=True,
            )
        )
        codes = {each["id"]: each["code"] for each in there}
        while wrong := [id for id, code in wanted.items() if codes[id] != code]:
            id = next(each for each in wrong if wanted[each] not in codes.values())
            self.click(self.head(host, id))
            self.field("Mã cột", wanted[id])
            codes[id] = wanted[id]

    def state_columns(self, host: Locator, section: Node) -> None:
        numbers = host.locator('[data-at="number"]')
        for key, label in COLUMN_FIELDS.items():
            have = list(leaves(self.drawn_section(section)["columns"]))
            self.state(key, label, list(leaves(section["columns"])), have, numbers.nth)
        for at, column in enumerate(leaves(section["columns"])):
            if column.get("revises"):
                self.click(numbers.nth(at))
                self.choose(
                    "Số chính thức thay cho kỳ trước của cột",
                    re.compile(rf"\b{column['revises']['column']}\b"),
                )

    def state_rows(self, host: Locator, section: Node) -> None:
        wanted = [row for row, _depth in walk(section.get("rows", {}).get("items", ()))]
        names = host.locator('[data-at="name"]')
        have = [row for row, _depth in walk(self.drawn_section(section).get("rows", {}).get("items", ()))]
        for from_, to, kind in runs(wanted, have, "kind", "data"):
            self.range(names.nth, from_, to)
            self.press(ROW_KINDS[kind])
        for from_, to, _part in runs(wanted, have, "part", None):
            self.range(names.nth, from_, to)
            self.press("Alt+5")
        for key, label in ROW_FIELDS.items():
            have = [row for row, _depth in walk(self.drawn_section(section).get("rows", {}).get("items", ()))]
            self.state(key, label, wanted, have, names.nth)

    def lock_cells(self, host: Locator, section: Node) -> None:
        rows = [row["code"] for row, _depth in walk(section.get("rows", {}).get("items", ()))]
        columns = [column["code"] for column in leaves(section["columns"])]
        by_column: dict[str, list[int]] = {}
        for cell in section.get("cells", ()):
            by_column.setdefault(cell["column"], []).append(rows.index(cell["row"]))
        for column, at in by_column.items():
            drawn = self.drawn_section(section)
            ids = [row["id"] for row, _depth in walk(drawn["rows"]["items"])]
            leaf = list(leaves(drawn["columns"]))[columns.index(column)]["id"]

            def cell_at(place: int, leaf: str = leaf, ids: list[str] = ids) -> Locator:
                return host.locator(f'[data-at="cell"][data-row="{ids[place]}"][data-column="{leaf}"]')

            for from_, to in stretches(sorted(at)):
                self.range(cell_at, from_, to)
                self.press("Alt+l")

    def write_rules(self, section: Node) -> None:
        if section.get("rules"):
            self.click(self.page.get_by_role("tab", name="Quy tắc"))
        for rule in section.get("rules", ()):
            self.fill(self.page.locator("#rule-text"), rule["text"])
            if self.page.locator("#rule-code").input_value() != rule["code"]:
                self.fill(self.page.locator("#rule-code"), rule["code"])
            if rule.get("computed"):
                self.click(self.page.get_by_label("là công thức (tự tính)"))
            if rule.get("severity"):
                self.actions += 1
                self.page.locator("#rule-severity").select_option(rule["severity"])
            if rule.get("message"):
                self.fill(self.page.get_by_label("Lời báo khi sai"), rule["message"])
            self.click(self.page.get_by_role("button", name="Giữ quy tắc").last)
        if section.get("rules"):
            self.click(self.page.get_by_role("tab", name="Thuộc tính"))

    # --- a narrative

    def draw_outline(self, at: int, section: Node) -> None:
        """In place of the table that an empty template begins with."""
        self.click(self.page.get_by_role("button", name="+ Thuyết minh"))
        self.click(self.page.get_by_role("button", name="A", exact=True))
        self.click(self.page.get_by_role("button", name="Bỏ phần A"))
        self.click(self.page.locator('[data-at="section"]').nth(at))
        self.type(section["title"])
        self.field("Mã phần", section["code"])
        self.field("Hoặc nộp văn bản dạng", ", ".join(section.get("or_attachment", ())))
        if section.get("required"):
            self.click(self.page.get_by_label("Bắt buộc nộp").locator("visible=true"))
        parts = list(walk(section["parts"]))
        for place, (_part, depth) in enumerate(parts):
            self.place_part(place, depth, parts[place - 1][1] if place else 0)
        for place, (part, _depth) in enumerate(parts):
            self.write_part(place, part)

    def place_part(self, place: int, depth: int, before: int) -> None:
        """The first part is there already; a further one comes after the one before it, which is chosen."""
        names = self.page.locator(".part-name")
        if place == 0:
            self.click(names.first)
        elif depth == 0:
            self.click(self.page.get_by_text("+ Mục mới", exact=True))
        else:
            self.press("Enter")
        names.nth(place).wait_for()
        if depth > before:
            self.press("Alt+ArrowRight")

    def write_part(self, place: int, part: Node) -> None:
        self.click(self.page.locator(".part-name").nth(place))
        self.field("Tên mục", part["title"])
        self.field("Mã mục", part["code"])
        if part.get("guidance"):
            self.field("Hướng dẫn viết", part["guidance"])
        if part.get("required"):
            self.click(self.chosen("Bắt buộc có nội dung"))
        if part.get("text"):
            self.field("Lời soạn sẵn", part["text"])

    # --- the template

    def point_out(self, form: Node) -> None:
        for named in form.get("headline", ()):
            section, row, column = re.fullmatch(r"(\w+)\[(.+);(.+)\]", named).groups()  # type: ignore[union-attr]
            drawn = next(each for each in self.document()["sections"] if each["code"] == section)
            at_row = next(each["id"] for each, _depth in walk(drawn["rows"]["items"]) if each["code"] == row)
            at_column = next(each["id"] for each in leaves(drawn["columns"]) if each["code"] == column)
            self.click(self.page.locator(f'[data-at="cell"][data-row="{at_row}"][data-column="{at_column}"]'))
            self.click(self.chosen("Chỉ tiêu chính của biểu"))

    def tell_of_it(self, form: Node) -> None:
        self.click(self.page.get_by_role("tab", name="Thông tin chung"))
        if form.get("regime"):
            self.actions += 1
            self.page.get_by_label("Chế độ báo cáo", exact=True).select_option(form["regime"])
        for frequency in form.get("frequencies", ()):
            self.click(self.page.locator(f'#step-general input[value="{frequency}"]'))
        told = {
            "field": "Lĩnh vực",
            "unit": "Đơn vị tính chung",
            "addressee": "Đối tượng báo cáo",
            "notes": "Ghi chú",
            "explanation": "Giải thích biểu mẫu",
        }
        for key, label in told.items():
            if form.get(key):
                self.fill(self.page.locator("#step-general").get_by_label(re.compile(f"^{label}")), form[key])
        for at, basis in enumerate(form.get("legal_basis", ())):
            self.record(
                "legal_basis",
                at,
                {"number": basis["number"], "date": day(basis.get("date")), "title": basis.get("title")},
            )
        for at, (level, code) in enumerate(form.get("code_by_level", {}).items()):
            self.record("code_by_level", at, {"name": level, "told": code})

    def lay_out(self, layout: Node) -> None:
        self.click(self.page.get_by_role("tab", name="Bố cục"))
        heading = layout.get("heading", {})
        for key, label in {
            "form_number": "In số biểu và căn cứ ban hành",
            "unit_line": "In đơn vị tính trên bảng",
        }.items():
            if heading.get(key):
                self.click(self.page.get_by_label(label))
        for at, block in enumerate(layout.get("signature_block", ())):
            self.record("layout.signature_block", at, {"title": block["title"]})
            line = self.page.locator('[data-records="layout.signature_block"] li').nth(at)
            self.actions += 1
            line.locator("select").select_option(label=SIGNERS[block["role"]])

    def record(self, key: str, at: int, given: Mapping[str, str | None]) -> None:
        """One line of a small list of the template."""
        host = self.page.locator(f'[data-records="{key}"]')
        self.click(host.locator("[data-add-record]"))
        for field, value in given.items():
            if value:
                self.fill(host.locator("li").nth(at).locator(f'[data-field="{field}"]'), value)

    # --- what a hand does

    def click(self, place: Locator) -> None:
        self.actions += 1
        place.click()

    def press(self, keys: str) -> None:
        self.actions += 1
        self.page.keyboard.press(keys)

    def type(self, text: str) -> None:
        """Over what is active, finished by Enter."""
        self.actions += 1
        self.page.keyboard.type(text[:1])
        self.page.keyboard.insert_text(text[1:])
        self.page.keyboard.press("Enter")

    def fill(self, place: Locator, text: str) -> None:
        """Click into a field, which may be folded away, type, leave it by Tab."""
        folded = place.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            self.click(folded.first)
        self.actions += 2
        place.fill(text)
        place.press("Tab")

    def paste(self, place: Locator, block: tuple[str, str]) -> None:
        """A block that was copied in a spreadsheet: two actions there, two here."""
        self.actions += 2
        self.click(place)
        self.page.evaluate(COPY, list(block))
        self.press("Control+v")
        self.page.locator("#typing").wait_for(state="hidden")

    def range(self, at: Callable[[int], Locator], from_: int, to: int) -> None:
        """From one place to another."""
        self.click(at(from_))
        if to > from_:
            self.actions += 1
            at(to).click(modifiers=["Shift"])

    def chosen(self, label: str) -> Locator:
        """A field of the panel."""
        return self.page.locator("#chosen").get_by_label(label, exact=True).locator("visible=true").first

    def field(self, label: str, value: str) -> None:
        self.fill(self.chosen(label), value)

    def choose(self, label: str, option: str | re.Pattern[str]) -> None:
        self.actions += 2
        select = self.chosen(label)
        names = select.locator("option").all_inner_texts()
        known = next(
            name for name in names if (option == name if isinstance(option, str) else option.search(name))
        )
        select.select_option(label=known)

    def state(
        self, key: str, label: str, wanted: Sequence[Node], have: Sequence[Node], at: Callable[[int], Locator]
    ) -> None:
        """Give stretches of columns or rows the property they need."""
        for from_, to, value in runs(wanted, have, key, None):
            self.range(at, from_, to)
            field = self.chosen(label)
            if field.evaluate("field => field.tagName") == "SELECT":
                self.actions += 2
                field.select_option("" if value is None else str(value))
            else:
                self.fill(field, "" if value is None else str(value))
            self.saved()

    def head(self, host: Locator, id: str) -> Locator:
        return host.locator(f'[data-at="head"][data-id="{id}"]')

    def drawn_section(self, section: Node) -> Any:
        """The section as the server has it: what a person sees on the canvas and in the panel."""
        return next(each for each in self.document()["sections"] if each["code"] == section["code"])

    def document(self) -> Any:
        self.saved()
        return self.page.evaluate(
            "async () => (await (await fetch(location.pathname + '/state')).json()).document"
        )


def runs(
    wanted: Sequence[Node], have: Sequence[Node], key: str, usual: Any
) -> Iterator[tuple[int, int, Any]]:
    """Stretches that need one value of `key`, from the first that has not got it to the last."""
    at = 0
    for value, stretch in groupby(wanted, lambda node: node.get(key, usual)):
        size = len(list(stretch))
        wrong = [each for each in range(at, at + size) if have[each].get(key, usual) != value]
        if wrong:
            yield wrong[0], wrong[-1], value
        at += size


def stretches(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, as from and to."""
    for _gap, stretch in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        found = [number for _at, number in stretch]
        yield found[0], found[-1]


def day(date: str | None) -> str | None:
    return "/".join(reversed(date.split("-"))) if date else None


def header_table(columns: Sequence[Node]) -> tuple[str, str]:
    """A header as a spreadsheet copies it: merged cells, the number line below."""

    def depth(column: Node) -> int:
        return 1 + max(map(depth, column.get("children", ())), default=0)

    levels = max(map(depth, columns))
    lines: list[list[str]] = [[] for _ in range(levels)]

    def place(column: Node, level: int) -> None:
        children = column.get("children", ())
        width, height = len(list(leaves([column]))), 1 if children else levels - level
        lines[level].append(f'<td colspan="{width}" rowspan="{height}">{escape(column["title"])}</td>')
        for child in children:
            place(child, level + 1)

    for column in columns:
        place(column, 0)
    numbers = [column.get("ordinal", column["code"]) for column in leaves(columns)]
    lines.append([f"<td>{escape(number)}</td>" for number in numbers])
    body = "".join(f"<tr>{''.join(line)}</tr>" for line in lines)
    return f"<table>{body}</table>", "\t".join(column["title"] for column in leaves(columns))


def row_table(rows: Sequence[Node]) -> tuple[str, str]:
    """Rows as a spreadsheet copies them: ordinal, indented name, unit, code."""
    lines, texts = [], []
    for row, depth in walk(rows):
        cells = [
            row.get("ordinal", ""),
            "\u00a0\u00a0" * depth + row["title"],
            row.get("unit", ""),
            row["code"],
        ]
        lines.append("".join(f"<td>{escape(cell)}</td>" for cell in cells))
        texts.append("\t".join(cells))
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>", "\n".join(texts)
