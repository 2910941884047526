"""What a report is checked against besides itself: other reports of the same agency, and attributes.

It is gathered anew while the report is being filled: the last period and the same period of last year always,
the rest as far as the rules ask for it. It is kept with the report when that is submitted: from then on
everybody who checks it sees the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Row, bindparam, select
from sqlalchemy.orm import Session, undefer

from agencies.attributes import attributes_of
from agencies.store import read_tree
from engine.context import Context
from engine.figures import write_figures
from engine.given import read_context
from engine.program import Program
from engine.sheet import Sheet
from runtime.models import Contribution, Report, Round
from runtime.periods import NUMBERED
from runtime.programs import needs_of, program_of
from runtime.rounds.opening import find_round, period
from runtime.sheets import read_sheets, whole
from runtime.steps import HANDED_IN

READ = HANDED_IN
Figures = Mapping[str, Any]
"""The figures of a report in exchange form."""
Asked = tuple[Round, Report]


def context_of(session: Session, program: Program, report: Report) -> tuple[Context, Mapping[str, Any]]:
    """The context of a report, and the same as JSON: what a submitted report keeps, else what is now."""
    kept = report.state in READ
    data: Mapping[str, Any] = report.context or {} if kept else _gather(session, program, report)
    return read_context(program, data)[0], data


def whole_sheets(session: Session, reports: Sequence[Report]) -> dict[int, Sheet]:
    """Whole figures of reports by id; only for those that have children are formulas computed again."""
    found: dict[int, Sheet] = {}
    by_version: dict[int, list[Report]] = {}
    for report in reports:
        by_version.setdefault(report.version_id, []).append(report)
    for version_id, group in by_version.items():
        program = program_of(session, version_id)
        ids = [report.id for report in group]
        own = read_sheets(session, program.layout, ids, "own")
        below = read_sheets(session, program.layout, ids, "children")
        for report in group:
            sheet = own[report.id]
            if below[report.id].blocks or below[report.id].open_rows:
                context, _ = context_of(session, program, report)
                sheet = whole(program, sheet, below[report.id], context)
            found[report.id] = sheet
    return found


def _gather(session: Session, program: Program, report: Report) -> dict[str, Any]:
    of, needs = find_round(session, report.round_id), needs_of(program)
    tree = read_tree(session, of.period_end, only=report.agency_id, besides=[report.agency_id])
    data: dict[str, Any] = {
        "agency": dict(attributes_of(tree, report.agency_id)),
        "period": period(of).attributes,
    }
    wanted = dict(_other_forms(session, program, of, report))
    series = of.event_id is not None
    earlier = earlier_of(session, program, of, report)
    wanted |= earlier
    figures = _figures(session, wanted)
    data["forms"] = {
        code: {"figures": figures.get(f"form {code}")} if f"form {code}" in figures else {}
        for code in program.others
    }
    data["previous"] = figures.get("back 1")
    data["periods"] = {
        f"kỳ trước({back})": figures[f"back {back}"]
        for back in range(2, needs.back + 1)
        if f"back {back}" in figures
    }
    data["same_period_last_year"] = figures.get("same period")
    data["last_year"] = figures.get("last year")
    if needs.year_to_date and series:
        data["year_to_date"] = [figures[key] for key in earlier if key[:6] == "number"]
    elif needs.year_to_date and of.frequency in NUMBERED:
        data["year_to_date"] = [figures.get(f"number {number}") for number in range(1, of.number)]
    if needs.children:
        data["children"] = _children(session, of, report)
    return data


def earlier_of(session: Session, program: Program, of: Round, report: Report) -> dict[str, Report]:
    """The agency's earlier reports that a report of a round reads, by what the language calls them."""
    needs = needs_of(program)
    found = (
        _in_series(_bulletins(session, of, report), needs.back)
        if of.event_id is not None
        else _in_time(_earlier(session, of, report), of, needs.back)
    )
    return {key: then for key, then in found.items() if needs.year_to_date or key[:6] != "number"}


def _earlier(session: Session, of: Round, report: Report) -> list[Asked]:
    """Reports of the agency on the template in earlier periods, the better last."""
    asked = {"agency": report.agency_id, "code": of.template_code, "start": of.period_start}
    return sorted(_asked(session.execute(_BEFORE, asked)), key=_standing)


