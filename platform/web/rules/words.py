"""Values, verdicts and cells of rules as people read them."""

import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import show
from engine.program import Program
from engine.values import BLANK, MARK, NotApplicable
from web.pages import lang

MOST_VALUES = 12
REASONS = {
    "no_form": _l("biểu kia chưa có báo cáo"),
    "no_period": _l("kỳ kia chưa có báo cáo"),
    "no_children": _l("không có đơn vị cấp dưới"),
    "divided": _l("đơn vị cũ đã chia tách"),
    "div0": _l("chia cho 0"),
    "mark": _l("ô đánh dấu x"),
    "blank": _l("để trống"),
    "guard": _l("điều kiện không xảy ra"),
}


def value_told(value: Any) -> str:
    """A value of a part of a rule; of a set the first of many."""
    match value:
        case bool():
            return str(_("đúng") if value else _("sai"))
        case Decimal():
            return show(value.normalize() if value % 1 else value.quantize(Decimal(1)), lang())
        case NotApplicable(reason):
            return str(_("không áp dụng: %(why)s", why=REASONS.get(reason, reason)))
        case datetime.date():
            return value.strftime("%d/%m/%Y")
        case list():
            told = [value_told(each) for each in value[:MOST_VALUES]]
            return "; ".join([*told, "…"] if len(value) > MOST_VALUES else told) or "∅"
        case str():
            return f"“{value}”"
    return _("trống") if value is BLANK else "x" if value is MARK else str(value)


def verdict_told(verdict: str) -> str:
    """`pass`, `fail` or `na:<why>`."""
    kind, _colon, why = verdict.partition(":")
    if kind == "na":
        return str(_("không áp dụng: %(why)s", why=REASONS.get(why, why)))
    return str(_("đạt") if kind == "pass" else _("không đạt"))


def cell_told(program: Program, section: str, row: str, column: str) -> str:
    """A cell by its row and its column."""
    names = program.directory.form.section[section]
    line, head = names.row.get(row), names.column.get(column)
    parts = [
        f"{thing.ordinal or thing.code} {thing.title}".strip() if thing else ident
        for thing, ident in ((line, row), (head, column))
    ]
    return " · ".join(parts)


def target_told(program: Program, section: str, key: str) -> str:
    """Where a rule ran: a row, a column, both, or the whole form."""
    names = program.directory.form.section[section]
    found = []
    for part in key.split("/") if key else ():
        thing = names.row.get(part) or names.column.get(part)
        found.append(f"{thing.ordinal or thing.code} {thing.title}".strip() if thing else part)
    return " · ".join(found)
