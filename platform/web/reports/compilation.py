"""The compilation sheet: the agencies of a round beside each other, moved on one by one or many at once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor, Subject
from core.db import Session
from core.messages import sentence
from engine.sheet import Place
from expr.text import fold
from runtime.filling.places import print_place
from runtime.rights import subject_of_round
from runtime.steps import MOVES, STATES, Step, moves_from, path_of
from runtime.views.compilation import Compilation, Line, compile_round, number, with_last, with_marks
from web.api.round_schemas import MOST_CELLS
from web.paging import page_of
from web.reports.report import move_name
from web.routing import endpoint, may
from web.shown import figure
from web.spreadsheets import Value, delimited, xlsx

blueprint = Blueprint("compilation", __name__)
SHEET = "/rounds/<int:round_id>/compilation"
OUTLYING = "outlying"


@endpoint(blueprint, SHEET, action="round.compile", subject=subject_of_round)
def show(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """The sheet, sorted by what was asked for."""
    wanted = _cells()
    if request.args.get("row") and request.args.get("column"):
        section, _bar, row = request.args["row"].partition("|")
        wanted.append(f"{section}[{row};{request.args['column']}]")
    sheet = compile_round(session, round_id, actor.agency, wanted)
    sort, down = request.args.get("sort", "name"), "down" in request.args
    chosen, query = request.args.get("state", ""), request.args.get("q", "").strip()[:200]
    lang = str(get_locale())
    marked = with_marks(with_last(session, sheet, sheet.lines))
    lines = [line for line in marked if _belongs(line, chosen, query)]
    return render_template(
        "reports/compilation.html",
        sheet=sheet,
        page=page_of(sorted(lines, key=_order(sort), reverse=down)),
        outlying=sum(any(line.marks) for line in marked),
        states=_states(sheet),
        chosen=chosen,
        query=query,
        heads=[_head(sheet, cell) for cell in sheet.cells],
        names=[print_place(sheet.layout, cell) for cell in sheet.cells],
        totals=[_total([line.values[at] for line in lines]) for at in range(len(sheet.cells))],
        sort=sort,
        down=down,
        moves=partial(_moves, sheet),
        bulk=_bulk(sheet),
        back=request.full_path.rstrip("?"),
        move_name=partial(move_name, lang=lang),
        figure=partial(figure, lang=lang),
    )


@endpoint(blueprint, f"{SHEET}.xlsx", action="round.compile", subject=subject_of_round)
def as_xlsx(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """The sheet as a workbook."""
    return xlsx(table_rows(session, actor, round_id, _cells()), f"tong-hop-{round_id}")


@endpoint(blueprint, f"{SHEET}.csv", action="round.compile", subject=subject_of_round)
def as_csv(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """The sheet as a text."""
    return delimited(table_rows(session, actor, round_id, _cells()), f"tong-hop-{round_id}")


def _cells() -> list[str]:
    """The cells that were asked for."""
    return request.args.getlist("cell")[:MOST_CELLS]


def table_rows(session: Session, actor: Actor, round_id: int, wanted: Sequence[str]) -> list[list[Value]]:
    """The sheet as a table with a head."""
    sheet = compile_round(session, round_id, actor.agency, wanted)
    lang = str(get_locale())
    rows: list[list[Value]] = [[_("Mã"), _("Đơn vị"), _("Trạng thái")]]
    for cell in sheet.cells:
        rows[0] += [_head(sheet, cell), _("%(cell)s, kỳ trước", cell=_head(sheet, cell))]
    marked = any(any(line.imputed) for line in sheet.lines)
    if marked:
        rows[0].append(_("có phần lấy số kỳ trước"))
    for line in with_last(session, sheet, sheet.lines):
        row: list[Value] = [line.code, line.name, sentence(f"report.state.{line.state}", {}, lang)]
        for value, last in zip(line.values, line.last, strict=True):
            row += [_value(value), _value(last)]
        if marked:
            cells = zip(sheet.cells, line.imputed, strict=True)
            row.append("; ".join(_head(sheet, cell) for cell, imputed in cells if imputed))
        rows.append(row)
    return rows


def _may(name: str, state: str) -> bool:
    return may(f"report.{name}", Subject(frozenset({"receiver"}), state))


def _moves(sheet: Compilation, state: str) -> list[Step]:
    """What a receiver's person may do now with a report in a state."""
    path = path_of(sheet.of.steps, has_receiver=True)
    state = "closed" if sheet.of.closed_at else state
    return [step for step in moves_from(state, path) if _may(step.name, state)]


def _belongs(line: Line, chosen: str, query: str) -> bool:
    asked = any(line.marks) if chosen == OUTLYING else chosen in ("", line.state)
    return asked and (not query or fold(query) in fold(f"{line.code} {line.name}"))


def _states(sheet: Compilation) -> Mapping[str, int]:
    """The states that stand in the sheet, in the order of the way, and how many reports are in each."""
    counts = Counter(line.state for line in sheet.lines)
    return {state: counts[state] for state in STATES if counts[state]}


def _bulk(sheet: Compilation) -> list[tuple[Step, int]]:
    """The moves that make sense for many reports at once, and how many clean ones may make each."""
    offered: dict[str, int] = {}
    for state in _states(sheet):
        clean = sum(line.is_clean for line in sheet.lines if line.state == state)
        for step in _moves(sheet, state):
            if not step.wants_reason:
                offered[step.name] = offered.get(step.name, 0) + clean
    return [(step, offered[step.name]) for step in MOVES.values() if step.name in offered]


def _order(sort: str) -> Callable[[Line], Any]:
    if sort.isdecimal():
        at = int(sort)
        return lambda line: (
            _number(line.values[at]) if at < len(line.values) else Decimal(-1),
            line.sort_key,
        )
    if sort == "state":
        return lambda line: (line.state, line.sort_key)
    if sort == "moved":
        return lambda line: (line.moved_at.timestamp() if line.moved_at else 0, line.sort_key)
    return lambda line: line.sort_key


def _head(sheet: Compilation, place: Place) -> str:
    section, row, column = place
    layout = sheet.layout.sections[section]
    named = layout.section.row_by_id.get(row)
    head = layout.section.column_by_id[column]
    return " · ".join(filter(None, (named.title if named else "", f"{head.title} ({head.ordinal})")))


def _number(text: str) -> Decimal:
    """A figure for sorting; what is no number comes first."""
    found = number(text)
    return Decimal("-Infinity") if found is None else found


def _value(text: str) -> Value:
    found = number(text)
    return text if found is None else found


def _total(values: Sequence[str]) -> str:
    numbers = [found for value in values if (found := number(value)) is not None]
    return str(sum(numbers, Decimal(0))) if numbers else ""
