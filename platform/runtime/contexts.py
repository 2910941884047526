"""What a report is checked against besides itself: earlier reports of the same agency, and attributes.

It is gathered anew while the report is being filled, and kept with the report when that is submitted: from
then on everybody who checks it sees the same.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_agency
from engine.context import Context
from engine.figures import write_figures
from engine.given import read_context
from engine.program import Program
from runtime.models import Report, Round
from runtime.periods import MONTHS
from runtime.programs import program_of
from runtime.rounds import find_round, period
from runtime.sheets import read_sheet
from runtime.steps import HANDED_IN

READ = HANDED_IN


def context_of(session: Session, program: Program, report: Report) -> tuple[Context, Mapping[str, Any]]:
    """The context of a report, and the same as JSON: what a submitted report keeps, else what is now."""
    data: Mapping[str, Any] = report.context or {}
    if report.state not in READ:
        data = _gather(session, report)
    return read_context(program, data)[0], data


def _gather(session: Session, report: Report) -> dict[str, Any]:
    of = find_round(session, report.round_id)
    agency = read_agency(session, report.agency_id, of.period_end)
    data: dict[str, Any] = {
        "agency": {"mã": agency.code, "tên": agency.name, "cấp": agency.level_name},
        "period": period(of).attributes,
    }
    earlier = _earlier(session, of, report)
    eve = of.period_start - timedelta(days=1)
    data["previous"] = _figures(session, [r for then, r in earlier if then.period_end == eve])
    if of.frequency in MONTHS:
        numbered: dict[tuple[int, int], list[Report]] = {}
        for then, each in earlier:
            numbered.setdefault((then.year, then.number), []).append(each)
        data["same_period_last_year"] = _figures(session, numbered.get((of.year - 1, of.number), []))
        data["year_to_date"] = [
            _figures(session, numbered.get((of.year, number), [])) for number in range(1, of.number)
        ]
    return data


def _earlier(session: Session, of: Round, report: Report) -> list[tuple[Round, Report]]:
    """Reports of the agency on the template in earlier periods of the frequency, the better last."""
    found = session.execute(
        select(Round, Report)
        .join(Report)
        .where(
            Round.template_code == of.template_code,
            Round.frequency == of.frequency,
            Round.year >= of.year - 1,
            Round.period_end < of.period_start,
            Report.agency_id == report.agency_id,
            Report.state.in_(READ),
        )
        .order_by(Round.sequence)
    )
    return sorted(((row[0], row[1]) for row in found), key=lambda pair: READ.index(pair[1].state))


def _figures(session: Session, reports: Sequence[Report]) -> dict[str, Any] | None:
    """The figures of the last of `reports`, None where there is none."""
    if not reports:
        return None
    program = program_of(session, reports[-1].version_id)
    context, _ = context_of(session, program, reports[-1])
    return write_figures(read_sheet(session, program, reports[-1].id, context))
