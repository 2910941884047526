"""A sample as a workbook, in one of the ways people lay such a form out."""

import io
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from designer.excel.legacy_fonts import to_unicode
from tests.corpus.samples import Formula, Head, Place, Sample

THIN = Side(style="thin")
BORDER = Border(THIN, THIN, THIN, THIN)


@dataclass(frozen=True)
class Style:
    """How a form is laid out."""

    name: str
    merged: bool = True
    ordinals: Literal["column", "title"] = "column"
    indents: Literal["none", "spaces", "alignment", "outline"] = "none"
    units: Literal["column", "line", "none"] = "line"
    numbers: Literal["none", "plain", "brackets", "formulas"] = "plain"
    sums: Literal["range", "plus", "commas"] = "range"
    ratios: Literal["plain", "iferror", "if", "percent", "round"] = "plain"
    figures: bool = True
    formulas: bool = True
    heading: bool = True
    signatures: bool = True
    font: Literal["Times New Roman", ".VnTime", "VNI-Times"] = "Times New Roman"
    extra: int = 0
    blanks: bool = False
    hidden: bool = False
    notes: bool = False
    sheets: int = 1
    codes: bool = False
    left: int = 1
    top: int = 1


@dataclass(frozen=True)
class Written:
    """The bytes, and where the sample's places stand in them."""

    data: bytes
    sheet: str
    rows: Mapping[int, int]
    columns: Mapping[int, int]
    figures: Mapping[Place, Decimal]


