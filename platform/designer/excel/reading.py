"""From the bytes of a workbook to its visible sheets as values, whatever the kind of file."""

from collections.abc import Sequence
from dataclasses import dataclass

from designer.excel.grid import Sheet
from designer.excel.opening import open_workbook
from designer.excel.subtotals import with_sums
from engine.findings import Finding, has_errors


@dataclass(frozen=True)
class Workbook:
    """The visible sheets of a file and what is to be said of it."""

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = ()


def read_workbook(data: bytes) -> Workbook:
    """The sheets of a workbook; a finding that is an error where it cannot be read."""
    kind, findings = open_workbook(data)
    if kind is None:
        return Workbook((), tuple(findings))
    try:
        sheets, told = _READERS[kind](data)
    except Exception:  # the libraries raise whatever a broken part makes them stumble over
        return Workbook((), (Finding("workbook.broken"),))
    findings += told
    if not has_errors(findings) and not any(sheet.cells for sheet in sheets):
        findings.append(Finding("workbook.empty"))
    return Workbook(tuple(map(with_sums, sheets)), tuple(findings))


def _xlsx(data: bytes) -> tuple[Sequence[Sheet], list[Finding]]:
    from designer.excel.read_xlsx import read_xlsx

    return read_xlsx(data)


def _xls(data: bytes) -> tuple[Sequence[Sheet], list[Finding]]:
    from designer.excel.read_xls import read_xls

    return read_xls(data)


def _ods(data: bytes) -> tuple[Sequence[Sheet], list[Finding]]:
    from designer.excel.read_ods import read_ods

    return read_ods(data)


_READERS = {"xlsx": _xlsx, "xls": _xls, "ods": _ods}
