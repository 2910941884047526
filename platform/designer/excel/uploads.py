"""Workbooks handed in through the page: drawn in the background, again after each answer, then a draft."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound
from core.jobs import Job, Progress, job, request_job
from designer.beginnings import begin
from designer.excel.models import Upload
from designer.excel.opening import MAX_BYTES, open_workbook
from engine.findings import Finding, has_errors
from template_library.fileformat import data_to_template, write_template
from template_library.jsontext import read_json
from template_library.models import Draft

if TYPE_CHECKING:
    from designer.excel.drawing import Drawing

MOST_ANSWERS = 500
LONGEST = 300  # of a name
MOST_ROWS, MOST_COLUMNS = 200, 60  # of a sheet that are shown beside the result


def upload(session: Session, data: bytes, name: str, *, agency: int, actor: str, now: datetime) -> Upload:
    """Keep a workbook and have it drawn; Invalid where it cannot even be opened."""
    kind, findings = open_workbook(data[: MAX_BYTES + 1])
    if kind is None:
        raise Invalid(findings)
    made = Upload(
        name=name[:LONGEST], data=data, answers={}, agency_id=agency, uploaded_by=actor, uploaded_at=now
    )
    session.add(made)
    session.flush()
    return _redraw(session, made, actor, now)


def answer(session: Session, upload_id: int, name: str, choice: str, *, actor: str, now: datetime) -> Upload:
    """Answer one of the questions and have the workbook drawn again."""
    found = lock_row(session, Upload, upload_id)
    answers = {**found.answers, name[:LONGEST]: choice[:LONGEST]}
    if len(answers) > MOST_ANSWERS:
        raise Conflict("workbook.many_answers", limit=MOST_ANSWERS)
    found.answers = answers
    return _redraw(session, found, actor, now)


def find_upload(session: Session, upload_id: int) -> tuple[Upload, Job | None]:
    """An upload with the job that draws it."""
    found = session.get(Upload, upload_id)
    if found is None:
        raise NotFound("workbook.unknown", id=str(upload_id))
    return found, session.get(Job, found.job_id) if found.job_id else None


def begin_drawn(
    session: Session, upload_id: int, code: str, *, agency: int, actor: str, now: datetime
) -> Draft:
    """The draft of what was drawn, under the code of the sheet or another."""
    found, _ = find_upload(session, upload_id)
    file = (found.result or {}).get("file")
    if not file:
        raise Conflict("workbook.not_drawn")
    data = read_json(file)[0]
    form, findings = data_to_template(data | {"code": code or data["code"]})
    if form is None:
        raise Invalid(findings)
    return begin(session, form, agency=agency, actor=actor, now=now)


@job("designer.draw_workbook")
def draw_upload(session: Session, checkpoint: object, upload_id: int, *, now: datetime) -> Iterator[Progress]:
    """Draw a workbook with the answers there are."""
    yield Progress(None, 0, 1)
    found, _ = find_upload(session, upload_id)
    from designer.excel.drawing import draw  # with all that reads workbooks: not at the start of a server

    drawing = draw(found.data, found.name, found.answers)
    found.result = _kept(drawing)
    yield Progress(True, 1, 1)


def _redraw(session: Session, found: Upload, actor: str, now: datetime) -> Upload:
    found.result = None
    found.job_id = request_job(session, "designer.draw_workbook", found.id, actor=actor, now=now).id
    session.flush()
    return found


def _kept(drawing: "Drawing") -> dict[str, Any]:
    doubts = [asdict(doubt) for doubt in drawing.doubts]
    findings = [{**asdict(finding), "facts": dict(finding.facts)} for finding in drawing.findings]
    return {
        "file": write_template(drawing.form) if drawing.form else None,
        "confidence": dict(drawing.confidence or {}),
        "doubts": doubts,
        "findings": findings,
        "failed": has_errors(drawing.findings),
        "sheets": [_shown(sheet) for sheet in (drawing.workbook.sheets if drawing.workbook else ())],
    }


def finding_of(kept: dict[str, Any]) -> Finding:
    """A finding as it was kept."""
    return Finding(**kept)


def _shown(sheet: Any) -> dict[str, Any]:
    """The beginning of a sheet, cell by cell, as a page shows it: text, columns and rows it spans."""
    bottom, right = min(sheet.bottom, MOST_ROWS), min(sheet.right, MOST_COLUMNS)
    rows = []
    for row in range(1, bottom + 1):
        cells = []
        for column in range(1, right + 1):
            box = sheet.box(row, column)
            if (box.top, box.left) == (row, column):
                across, down = min(box.right, right) - column + 1, min(box.bottom, bottom) - row + 1
                cells.append([sheet.text(row, column)[:200], across, down])
        rows.append(cells)
    return {"name": sheet.name, "rows": rows, "whole": bottom == sheet.bottom and right == sheet.right}
