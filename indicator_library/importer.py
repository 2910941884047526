"""Bringing a list of indicators in, as a whole or not at all; the same plan tells what would change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from importlib import resources

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core import audit
from core.db import insert_new, lock_row
from core.errors import Invalid
from engine.findings import Finding
from expr.text import fold
from indicator_library.catalogue import Known, SetInfo, find, save_set
from indicator_library.listing import Entry, read_indicators
from indicator_library.meaning import Meaning, to_value
from indicator_library.models import Indicator, IndicatorSet, IndicatorVersion

LAST_DAY = date(9999, 12, 31)


@dataclass(frozen=True)
class Change:
    """What a row does: `kind` is new, changed or same; `fields` of the meaning are those that change."""

    row: int
    code: str
    name: str
    kind: str
    fields: Sequence[str] = ()


def import_indicators(
    session: Session,
    data: bytes,
    *,
    set_id: int,
    since: date,
    actor: str,
    now: datetime,
    dry_run: bool = False,
) -> list[Change]:
    """Define the indicators of a list from a day on; with `dry_run` only tell.

    Indicators that are not in the list stay as they are. Raises Invalid with every fault found.
    """
    entries, findings = read_indicators(data)
    kept = lock_row(session, IndicatorSet, set_id) if not dry_run else session.get_one(IndicatorSet, set_id)
    known = {
        each.code: each
        for each in find(session, LAST_DAY, codes=[entry.code for entry in entries], with_retired=True)
    }
    findings += _faults(entries, known, kept, since)
    if findings:
        raise Invalid(sorted(findings, key=lambda finding: int(str(finding.facts.get("row", 0)))))
    changes = [_change(entry, known.get(entry.code)) for entry in entries]
    if not dry_run:
        _keep(session, entries, changes, known, set_id, since, actor, now)
        counts = Counter(change.kind for change in changes)
        audit.record(session, actor, "indicator.import", f"indicator_set/{kept.code}", now=now, **counts)
    return changes


def load_seeds(session: Session, *, actor: str, now: datetime, dry_run: bool = False) -> list[Change]:
    """The starting set that comes with the product, each part with where it is from."""
    info = SetInfo(
        "KHỞI ĐẦU",
        "Chỉ tiêu khởi đầu (cần đối chiếu với danh mục chính thức)",
        legal_basis="QĐ 54/2016/QĐ-TTg; QĐ 05/2023/QĐ-TTg; QĐ 43/2010/QĐ-TTg",
    )
    kept = save_set(session, info, agency=None, actor=actor, now=now)
    data = (resources.files("indicator_library") / "seeds" / "indicators.csv").read_bytes()
    since = info.valid_from
    return import_indicators(
        session, data, set_id=kept.id, since=since, actor=actor, now=now, dry_run=dry_run
    )


def _faults(
    entries: Sequence[Entry], known: Mapping[str, Known], kept: IndicatorSet, since: date
) -> list[Finding]:
    found = []
    for entry in entries:
        there = known.get(entry.code)
        facts = {"code": entry.code, "row": str(entry.row)}
        if there and there.set_id != kept.id:
            found.append(Finding("indicator.other_set", where=str(entry.row), facts=facts))
        elif there and since < there.since and there.meaning != entry.meaning:
            late = facts | {"since": there.since}
            found.append(Finding("indicator.since", where=str(entry.row), facts=late))
    return found


def _change(entry: Entry, known: Known | None) -> Change:
    if known is None:
        return Change(entry.row, entry.code, entry.meaning.name, "new")
    changed = [
        each.name
        for each in fields(Meaning)
        if getattr(entry.meaning, each.name) != getattr(known.meaning, each.name)
    ]
    if entry.group != known.group:
        changed.append("group")
    kind = "changed" if changed or known.retired_on else "same"
    return Change(entry.row, entry.code, entry.meaning.name, kind, changed)


def _keep(
    session: Session,
    entries: Sequence[Entry],
    changes: Sequence[Change],
    known: Mapping[str, Known],
    set_id: int,
    since: date,
    actor: str,
    now: datetime,
) -> None:
    moved = [entry for entry, change in zip(entries, changes, strict=True) if change.kind != "same"]
    rows = [{"code": entry.code, "set_id": set_id, "group": entry.group} for entry in moved]
    insert_new(session, Indicator, rows)
    again = {entry.code: entry for entry in moved if entry.code in known}
    for indicator in session.scalars(select(Indicator).where(Indicator.code.in_(again))):
        indicator.group, indicator.retired_on = again[indicator.code].group, None
    versions = [
        {
            "indicator_code": entry.code,
            "number": known[entry.code].version + 1 if entry.code in known else 1,
            "valid_from": since,
            "name": entry.meaning.name,
            "search_key": fold(f"{entry.code} {entry.meaning.name}"),
            "meaning": to_value(entry.meaning),
            "saved_at": now,
            "saved_by": actor,
        }
        for entry in moved
        if entry.code not in known or known[entry.code].meaning != entry.meaning
    ]
    if versions:
        session.execute(insert(IndicatorVersion), versions)
