"""What the checks find in a report: what its rules say, and each figure that is still to come."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from engine.check import Checked, check_form
from engine.context import Context
from engine.findings import Finding
from engine.program import Program
from engine.sheet import Sheet, Status
from runtime.filling.contexts import context_of
from runtime.filling.places import print_place
from runtime.filling.words import read_words, with_words
from runtime.models import Report
from runtime.programs import program_for
from runtime.sheets import read_sheet


def check(session: Session, report: Report) -> Checked:
    """The report as it is now, with every finding."""
    program = program_for(session, report)
    context, _ = context_of(session, program, report)
    checked = check_sheet(program, read_sheet(session, program, report.id, context), context)
    return with_words(program, checked, context, read_words(session, program.form, report.id))


def check_sheet(program: Program, sheet: Sheet, context: Context) -> Checked:
    """The figures of a report checked; `...` is a warning, for whoever sends it says why."""
    return with_to_come(program, check_form(program, sheet, context))


def with_to_come(program: Program, checked: Checked) -> Checked:
    """A report that was checked, with a warning for each `...`."""
    return replace(checked, findings=(*checked.findings, *_to_come(program, checked.sheet)))


def _to_come(program: Program, sheet: Sheet) -> Iterator[Finding]:
    blocks = [
        *sheet.blocks.values(),
        *(row.block for rows in sheet.open_rows.values() for row in rows.values()),
    ]
    if not any((block.status == Status.NOT_YET_KNOWN).any() for block in blocks):
        return
    for place, _, figure in sheet.figures():
        if figure.status == Status.NOT_YET_KNOWN:
            section = program.form.section_by_id[place[0]].code
            where = print_place(program.layout, place)
            yield Finding("cell.to_come", "warning", where=where, section=section)