def _bulletins(session: Session, of: Round, report: Report) -> list[Report]:
    """The agency's earlier bulletins of the same event in order, those that it handed in."""
    asked = {"agency": report.agency_id, "event": of.event_id, "number": of.number}
    found = _asked(session.execute(_IN_SERIES, asked))
    return [then for _, then in sorted(found, key=lambda asked: asked[0].number)]


def _in_series(bulletins: Sequence[Report], back: int) -> dict[str, Report]:
    """The bulletins that the language calls earlier ones: the last before, and all since the event began."""
    found = {f"number {number}": report for number, report in enumerate(bulletins, 1)}
    backwards = bulletins[: -back - 1 : -1]
    return found | {f"back {number}": report for number, report in enumerate(backwards, 1)}


def _in_time(earlier: Iterable[Asked], of: Round, back: int) -> dict[str, Report]:
    """The reports that the language calls earlier ones; of several for one period the best."""
    found: dict[str, Report] = {}
    ending: dict[date, Asked] = {}
    for then, report in earlier:
        if then.frequency == "year" and then.year == of.year - 1:
            found["last year"] = report
        if then.frequency != of.frequency:
            continue
        ending[then.period_end] = then, report
        if of.frequency in NUMBERED and (then.year, then.number) == (of.year - 1, of.number):
            found["same period"] = report
        if of.frequency in NUMBERED and then.year == of.year:
            found[f"number {then.number}"] = report
    start = of.period_start
    for number in range(1, back + 1):
        eve = start - timedelta(days=1)
        if eve not in ending:
            break
        start, found[f"back {number}"] = ending[eve][0].period_start, ending[eve][1]
    return found


def _other_forms(
    session: Session, program: Program, of: Round, report: Report
) -> Iterator[tuple[str, Report]]:
    """The agency's reports on other templates for the same period, else for the one that contains it."""
    if not program.others:
        return
    containing = (Round.period_start <= of.period_start, Round.period_end >= of.period_end)
    named = Round.template_code.in_(list(program.others))
    found = session.execute(_HANDED_IN.where(named, *containing), {"agency": report.agency_id})
    for then, other in sorted(
        _asked(found), key=lambda pair: (pair[0].period_start - pair[0].period_end, _standing(pair))
    ):
        yield f"form {then.template_code}", other


def _asked(found: Iterable[Row[Round, Report]]) -> list[Asked]:
    return [(row[0], row[1]) for row in found]


_HANDED_IN = (
    select(Round, Report)
    .join(Report, Report.round_id == Round.id)
    .options(undefer(Report.context))
    .where(Report.agency_id == bindparam("agency"), Report.state.in_(READ))
    .order_by(Round.sequence)
)
"""Other reports of an agency that may be read."""
_BEFORE = _HANDED_IN.where(
    Round.template_code == bindparam("code"), Round.period_end < bindparam("start", type_=Date())
)
_IN_SERIES = _HANDED_IN.where(Round.event_id == bindparam("event"), Round.number < bindparam("number"))
"""Asked with every save, and so made once."""


def _standing(asked: Asked) -> int:
    return READ.index(asked[1].state)


def _figures(session: Session, reports: Mapping[str, Report]) -> dict[str, Figures]:
    sheets = whole_sheets(session, list({report.id: report for report in reports.values()}.values()))
    return {key: write_figures(sheets[report.id]) for key, report in reports.items()}


def _children(session: Session, of: Round, report: Report) -> list[dict[str, Any]]:
    """The reports that were summed up into this one."""
    reports = session.scalars(
        select(Report)
        .join(Contribution, Contribution.child_id == Report.id)
        .options(undefer(Report.context))
        .where(Contribution.report_id == report.id)
        .order_by(Report.id)
    ).all()
    if not reports:
        return []
    tree = read_tree(session, of.period_end, besides=[child.agency_id for child in reports])
    sheets = whole_sheets(session, reports)
    return [
        {"agency": dict(attributes_of(tree, child.agency_id)), "figures": write_figures(sheets[child.id])}
        for child in reports
    ]


def refresh_children(session: Session, report: Report) -> None:
    """Have the context that is kept with a total tell its children as they are now."""
    if report.context and "children" in report.context:
        children = _children(session, find_round(session, report.round_id), report)
        report.context = {**report.context, "children": children}
