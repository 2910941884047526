"""Random forms: trees of rows, blocks of columns, every type, unit and decimals, lists, rows of agencies."""

from dataclasses import dataclass
from random import Random

from engine.form import (
    Aggregation,
    CellOverride,
    Column,
    Form,
    Header,
    Properties,
    Revision,
    Row,
    Rows,
    Section,
)

OTHER = "02/TCD"
"""The code of the form that `của biểu` leads to; only quotes make it a name."""
ONLY_COMMUNES = 'đơn vị.cấp = "xã"'


@dataclass(frozen=True)
class Paper:
    """The forms of one world: the one whose rules run, and the other that they may name."""

    form: Form
    other: Form


def paper(pick: Random) -> Paper:
    """Two forms. The first has a table, and mostly a list, rows of agencies and a second table."""
    unit = pick.choice([None, None, "triệu đồng"])
    sections = [_table(pick, "A", unit), _list(pick), _agencies(pick), _table(pick, "P", unit, rows=3)]
    kept = [sections[0]] + [section for section in sections[1:] if pick.random() < 0.7]
    other = Form(Header(OTHER, "Biểu khác"), (_table(pick, "A", unit, rows=3),))
    return Paper(Form(Header("B01", "Biểu", unit=unit), tuple(kept)), other)


def _numeric(pick: Random) -> Properties:
    kind = pick.choice(["integer", "decimal", "decimal", "money"])
    decimals = None if kind == "integer" or pick.random() < 0.3 else pick.choice([0, 1, 2, 3, 9])
    return Properties(type=kind, decimals=decimals, nature=pick.choice([None, None, None, "stock", "rate"]))


def _columns(pick: Random, unit: str | None) -> tuple[Column, ...]:
    """Numbers under a block and beside it, then one column of each other type, some of them missing."""
    numbers = [
        Column(f"c{i}", f"c{i}", f"Cột {i}", str(i), _numeric(pick), part=_part(pick, i))
        for i in range(1, pick.randint(4, 6))
    ]
    numbers[0] = Column("c1", "c1", "Cột 1", "1", Properties(type="integer"))
    if pick.random() < 0.4:
        revised = Revision("c1")
        numbers.append(Column("cr", "cr", "Chính thức", "9", Properties(type="integer"), revises=revised))
    block = Column("khoi", "khoi", "Khối", "", children=tuple(numbers[1:3]))
    others = [
        Column("cp", "cp", "Tỷ lệ", "20", Properties(type="percent", decimals=pick.choice([None, 0, 1]))),
        Column("cb", "cb", "Theo dòng", "21", Properties(type="by_row")),
        Column("ct", "ct", "Ghi chú", "22", Properties(type="text")),
        Column("cd", "cd", "Ngày", "23", Properties(type="date")),
        Column("cu", "cu", "Tỷ đồng", "24", Properties(type="decimal", decimals=2, unit="tỷ đồng")),
    ]
    kept = [column for column in others if pick.random() < 0.8]
    return (numbers[0], block, *numbers[3:], *kept)


def _part(pick: Random, position: int) -> str | None:
    return "of_which" if position == 4 and pick.random() < 0.3 else None


def _table(pick: Random, code: str, unit: str | None, rows: int = 5) -> Section:
    items = tuple(_row(pick, str(i), depth=2) for i in range(1, pick.randint(2, rows) + 1))
    if pick.random() < 0.4:
        items += (Row("mo", "mo", "Dòng mở", "90", kind="open", max_rows=9),)
    if pick.random() < 0.4:
        items += (Row("tong", "tong", "Tổng số", "91", kind="total"),)
    columns = _columns(pick, unit)
    cells = tuple(_overrides(pick, items, columns))
    return Section(code, code, "table", columns=columns, rows=Rows(items=items), cells=cells)


def _row(pick: Random, ordinal: str, depth: int) -> Row:
    below = pick.choice([0, 0, 2, 3]) if depth else 0
    children = tuple(_row(pick, f"{ordinal}.{i}", depth - 1) for i in range(1, below + 1))
    if children and pick.random() < 0.3:
        children = (*children[:-1], _with_part(children[-1], "of_which"))
    elif children and pick.random() < 0.15:
        children = tuple(_with_part(c, pick.choice(["giới", "giới", "tuổi"])) for c in children)
    code = "R" + ordinal.replace(".", "_")
    return Row(
        code,
        code,
        f"Dòng {ordinal}",
        ordinal,
        kind="group" if children and pick.random() < 0.15 else "data",
        properties=_row_properties(pick),
        children=children,
        when=ONLY_COMMUNES if not children and pick.random() < 0.08 else None,
    )


def _with_part(row: Row, part: str) -> Row:
    return Row(row.id, row.code, row.title, row.ordinal, row.kind, row.properties, row.children, part)


def _row_properties(pick: Random) -> Properties:
    """What a row states: the type of its cell in a `by_row` column, sometimes a nature of its own."""
    if pick.random() < 0.3:
        return Properties()
    kind = pick.choice(["integer", "decimal", "decimal", "percent", "text"])
    return Properties(
        type=kind,
        decimals=pick.choice([None, 0, 1, 4]) if kind == "decimal" else None,
        nature="rate" if pick.random() < 0.1 else None,
    )


def _overrides(pick: Random, rows: tuple[Row, ...], columns: tuple[Column, ...]) -> list[CellOverride]:
    with_cells = [row.id for item in rows for row in item.walk() if row.has_cells]
    leaves = [leaf.id for column in columns for leaf in column.leaves()]
    places = {(pick.choice(with_cells), pick.choice(leaves)) for _ in range(3)}
    made = []
    for row, column in sorted(places):
        if pick.random() < 0.5:
            when = pick.choice([None, "kỳ.tháng = 12"])
            made.append(CellOverride(row, column, state="not_applicable", when=when))
        elif column.startswith("c1"):
            made.append(CellOverride(row, column, Properties(type="decimal", decimals=pick.choice([1, 5]))))
    return made


def _list(pick: Random) -> Section:
    columns = (
        Column("n1", "n1", "Số", "1", Properties(type="integer")),
        Column("n2", "n2", "Lượng", "2", Properties(type="decimal", decimals=pick.choice([0, 1, 3]))),
        Column("n3", "n3", "Chữ", "3", Properties(type="text")),
        Column("n4", "n4", "Ngày", "4", Properties(type="date")),
    )
    return Section("L", "L", "list", columns=columns, max_rows=50)


def _agencies(pick: Random) -> Section:
    items = tuple(Row(f"K{i}", f"K{i}", f"Mục {i}", str(i)) for i in range(1, pick.choice([1, 2, 3])))
    columns = (
        Column("a1", "a1", "Kế hoạch", "1", Properties(type="integer")),
        Column("a2", "a2", "Thực hiện", "2", Properties(type="decimal", decimals=1)),
    )
    rows = Rows("agencies", items=items, filled_by="owner")
    return Section("D", "D", "table", columns=columns, rows=rows, default_aggregation=Aggregation("sum"))
