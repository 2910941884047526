"""Random rule texts over one section of a form: every construct and function of the language.

A text need not be sound: units and types are the compiler's business, and what it refuses is written again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Literal

from engine.form import Section
from tests.proof.forms import OTHER

Style = Literal["row", "column", "cell", "parent"]
COMPARED = ("=", "=", "=", "<>", "<", "<=", ">", ">=")
TIMES = (
    "của kỳ trước",
    "của kỳ trước",
    "của kỳ trước (2)",
    "của kỳ trước trong năm",
    "của cùng kỳ",
    "của năm trước",
)
LITERALS = ("0", "1", "2", "100", "0,5", "1,25", "10%", "100%", "33", "0,001", "1.000.000", "9" + "2" * 18)
NUMBER_ATTRIBUTES = ("kỳ.tháng", "kỳ.năm", "đơn vị.dân_số", "đơn vị.loại")


@dataclass
class Writer:
    """Writes rules of one style about one section."""

    pick: Random
    section: Section
    style: Style
    has_other: bool = True
    _spoken: list[str] = field(default_factory=list)

    # --- names

    @cached_property
    def rows(self) -> Sequence[str]:
        """Codes of the rows that have cells."""
        return [row.code for row in self.section.row_list if row.has_cells] or ["1"]

    @cached_property
    def parents(self) -> Sequence[str]:
        """Codes of the rows that have rows below."""
        return [row.code for row in self.section.row_list if row.children]

    def columns(self, *types: str) -> list[str]:
        """Codes of the data columns of these types; of numbers without any."""
        wanted = types or ("integer", "decimal", "money")
        return [c.code for c in self.section.leaves if c.properties.type in wanted] or ["1"]

    def row(self) -> str:
        """A row by code, ordinal or title."""
        code = self.pick.choice(self.rows)
        row = self.section.row_by_id.get(code)
        if row is None or self.pick.random() < 0.6:
            return code
        return self.pick.choice([row.ordinal, f'"{row.title}"'])

    def column(self, *types: str) -> str:
        """A column by its code."""
        return self.pick.choice(self.columns(*types))

    # --- references

    def source(self) -> str:
        """Whose figures: mostly this report's."""
        return "" if self.pick.random() < 0.75 else " " + self.pick.choice(TIMES)

    def cell(self) -> str:
        """One cell of this section, or of another form."""
        if self.has_other and self.pick.random() < 0.06:
            return f'ô [R1; c1] của biểu "{OTHER}"'
        if self.section.kind == "list":
            return self.column()  # refused at once: a list has no single cells
        return f"ô [{self.row()}; {self.column()}]{self.source()}"

    def one(self) -> str:
        """One number that is referred to, in this rule's style."""
        if self.style == "row" and self.pick.random() < 0.85:
            return f"dòng {self.row()}{self.source()}"
        if self.style == "column" and self.pick.random() < 0.85:
            types = self.pick.choice([(), (), (), ("percent",), ("by_row",)])
            return f"cột {self.column(*types)}{self.source()}"
        if self.style == "parent" and self.pick.random() < 0.7:
            return "dòng cha" + self.source()
        if self.pick.random() < 0.1:
            return f"ô [{self.row()}; {self.column('percent', 'by_row')}]"
        return self.cell()

    def set(self) -> str:
        """Several figures at once."""
        rows = self.pick.choice(
            ["mọi dòng", self._range(self.rows), f"({self._list(self.rows)})", self._children()]
        )
        columns = self.pick.choice([self.column(), self._range(self.columns()), self._list(self.columns())])
        if self.section.kind == "list" or self.section.rows.kind == "agencies":
            rows = "mọi dòng"
        if self.style == "row" and self.pick.random() < 0.8:
            return ("" if rows.startswith(("mọi", "dòng")) else "dòng ") + rows + self.source()
        if self.style == "column" and self.pick.random() < 0.6:
            across = self.pick.choice(["mọi cột", f"cột ({self._list(self.columns())})"])
            return across + self.source()
        if self.style == "parent" and self.pick.random() < 0.9:
            return "dòng con" + self.source()
        rows = rows if rows.startswith(("mọi", "dòng", "(")) else f"dòng {rows}"
        return f"ô [{rows}; {columns}]{self.source()}"

    def _range(self, things: Sequence[str]) -> str:
        i, j = sorted(self.pick.sample(range(len(things)), 2)) if len(things) > 1 else (0, 0)
        return f"{things[i]} đến {things[j]}"

    def _list(self, things: Sequence[str]) -> str:
        return "; ".join(self.pick.sample(list(things), min(len(things), self.pick.randint(1, 3))))

    def _children(self) -> str:
        return f"dòng con của {self.pick.choice(self.parents)}" if self.parents else "mọi dòng"

    # --- numbers

    def number(self, depth: int) -> str:
        """The text of a number."""
        if depth <= 0:
            return self.pick.choices(
                [self.one(), self.pick.choice(LITERALS), self.pick.choice(NUMBER_ATTRIBUTES)], [16, 3, 1]
            )[0]
        kind = self.pick.choice([self._arithmetic, self._arithmetic, self._over_set, self._function])
        return kind(depth)

    def _arithmetic(self, depth: int) -> str:
        one, two = self.number(depth - 1), self.number(depth - 1)
        return self.pick.choice(
            [
                f"{one} + {two}",
                f"{one} - {two}",
                f"({one} - {two} + {self.one()})",
                f"({one}) * ({two})",
                f"({one}) / ({two})",
                f"{self.one()} / {self.one()} * 100",
                f"{self.one()} * {self.pick.choice(LITERALS)}",
                f"-({one})",
                f"-{self.one()}",
            ]
        )

    def _over_set(self, depth: int) -> str:
        cells = self.set()
        more = self.pick.choice(["", "", f"; {self.number(depth - 1)}"])
        name = self.pick.choice(["tổng", "tổng", "tổng", "trung_bình", "nhỏ_nhất", "lớn_nhất", "đếm"])
        compared = f"{self.pick.choice(COMPARED)} {self.number(0)}"
        return self.pick.choices(
            [
                f"{name}({cells}{more})",
                f"đếm_nếu({cells}; {compared})",
                f"tổng_nếu({cells}; {compared})",
                f"tổng_nếu({cells}; {compared}; {cells})",
            ],
            [6, 2, 1, 1],
        )[0]

    def _function(self, depth: int) -> str:
        one, two = self.number(depth - 1), self.number(depth - 1)
        return self.pick.choice(
            [
                f"làm_tròn({one}; {self.pick.randrange(7)})",
                f"làm_tròn({self.one()} / {self.one()} * 100; 2)",
                f"trị_tuyệt_đối({one})",
                f"tỷ_lệ({one}; {two})",
                f"tỷ_lệ({self.one()}; {self.one()})",
                f"nếu_trống({one}; {two})",
                f"chọn({self.condition(depth - 1)}; {one}; {two})",
                f'đổi({self.one()}; "{self.pick.choice(["đồng", "tỷ đồng", "nghìn đồng", "triệu đồng"])}")',
                f"lũy_kế({self._plain()})",
                f"tổng_đơn_vị_con({self._plain()})",
                f"trung_bình_đơn_vị_con({self._plain()})",
                f"đếm_đơn_vị_con({self.condition(0)})",
                self._from_words(),
            ]
        )

    def _plain(self) -> str:
        """A reference to this report's own figures."""
        if self.style == "row":
            return f"dòng {self.row()}"
        if self.style == "column":
            return f"cột {self.column()}"
        return f"ô [{self.row()}; {self.column()}]"

    def _words(self, kind: str) -> str:
        column = self.column(kind)
        return f"cột {column}" if self.style == "column" else f"ô [{self.row()}; {column}]"

    def _from_words(self) -> str:
        day, text = self._words("date"), self._words("text")
        return self.pick.choice(
            [f"năm({day})", f"tháng({day})", f"số_ngày({day}; {self._words('date')})", f"độ_dài({text})"]
            + [f"số_ngày({day}; kỳ.đến)", "năm(kỳ.từ)", "độ_dài(đơn vị.tên)"]
        )

    # --- conditions

    def condition(self, depth: int) -> str:
        """The text of something true or false."""
        if depth <= 0:
            return self.pick.choices([self._compared(0), self._simple()], [2, 1])[0]
        one = self.condition(depth - 1)
        return self.pick.choices(
            [
                self._compared(depth),
                f"{self._compared(depth)} {self.pick.choice(COMPARED)} {self.number(depth - 1)}",
                f"không phải ({one})",
                f"({one}) và ({self.condition(depth - 1)})",
                f"({one}) hoặc ({self.condition(depth - 1)})",
                f"nếu {one} thì {self.condition(depth - 1)}",
                f"nếu {one} thì {self.condition(depth - 1)} ngược lại {self._compared(0)}",
            ],
            [10, 2, 1, 1, 1, 2, 1],
        )[0]

    def _compared(self, depth: int) -> str:
        left = self.one() if self.pick.random() < 0.5 else self.number(depth)
        return f"{left} {self.pick.choice(COMPARED)} {self.number(depth)}"

    def _simple(self) -> str:
        one, choices = self.one(), "; ".join(self.pick.sample(LITERALS, 2))
        negated = self.pick.choice(["", "không "])
        return self.pick.choice(
            [
                f"{one} {self.pick.choice(['phải nhập', 'để trống'])}",
                f"{one} {negated}thuộc ({choices})",
                f"{self._words('text')} {self.pick.choice(['phải nhập', 'để trống'])}",
                f'{self._words("text")} {self.pick.choice(["=", "<>"])} "Đạt"',
                f'{self._words("text")} {negated}thuộc ("a"; "Đạt")',
                f"{self._words('text')} = {self._words('text')}",
                f"{self._words('date')} {self.pick.choice(COMPARED)} 31/01/2025",
                f"{self._words('date')} {self.pick.choice(COMPARED)} {self.pick.choice(['kỳ.từ', 'kỳ.đến'])}",
                f'đơn vị.cấp {self.pick.choice(["=", "<>"])} "xã"',
                f'đơn vị.mã {negated}thuộc ("31"; "10507")',
                'đơn vị.loại = "1"',
                "đơn vị.miền_núi",
                "đơn vị.ngày < 01/01/2026",
                "kỳ.đầu_năm",
            ]
        )

    # --- whole rules

    def statement(self) -> str:
        """A rule without its clauses."""
        if self.style == "parent" and self.pick.random() < 0.5:
            return self.pick.choice(
                [
                    "dòng cha = tổng(dòng con)",
                    "dòng cha >= lớn_nhất(dòng con)",
                    f"ô [dòng cha; {self.column()}] = tổng(ô [dòng con; {self.column()}])",
                ]
            )
        if self.style == "cell" and self.section.kind == "list":
            column = self.column()
            return f"tổng(ô [mọi dòng; {column}]) {self.pick.choice(COMPARED)} {self.pick.choice(LITERALS)}"
        return self.condition(self.pick.randint(0, 2))

    def clauses(self) -> str:
        """Narrowing, tolerance, blanks, severity and a condition: each now and then."""
        said = []
        if self.style in ("row", "parent") and self.pick.random() < 0.25:
            columns = self._list(self.columns())
            said.append(self.pick.choice([f"trong cột {columns}", f"trừ cột {columns}", "trong mọi cột"]))
        if self.style in ("column", "parent") and self.rows and self.pick.random() < 0.15:
            said.append(f"{self.pick.choice(['trong', 'trừ'])} dòng {self._list(self.rows)}")
        if self.pick.random() < 0.3:
            said.append(
                self.pick.choice(
                    ["sai số 1", "sai số 0,5", "sai số 0,5%", "sai số 10%", *["sai số tự động"] * 2]
                )
            )
        if self.pick.random() < 0.25:
            said.append(self.pick.choice(["trống là 0", "bỏ qua nếu trống"]))
        if self.pick.random() < 0.1:
            said.append("cảnh báo")
        if self.pick.random() < 0.12:
            said.append(f"chỉ khi {self.condition(0)}")
        return " ".join(said)

    def formula(self) -> str:
        """An equality that can fill its left side."""
        left = {
            "row": f"dòng {self.row()}",
            "column": f"cột {self.column()}",
            "cell": f"ô [{self.row()}; {self.column()}]",
            "parent": "dòng cha",
        }[self.style]
        right = "tổng(dòng con)" if self.style == "parent" else self.number(self.pick.randint(0, 2))
        return f"{left} = {right}" + (f" chỉ khi {self.condition(0)}" if self.pick.random() < 0.1 else "")


def styles(section: Section) -> list[Style]:
    """The styles that a section can bear."""
    if section.kind == "list":
        return ["column", "cell"]
    if section.rows.kind == "agencies":
        return ["row", "column"]
    has_parents = any(row.has_cells and row.children for row in section.row_list)
    return ["row", "column", "cell", "parent"] if has_parents else ["row", "column", "cell"]


def rule_text(pick: Random, section: Section) -> str:
    """A rule about a section."""
    writer = Writer(pick, section, pick.choice(styles(section)))
    return f"{writer.statement()} {writer.clauses()}".strip()


def formula_text(pick: Random, section: Section) -> str:
    """A formula of a section."""
    return Writer(pick, section, pick.choice(styles(section))).formula()
