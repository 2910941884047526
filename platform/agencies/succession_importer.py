"""Writing down who came after whom in a reform, from a file, as a whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from agencies.importer import DAY, await_other_imports
from agencies.models import AgencySuccession
from agencies.store import read_tree
from agencies.succession_file import Line, read_succession_file
from core.errors import Invalid
from engine.findings import Finding

Pair = tuple[int, int]


@dataclass(frozen=True)
class ImportedSuccession:
    """How many links are new, have changed, were there already.

    `kept` is the number of lines that tell of agencies that kept their identity and need no link; `skipped`
    of those whose agencies are not all here.
    """

    added: int
    changed: int
    unchanged: int
    kept: int
    skipped: int


def import_succession(
    session: Session, data: bytes, *, on: date, partial: bool = False
) -> ImportedSuccession:
    """Link the agencies that ended on a day to those that began; running it again changes nothing.

    A link gives way to what the file says of it now, as when shares become known. `partial` skips lines of
    agencies that are not here, for an installation may hold one province of a list. Raises Invalid with
    every fault found.
    """
    lines, findings = read_succession_file(data)
    if findings:
        raise Invalid(findings)
    await_other_imports(session)
    before = {node.code: node.id for node in read_tree(session, on - DAY)}
    after = {node.code: node.id for node in read_tree(session, on)}
    pairs = {
        (before[line.predecessor], after[line.successor]): line
        for line in lines
        if line.predecessor in before and line.successor in after
    }
    links = {pair: line for pair, line in pairs.items() if pair[0] != pair[1]}
    findings = [] if partial else list(_unknown(lines, before, after, on))
    findings += _continuing(links, set(before.values()) & set(after.values()), on)
    if findings:
        raise Invalid(findings)
    added, changed = _write(session, links, on)
    return ImportedSuccession(
        added,
        changed,
        unchanged=len(links) - added - changed,
        kept=len(pairs) - len(links),
        skipped=len(lines) - len(pairs),
    )


def _unknown(
    lines: Sequence[Line], before: Mapping[str, int], after: Mapping[str, int], on: date
) -> Iterator[Finding]:
    for line in lines:
        for code, known, day in ((line.predecessor, before, on - DAY), (line.successor, after, on)):
            if code not in known:
                yield Finding("succession.unknown", facts={"line": str(line.line), "code": code, "on": day})


def _continuing(links: Mapping[Pair, Line], both: set[int], on: date) -> Iterator[Finding]:
    """An agency that was there on both days neither ended nor began."""
    for pair, line in links.items():
        for agency, code in zip(pair, (line.predecessor, line.successor), strict=True):
            if agency in both:
                facts = {"line": str(line.line), "code": code, "on": on}
                yield Finding("succession.continues", facts=facts)


def _write(session: Session, links: Mapping[Pair, Line], on: date) -> tuple[int, int]:
    """Have the links of a day as told; how many were added and changed."""
    rows = session.scalars(select(AgencySuccession).filter_by(on=on))
    known = {(row.predecessor_id, row.successor_id): row for row in rows}
    new, changed = [], []
    for pair, line in links.items():
        facts = {"extent": line.extent, "share": line.share, "is_default": line.is_default}
        row = known.get(pair)
        if row is None:
            new.append({"predecessor_id": pair[0], "successor_id": pair[1], "on": on, **facts})
        elif facts != {name: getattr(row, name) for name in facts}:
            changed.append({"id": row.id, **facts})
    if new:
        session.execute(insert(AgencySuccession), new)
    if changed:
        session.execute(update(AgencySuccession), changed)
    return len(new), len(changed)
