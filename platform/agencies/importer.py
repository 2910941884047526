"""Filling the agency tree from a file, as a whole or not at all, in a handful of statements."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, insert, or_, select
from sqlalchemy.orm import Session

from agencies.listing import LEVELS, RANK, Entry, read_listing
from agencies.models import Agency, AgencyCode, AgencyName, AgencyParent, Level
from agencies.names import sort_key
from agencies.store import read_tree
from agencies.succession_file import kept, read_succession_file
from agencies.tree import Node
from core.db import insert_new, lock_row
from core.errors import Invalid
from engine.findings import Finding

ROOT = Entry(0, "nation", "VN", "Cả nước", "")
ROOT_SINCE = date(1945, 9, 2)  # earlier than any reporting period; the root never changes
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Imported:
    """How many agencies of the file are new, and how many were there already.

    `continued` of the new ones are agencies known from before or after a reform that kept their identity.
    """

    added: int
    unchanged: int
    continued: int = 0


def import_agencies(
    session: Session,
    data: bytes,
    *,
    valid_from: date,
    valid_to: date | None = None,
    province: str | None = None,
    succession: bytes | None = None,
) -> Imported:
    """Add the agencies of a CSV file as valid from a day; running it again adds nothing.

    `province` takes one province and what is below it. Agencies without a parent in the file stand under
    the nation. `succession` tells of the reform at `valid_to`, or else at `valid_from`: agencies that keep
    their identity through it are joined to what is known of them on the other side, in whatever order the
    two lists come. Raises Invalid with every fault found.
    """
    insert_new(
        session,
        Level,
        [{"id": rank + 1, "code": code, "name": LEVELS[code], "rank": rank} for code, rank in RANK.items()],
    )
    await_other_imports(session)
    tree = read_tree(session, valid_from)
    entries, findings = read_listing(data, {node.code: node.level for node in tree})
    lines, line_findings = read_succession_file(succession) if succession is not None else ([], [])
    findings += line_findings
    if province and not findings:
        entries = list(_below(entries, province))
        findings = [] if entries else [Finding("agencies.unknown_province", facts={"code": province})]
    if findings:
        raise Invalid(findings)
    if ROOT.code not in {node.code for node in tree}:
        _add(session, [ROOT], {}, {}, ROOT_SINCE, None)
    new = _new_entries(session, entries, valid_from, valid_to)
    other_side = _other_side(session, kept(lines), valid_from, valid_to) if lines else {}
    same = {
        entry.code: other_side[entry.code].id
        for entry in new
        if entry.code in other_side and other_side[entry.code].level == entry.level
    }
    ids = {node.code: node.id for node in read_tree(session, valid_from)}
    _add(session, new, ids, same, valid_from, valid_to)
    return Imported(len(new), len(entries) - len(new), len(same))


def await_other_imports(session: Session) -> None:
    """Imports go one after another."""
    lock_row(session, Level, RANK["nation"] + 1)


def _other_side(
    session: Session, kept_codes: Mapping[str, str], valid_from: date, valid_to: date | None
) -> Mapping[str, Node]:
    """By their code in the list, the agencies on the other side of the reform that keep their identity."""
    if valid_to:
        pairs, there = list(kept_codes.items()), read_tree(session, valid_to)
    else:
        pairs = [(after, before) for before, after in kept_codes.items()]
        there = read_tree(session, valid_from - DAY)
    by_code = {node.code: node for node in there}
    return {code: by_code[other] for code, other in pairs if other in by_code}


def _below(entries: Sequence[Entry], province: str) -> Iterator[Entry]:
    taken: set[str] = set()
    for entry in entries:  # parents come before children
        if entry.parent in taken or (entry.level == "province" and entry.code == province):
            taken.add(entry.code)
            yield entry


def _new_entries(
    session: Session, entries: Sequence[Entry], valid_from: date, valid_to: date | None
) -> list[Entry]:
    """The entries not there yet; a code that means something else in that time is a fault."""
    overlapping = select(AgencyCode.code, AgencyCode.valid_from, AgencyName.name).join(
        AgencyName,
        and_(
            AgencyName.agency_id == AgencyCode.agency_id,
            AgencyName.valid_from <= AgencyCode.valid_from,
            or_(AgencyName.valid_to.is_(None), AgencyName.valid_to > AgencyCode.valid_from),
        ),
    )
    overlapping = overlapping.where(or_(AgencyCode.valid_to.is_(None), AgencyCode.valid_to > valid_from))
    if valid_to:
        overlapping = overlapping.where(AgencyCode.valid_from < valid_to)
    there = {code: (since, name) for code, since, name in session.execute(overlapping)}
    findings = [
        Finding(
            "agencies.code_in_use",
            facts={"line": str(entry.line), "code": entry.code, "name": there[entry.code][1]},
        )
        for entry in entries
        if entry.code in there and there[entry.code] != (valid_from, entry.name)
    ]
    if findings:
        raise Invalid(findings)
    return [entry for entry in entries if entry.code not in there]


def _add(
    session: Session,
    entries: Sequence[Entry],
    ids: Mapping[str, int],
    same: Mapping[str, int],
    since: date,
    until: date | None,
) -> None:
    """Write down entries; `ids` are those of agencies above, `same` of entries that are agencies already."""
    if not entries:
        return
    ids = {**ids, **same, **_create(session, [entry for entry in entries if entry.code not in same])}
    dates = {"valid_from": since, "valid_to": until}
    facts = [(entry, {"agency_id": ids[entry.code], **dates}) for entry in entries]
    session.execute(
        insert(AgencyName),
        [{**fact, "name": entry.name, "sort_key": sort_key(entry.name)} for entry, fact in facts],
    )
    session.execute(insert(AgencyCode), [{**fact, "code": entry.code} for entry, fact in facts])
    parents = [
        {**fact, "parent_id": ids[entry.parent or ROOT.code]} for entry, fact in facts if entry is not ROOT
    ]
    if parents:
        session.execute(insert(AgencyParent), parents)


def _create(session: Session, entries: Sequence[Entry]) -> Mapping[str, int]:
    if not entries:
        return {}
    created = session.scalars(
        insert(Agency).returning(Agency.id, sort_by_parameter_order=True),
        [{"level_id": RANK[entry.level] + 1} for entry in entries],
    )
    return {entry.code: agency for entry, agency in zip(entries, created, strict=True)}
