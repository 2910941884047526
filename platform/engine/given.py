"""Reading the context of a report from exchange form, as `form check --context` and stored contexts hold."""

import re
from collections.abc import Mapping
from typing import Any

from engine.context import ChildReport, Context
from engine.figures import read_figures
from engine.findings import Finding
from engine.layout import Layout
from engine.program import Program
from engine.sheet import Sheet

KEYS = (
    "previous",
    "same_period_last_year",
    "last_year",
    "periods",
    "year_to_date",
    "children",
    "forms",
    "agency",
    "period",
)
_BACK = re.compile(r"(?:kỳ\s*trước|previous\s*period)\s*\(\s*([1-9][0-9]?)\s*\)", re.IGNORECASE)


def read_context(program: Program, data: object) -> tuple[Context, list[Finding]]:
    """The context that nested mappings of figures and attributes give, and everything wrong with them."""
    reader = _Reader(program)
    context = reader.context(data) if isinstance(data, Mapping) else Context()
    if not isinstance(data, Mapping):
        reader.findings.append(Finding("figure.shape", where="context"))
    return context, reader.findings


class _Reader:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.findings: list[Finding] = []

    def context(self, data: Mapping[str, Any]) -> Context:
        for key in data:
            if key not in KEYS:
                facts = {"found": str(key), "known": list(KEYS)}
                self.findings.append(Finding("context.key", where=f"context.{key}", facts=facts))
        earlier = self.periods(self.mapping(data, "periods"))
        previous = self.sheet(data.get("previous"), "previous.")
        if previous is None:
            previous = earlier.pop(1, None)
        to_date = data.get("year_to_date")
        return Context(
            previous=previous,
            earlier=earlier,
            same_period_last_year=self.sheet(data.get("same_period_last_year"), "same_period_last_year."),
            last_year=self.sheet(data.get("last_year"), "last_year."),
            year_to_date=None
            if to_date is None
            else [
                self.sheet(item, f"year_to_date[{i}].")
                for i, item in enumerate(self.items(to_date, "year_to_date"))
            ],
            children=[
                self.child(item, f"children[{i}]")
                for i, item in enumerate(self.items(data.get("children") or [], "children"))
            ],
            forms=self.forms(self.mapping(data, "forms")),
            agency=self.mapping(data, "agency"),
            period=self.mapping(data, "period"),
        )

    def mapping(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.findings.append(Finding("figure.shape", where=f"context.{key}"))
            return {}
        return value

    def items(self, value: object, where: str) -> list[Any]:
        if not isinstance(value, list):
            self.findings.append(Finding("figure.shape", where=f"context.{where}", variant="list"))
            return []
        return value

    def sheet(self, figures: object, where: str, layout: Layout | None = None) -> Sheet | None:
        if figures is None:
            return None
        sheet, findings = read_figures(layout or self.program.layout, figures, f"context.{where}")
        self.findings.extend(findings)
        return sheet

    def periods(self, data: Mapping[str, Any]) -> dict[int, Sheet]:
        found = {}
        for key, figures in data.items():
            match = _BACK.fullmatch(key.strip())
            if match is None:
                self.findings.append(
                    Finding("context.period", where=f"context.periods.{key}", facts={"found": key})
                )
                continue
            sheet = self.sheet(figures, f"periods.{key}.")
            if sheet is not None:
                found[int(match[1])] = sheet
        return found

    def child(self, item: object, where: str) -> ChildReport:
        if not isinstance(item, Mapping):
            self.findings.append(Finding("figure.shape", where=f"context.{where}"))
            item = {}
        agency = item.get("agency")
        attributes = agency if isinstance(agency, Mapping) else {"mã": agency}
        sheet = self.sheet(item.get("figures") or {}, f"{where}.")
        return ChildReport(attributes, sheet or Sheet(self.program.layout))

    def forms(self, data: Mapping[str, Any]) -> dict[str, Sheet | None]:
        found: dict[str, Sheet | None] = {}
        for code, item in data.items():
            layout = self.program.others.get(code)
            figures = item.get("figures") if isinstance(item, Mapping) else None
            found[code] = self.sheet(figures, f"forms.{code}.", layout) if layout else None
        return found
