"""The file of who came after whom in a reform: CSV with the codes before and after.

A predecessor ends as a whole in one agency, or in parts of which one is the main one. The columns extent,
share and is_default may be left out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from agencies.listing import read_rows, seed
from engine.findings import Finding

COLUMNS = ("predecessor_code", "successor_code")
_OTHER_NAMES = {  # of the columns in conversion tables in circulation
    "old_commune_code": "predecessor_code",
    "new_commune_code": "successor_code",
    "old_province_code": "predecessor_code",
    "new_province_code": "successor_code",
}
_YES, _NO = ("1", "true", ""), ("0", "false")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: all or a part of an agency went into another; `share` is None where nobody knows."""

    line: int
    predecessor: str
    successor: str
    extent: str
    share: str | None
    is_default: bool


def shipped_succession() -> bytes:
    """Who came after whom on 1 July 2025."""
    return seed("succession_2025-07-01.csv")


def read_succession_file(data: bytes) -> tuple[list[Line], list[Finding]]:
    """The lines of a file and everything wrong with them."""
    rows, findings = read_rows(data, COLUMNS, _OTHER_NAMES)
    if findings:
        return [], findings
    lines = []
    for number, row in rows:
        before, after, extent, share, default = (
            (row.get(name) or "").strip() for name in (*COLUMNS, "extent", "share", "is_default")
        )
        findings += _cell_faults(number, extent, share, default)
        lines.append(Line(number, before, after, extent or "whole", share or None, default in _YES))
    return lines, findings + list(_line_faults(lines))


def kept(lines: Sequence[Line]) -> Mapping[str, str]:
    """Codes before and after of agencies that go on whole and alone: these keep their identity."""
    sources = Counter(line.successor for line in lines)
    return {
        line.predecessor: line.successor
        for line in lines
        if line.extent == "whole" and sources[line.successor] == 1
    }


def _cell_faults(line: int, extent: str, share: str, default: str) -> Iterator[Finding]:
    facts = {"line": str(line)}
    if extent not in ("", "whole", "part"):
        yield Finding("succession.extent", facts={**facts, "found": extent})
    if default not in (*_YES, *_NO):
        yield Finding("succession.default", facts={**facts, "found": default})
    if share and (extent != "part" or not _is_share(share)):
        yield Finding("succession.share", facts={**facts, "found": share})


def _is_share(text: str) -> bool:
    try:
        return 0 < Decimal(text) < 1
    except InvalidOperation:
        return False


def _line_faults(lines: Sequence[Line]) -> Iterator[Finding]:
    by_predecessor: dict[str, list[Line]] = {}
    for line in lines:
        by_predecessor.setdefault(line.predecessor, []).append(line)
    if not lines:
        yield Finding("succession.empty")
    for code, ways in by_predecessor.items():
        facts = {"line": str(ways[-1].line), "code": code}
        if len({way.successor for way in ways}) < len(ways):
            yield Finding("succession.duplicate", facts=facts)
        elif (len(ways) > 1) != all(way.extent == "part" for way in ways):
            yield Finding("succession.whole", facts=facts)
        elif sum(way.is_default for way in ways) != 1:
            yield Finding("succession.main", facts=facts)
        elif not _add_up([way.share for way in ways if way.extent == "part"]):
            yield Finding("succession.shares", facts=facts)


def _add_up(shares: Sequence[str | None]) -> bool:
    """To one, or to less where some are not known."""
    known = [Decimal(share) for share in shares if share and _is_share(share)]
    return sum(known) == 1 if known and len(known) == len(shares) else sum(known) < 1
