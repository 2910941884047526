"""One rehearsal under way: each report filled and handed in as a clerk does, and what is noticed of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Invalid
from engine.context import Context
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.merging import fields_of, parts
from engine.program import Program
from engine.report import plan_for
from engine.sheet import NUMBERED, Figure, Place, Sheet
from rehearsal.figures import Maker, cells_of, with_rows
from runtime.filling.answers import finding_to_json
from runtime.filling.attachments import attach
from runtime.filling.checking import check
from runtime.filling.contexts import context_of
from runtime.filling.entry import Change, save
from runtime.filling.explanations import explain, target_of
from runtime.filling.narratives import COLUMN as TEXT
from runtime.filling.places import print_place
from runtime.flow.workflow import accept, submit
from runtime.models import Report, Round
from runtime.sheets import read_sheets

MOST = 100
"""Lines of one kind in the result."""
CLERK = "rehearsal"
SAID = "…"
PAPER = b"%PDF-1.4\n%%EOF\n"


@dataclass
class Failed:
    """A rule, or a demand of cells, that could not be satisfied: in whose reports, how in one of them."""

    finding: Finding
    reports: set[int] = field(default_factory=set)
    places: Counter[str] = field(default_factory=Counter)


class Performance:
    """What a rehearsal gathers."""

    def __init__(self, program: Program, day: date) -> None:
        self.program, self.maker = program, Maker(program, day)
        self.agencies: list[int] = []
        self.filled = self.handed_in = 0
        self.failed: dict[str, Failed] = {}
        self.contradicting: dict[str, None] = {}
        self.touched: set[Place] = set()
        self.sums: dict[str, NDArray[np.object_]] = {}
        self.wrong: list[dict[str, str]] = []
        self.total: list[Finding] = []

    def of(self, stage: Session, report: Report, *, now: datetime) -> None:
        """Fill one report, explain its warnings, hand it in and take it in."""
        context, _ = context_of(stage, self.program, report)
        made = self.maker.make(context, str(context.agency["mã"]))
        self.agencies.append(report.agency_id)
        self.contradicting |= dict.fromkeys(made.contradicting)
        self.touched |= made.figures.keys()
        self._attach(stage, report.id, now)
        saved = save(
            stage,
            report.id,
            base=report.revision,
            idempotency_key=CLERK,
            changes=[*self._changes(made.figures), *self._narratives()],
            actor=CLERK,
            now=now,
        )
        self.filled += saved.stored
        for finding in saved.findings:
            self._note(finding)
            if finding.severity == "warning":
                explain(stage, report.id, target_of(finding), SAID, actor=CLERK, now=now)
        try:
            submit(stage, report.id, actor=CLERK, now=now)
        except Invalid as refused:
            for finding in refused.findings:
                self._note(finding)
            return
        accept(stage, report.id, actor=CLERK, now=now)
        self.handed_in += 1
        self._add(read_sheets(stage, self.program.layout, [report.id], "own")[report.id])

    def _changes(self, figures: Mapping[Place, Figure]) -> Iterator[Change]:
        for (section, row, column), figure in figures.items():
            cell = find_cell(self.program.layout.sections[section], row, column)
            if cell is not None:
                yield Change(section, row, column, print_figure(cell, figure))

    def _narratives(self) -> Iterator[Change]:
        """A word under each heading that the template left blank, or has cite forms that nobody filled."""
        form = self.program.form
        for section, part in parts(form):
            cited = {name.partition("[")[0].strip('"') for name in fields_of(part.text or "") if "[" in name}
            if not part.text or not cited <= form.section_by_code.keys():
                yield Change(section, part.id, TEXT, SAID)

    def _attach(self, stage: Session, report: int, now: datetime) -> None:
        """A sheet of paper in each section that takes one; what takes no PDF is told as missing."""
        for section in self.program.form.sections:
            if section.kind == "attachment" and "pdf" in section.types:
                attach(stage, report, section.id, "thu.pdf", PAPER, actor=CLERK, now=now)

    def _note(self, finding: Finding) -> None:
        key = finding.rule or finding.code
        failed = self.failed.setdefault(key, Failed(finding))
        failed.reports.add(self.agencies[-1])
        failed.places[finding.where] += 1

    def _add(self, sheet: Sheet) -> None:
        """What the total must come to, reckoned apart from the product's own way of summing."""
        for key in self.program.layout.sections:
            block = sheet.block(key)
            given = np.where(np.isin(block.status, NUMBERED), block.values, 0).astype(object)
            self.sums[key] = self.sums[key] + given if key in self.sums else given

    def of_total(self, stage: Session, opened: Round) -> None:
        """Compare the total with the sums, and check it by its own rules, where something was handed in."""
        if not self.handed_in:
            return
        lead = stage.scalars(select(Report).filter_by(round_id=opened.id, agency_id=opened.lead_id)).one()
        layout = self.program.layout
        total = read_sheets(stage, layout, [lead.id], "children")[lead.id]
        for key, sums in self.sums.items():
            section, block = layout.sections[key], total.block(key)
            for index, cell in enumerate(section.cells):
                if cell.is_numeric and cell.aggregation.rule == "sum" and block.values[index] != sums[index]:
                    row, column = divmod(index, len(section.columns))
                    place = (key, section.rows[row].id, section.columns[column].id)
                    found = {"expected": str(sums[index]), "found": str(int(block.values[index]))}
                    self.wrong.append({"where": print_place(layout, place), **found})
        self.total = [finding for finding in check(stage, lead).findings if finding.severity != "note"]

    def result(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "reports": len(self.agencies),
            "handed_in": self.handed_in,
            "filled": self.filled,
            "failed": [
                {
                    "finding": finding_to_json(each.finding),
                    "reports": len(each.reports),
                    "places": [place for place, _ in each.places.most_common(MOST)],
                }
                for each in list(self.failed.values())[:MOST]
            ],
            "contradicting": list(self.contradicting),
            "unfillable": [{"where": where, "why": why} for where, why in self._unfillable()][:MOST],
            "wrong": self.wrong[:MOST],
            "total": [finding_to_json(finding) for finding in self.total[:MOST]],
        }

    def _unfillable(self) -> Iterator[tuple[str, str]]:
        """Designed cells into which no agency could put anything, though they are not marked so."""
        sheet = with_rows(self.program.layout, CLERK)
        plan = plan_for(self.program, sheet, Context())
        computed = {plan.cells[formula.slot] for formula in plan.formulas}
        for place, cell in cells_of(Sheet(self.program.layout)):
            if place in computed or place in self.touched or cell.state == "not_applicable":
                continue
            why = "closed" if cell.state == "open" else "locked"
            if why == "closed" or cell.default is None:
                yield print_place(self.program.layout, place), why