def write(sample: Sample, style: Style, seed: int = 1) -> Written:
    """One sheet for the sample, others as the style says."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Biểu mẫu"
    writer = _Writer(sheet, sample, style, seed)
    writer.write()
    if style.sheets > 1:
        guide = book.create_sheet("Hướng dẫn")
        guide["A1"] = "Hướng dẫn ghi biểu"
        guide["A2"] = "Các đơn vị ghi đầy đủ số liệu trong kỳ báo cáo."
    kept = io.BytesIO()
    book.save(kept)
    return Written(kept.getvalue(), sheet.title, writer.row_at, writer.column_at, writer.figures)


class _Writer:
    def __init__(self, sheet: Any, sample: Sample, style: Style, seed: int) -> None:
        self.sheet, self.sample, self.style = sheet, sample, style
        self.figures = sample.figures(seed)
        self.row_at: dict[int, int] = {}
        self.column_at: dict[int, int] = {}
        self.stubs = self._stubs()
        first = style.left + len(self.stubs) + (1 if style.hidden else 0)
        self.column_at = {j: first + j for j in range(len(sample.leaves))}
        self.right = first + len(sample.leaves) - 1

    def _stubs(self) -> list[tuple[str, str]]:
        found = [("title", self.sample.stub)]
        if self.style.ordinals == "column":
            found.insert(0, ("ordinal", "TT"))
        if self.style.units == "column":
            found.append(("unit", "Đơn vị tính"))
        if self.style.codes and any(line.code for line in self.sample.lines):
            found.append(("code", "Mã số"))
        return found

    def put(self, row: int, column: int, value: object, **looks: Any) -> None:
        """A cell in the style's font."""
        if isinstance(value, str) and not value.startswith("="):
            value = encoded(value, self.style.font)
        cell = self.sheet.cell(row, column, value)
        cell.font = Font(name=self.style.font, bold=looks.get("bold", False))
        indent = looks.get("indent", 0)
        cell.alignment = Alignment(wrap_text=True, indent=indent, horizontal="left" if indent else None)
        if looks.get("border"):
            cell.border = BORDER
        if "format" in looks:
            cell.number_format = looks["format"]

    def write(self) -> None:
        row = self._top(self.style.top)
        row = self._header(row)
        if self.style.numbers != "none":
            self._number_line(row)
            row += 1
        row = self._body(row)
        self._bottom(row)

    def _top(self, row: int) -> int:
        left, right = self.style.left, self.right
        if self.style.heading:
            self.put(row, left, "UBND TỈNH HƯNG THỊNH")
            self.put(row, max(right - 1, left + 1), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
            self.put(row + 1, left, "SỞ TÀI CHÍNH")
            self.put(row + 1, max(right - 1, left + 1), "Độc lập - Tự do - Hạnh phúc")
            row += 3
        if self.sample.code:
            self.put(row, left, f"Biểu số: {self.sample.code}")
            row += 1
        self.put(row, left, self.sample.title.upper())
        self.sheet.merge_cells(start_row=row, start_column=left, end_row=row, end_column=right)
        row += 1
        for number in range(self.style.extra):
            self.put(
                row,
                left,
                ("(Kèm theo Công văn số 123/STC-NS ngày 02/6/2026)", "Kỳ báo cáo: 6 tháng")[number % 2],
            )
            row += 1
        if self.style.units == "line" and self.sample.unit:
            self.put(row, max(right - 1, left + 1), f"Đơn vị tính: {self.sample.unit}")
            row += 1
        return row + 1

    def _header(self, row: int) -> int:
        depth = max(len(path) for _, path in self.sample.leaves)
        bottom = row + depth - 1
        for at, (_, title) in enumerate(self.stubs):
            self._head(row, self.style.left + at, bottom, self.style.left + at, title)
        column = self.column_at[0]
        for head in self.sample.heads:
            column = self._tree(head, row, bottom, column)
        if self.style.hidden:
            at = self.style.left + len(self.stubs)
            self.sheet.column_dimensions[get_column_letter(at)].hidden = True
        return bottom + 1

    def _tree(self, head: Head, row: int, bottom: int, column: int) -> int:
        width = len(list(head.leaves()))
        self._head(row, column, row if head.children else bottom, column + width - 1, head.title)
        at = column
        for child in head.children:
            at = self._tree(child, row + 1, bottom, at)
        return column + width

    def _head(self, top: int, left: int, bottom: int, right: int, title: str) -> None:
        self.put(top, left, title, bold=True, border=True)
        if self.style.merged and (bottom > top or right > left):
            self.sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    def _number_line(self, row: int) -> None:
        letters = iter("ABCDE")
        shape: Callable[[str], str] = (
            (lambda t: f"({t})") if self.style.numbers == "brackets" else (lambda t: t)
        )
        for at in range(len(self.stubs)):
            self.put(row, self.style.left + at, shape(next(letters)), border=True)
        counting = itertools.count(1)
        for j in range(len(self.sample.leaves)):
            label = str(next(counting))
            if self.style.numbers == "formulas":
                label += self._told(j)
            self.put(row, self.column_at[j], shape(label) if "=" not in label else label, border=True)

    def _told(self, leaf: int) -> str:
        """`=1+2` where one formula holds in all rows of the column."""
        found = {
            place[0]: formula for place, formula in self.sample.formulas.items()
            if place[1] == leaf and all(p[0] == place[0] for _, p in (*formula.terms, *formula.over))
        }  # fmt: skip
        if not found:
            return ""
        formula = next(iter(found.values()))
        top = "".join(("+" if s > 0 else "-") + str(p[1] + 1) for s, p in formula.terms).lstrip("+")
        if not formula.over:
            return f"={top}"
        over = "+".join(str(p[1] + 1) for _, p in formula.over)
        wrap = [f"({t})" if "+" in t else t for t in (top, over)]
        return f"={wrap[0]}/{wrap[1]}*100"

    def _body(self, row: int) -> int:
        style = self.style
        start = row
        for i, line in enumerate(self.sample.lines):
            if style.blanks and i and line.parent is None and not self.sample.agencies:
                row += 1
            self.row_at[i] = row
            row += 1
        for i in range(len(self.sample.lines)):
            self._line(i)
        return max(row, start + 1)

    def _line(self, i: int) -> None:
        style, line, row = self.style, self.sample.lines[i], self.row_at[i]
        depth = self.sample.depth(i)
        title = line.title
        if style.ordinals == "title" and line.ordinal:
            title = f"{line.ordinal}. {title}" if line.ordinal != "-" else f"- {title}"
        if style.indents == "spaces":
            title = "   " * depth + title
        if style.indents == "outline" and depth:
            self.sheet.row_dimensions[row].outlineLevel = depth
        texts = {"title": title, "ordinal": line.ordinal, "unit": line.unit, "code": line.code}
        for at, (kind, _) in enumerate(self.stubs):
            if texts[kind]:
                indent = depth if kind == "title" and style.indents == "alignment" else 0
                self.put(row, style.left + at, texts[kind], border=True, indent=indent, bold=line.group)
        for j, (head, _) in enumerate(self.sample.leaves):
            if (i, j) in self.figures:
                self._figure((i, j), head)

    def _figure(self, place: Place, head: Head) -> None:
        row, column = self.row_at[place[0]], self.column_at[place[1]]
        formula = self.sample.formulas.get(place)
        share = head.percent and self.style.ratios == "percent" and (formula is None or bool(formula.over))
        looks = {"border": True, "format": "0.00%"} if share else {"border": True}
        if place in self.sample.formulas and self.style.formulas:
            self.put(row, column, self._spelled(self.sample.formulas[place], share), **looks)
        elif self.style.figures:
            value = self.figures[place]
            self.put(row, column, float(value / 100) if share else float(round(value, 4)), **looks)

    def _spelled(self, formula: Formula, share: bool) -> str:
        top = self._sum(formula)
        if not formula.over:
            return f"={top}"
        over = self._sum(replace(formula, terms=formula.over))
        ratio = f"{self._held(top)}/{self._held(over)}" + ("" if share else "*100")
        first = over if over.startswith("SUM") or not set(over) & set("+-") else f"({over})"
        match self.style.ratios:
            case "iferror":
                return f"=IFERROR({ratio},0)"
            case "if":
                return f'=IF({first}=0,"",{ratio})' if "(" not in first else f'=IFERROR({ratio},"")'
            case "round":
                return f"=ROUND({ratio},2)"
        return f"={ratio}"

    @staticmethod
    def _held(text: str) -> str:
        return f"({text})" if set(text) & set("+-") else text

    def _sum(self, formula: Formula) -> str:
        places = [(sign, self.row_at[p[0]], self.column_at[p[1]]) for sign, p in formula.terms]
        cells = [(sign, f"{get_column_letter(column)}{row}") for sign, row, column in places]
        plus = "".join(("+" if sign > 0 else "-") + cell for sign, cell in cells).lstrip("+")
        if any(sign < 0 for sign, _ in cells) or len(cells) < 2 or self.style.sums == "plus":
            return plus
        if self.style.sums == "commas":
            return f"SUM({','.join(cell for _, cell in cells)})"
        rows, columns = sorted({r for _, r, _ in places}), sorted({c for _, _, c in places})
        solid = len(rows) * len(columns) == len(cells) and (
            rows[-1] - rows[0] + 1 == len(rows) and columns[-1] - columns[0] + 1 == len(columns)
        )
        return (
            f"SUM({cells[0][1]}:{cells[-1][1]})" if solid else f"SUM({','.join(cell for _, cell in cells)})"
        )

    def _bottom(self, row: int) -> None:
        if self.style.notes:
            self.put(row + 1, self.style.left, "Ghi chú: Số liệu tính đến hết ngày cuối kỳ báo cáo.")
            row += 2
        if self.style.signatures:
            last = max(self.right - 1, self.style.left + 1)
            self.put(row + 1, last, "..., ngày ... tháng ... năm 2026")
            self.put(row + 2, self.style.left, "Người lập biểu")
            self.put(row + 2, last, "KT. GIÁM ĐỐC")
            self.put(row + 3, last, "(Ký, ghi rõ họ tên, đóng dấu)")


def encoded(text: str, font: str) -> str:
    """The text as it is stored for a font of before Unicode: the other way round of `to_unicode`."""
    if font == "Times New Roman":
        return text
    return "".join(_letters(font).get(letter, letter) for letter in text)


_TABLES: dict[str, dict[str, str]] = {}


def _letters(font: str) -> dict[str, str]:
    if font not in _TABLES:
        marks = [chr(code) for code in range(0xA1, 0x100)]
        bases = "aeiouyAEIOUY\xf4\xf6\xd4\xd6"
        singles = {to_unicode(letter, font): letter for letter in marks if to_unicode(letter, font) != letter}
        pairs = (
            {to_unicode(b + m, font): b + m for b in bases for m in marks} if font.startswith("VNI") else {}
        )
        _TABLES[font] = {k: v for k, v in pairs.items() if len(k) == 1} | singles
    return _TABLES[font]
