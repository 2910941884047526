"""Indicators and what they mean on a day: asked for, defined, given another meaning, retired."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core import audit
from core.db import insert_new, lock_row
from core.errors import Conflict, Invalid, NotFound
from engine.findings import Finding
from expr.text import fold
from indicator_library.meaning import Meaning, faults, from_value, to_value
from indicator_library.models import Indicator, IndicatorSet, IndicatorVersion


@dataclass(frozen=True)
class Known:
    """An indicator as it is meant on a day."""

    code: str
    set_id: int
    group: str
    version: int
    since: date
    retired_on: date | None
    meaning: Meaning


@dataclass(frozen=True)
class SetInfo:
    """What is told of a set besides its indicators."""

    code: str
    name: str
    issuer: str = ""
    legal_basis: str = ""
    valid_from: date = date(1945, 9, 2)
    valid_to: date | None = None


def list_sets(session: Session) -> Sequence[IndicatorSet]:
    """All sets by code."""
    return session.scalars(select(IndicatorSet).order_by(IndicatorSet.code)).all()


def get_set(session: Session, set_id: int) -> IndicatorSet:
    """The set of an id."""
    found = session.get(IndicatorSet, set_id)
    if found is None:
        raise NotFound("indicator.no_set", id=str(set_id))
    return found


def save_set(
    session: Session, info: SetInfo, *, agency: int | None, actor: str, now: datetime
) -> IndicatorSet:
    """The set of a code as told now, kept by `agency`; a code another one keeps is refused."""
    if not info.code.strip() or not info.name.strip() or len(info.code) > 40:
        raise Invalid([Finding("indicator.set", facts={"code": info.code})])
    if info.valid_to and info.valid_to <= info.valid_from:
        raise Invalid([Finding("indicator.set_dates", facts={"code": info.code})])
    first = {"code": info.code, "name": "", "issuer": "", "legal_basis": "", "agency_id": agency}
    insert_new(session, IndicatorSet, [first | {"valid_from": info.valid_from}])
    kept = session.scalars(select(IndicatorSet).filter_by(code=info.code)).one()
    if kept.agency_id != agency:
        raise Conflict("indicator.set_taken", code=info.code)
    kept.name, kept.issuer, kept.legal_basis = info.name, info.issuer, info.legal_basis
    kept.valid_from, kept.valid_to = info.valid_from, info.valid_to
    audit.record(session, actor, "indicator.set", f"indicator_set/{info.code}", now=now, name=info.name)
    return kept


def find(
    session: Session,
    on: date,
    *,
    text: str = "",
    set_code: str = "",
    level: str = "",
    codes: Collection[str] | None = None,
    with_retired: bool = False,
    limit: int | None = None,
) -> list[Known]:
    """Indicators as meant on a day, by code; `text` is looked for in code and name without marks and case."""
    query = _meant(on)
    if text:
        words = [f"%{_plain(word)}%" for word in fold(text).split()]
        query = query.where(*(IndicatorVersion.search_key.like(word, escape="!") for word in words))
    if set_code:
        query = query.join(IndicatorSet).where(IndicatorSet.code == set_code)
    if codes is not None:
        query = query.where(Indicator.code.in_(codes))
    if not with_retired:
        query = query.where(or_(Indicator.retired_on.is_(None), Indicator.retired_on > on))
    rows = session.execute(query.order_by(Indicator.code))
    known = (_known(indicator, version) for indicator, version in rows)
    found = [each for each in known if not level or not each.meaning.levels or level in each.meaning.levels]
    return found[:limit]


def get(session: Session, code: str, on: date) -> Known:
    """One indicator as meant on a day."""
    found = find(session, on, codes=[code], with_retired=True)
    if not found:
        raise NotFound("indicator.unknown", code=code)
    return found[0]


def history(session: Session, code: str) -> Sequence[IndicatorVersion]:
    """All that an indicator meant, the latest first."""
    query = select(IndicatorVersion).filter_by(indicator_code=code)
    found = session.scalars(query.order_by(IndicatorVersion.number.desc())).all()
    if not found:
        raise NotFound("indicator.unknown", code=code)
    return found


def define(
    session: Session,
    code: str,
    meaning: Meaning,
    *,
    set_id: int,
    group: str,
    since: date,
    actor: str,
    now: datetime,
) -> bool:
    """Have `code` mean this from a day on; a new code is defined, a known one gets another version.

    Returns whether anything changed. A known code stays in its set.
    """
    if found := list(faults(code, meaning)):
        raise Invalid(found)
    insert_new(session, Indicator, [{"code": code, "set_id": set_id, "group": group}])
    indicator = lock_row(session, Indicator, code)
    if indicator.set_id != set_id:
        raise Conflict("indicator.other_set", code=code)
    last = session.scalars(
        select(IndicatorVersion)
        .filter_by(indicator_code=code)
        .order_by(IndicatorVersion.number.desc())
        .limit(1)
    ).one_or_none()
    same = last is not None and from_value(last.meaning) == meaning
    if same and indicator.group == group and indicator.retired_on is None:
        return False
    if last and since < last.valid_from:
        raise Invalid([Finding("indicator.since", facts={"code": code, "since": last.valid_from})])
    indicator.group, indicator.retired_on = group, None
    if not same:
        session.add(
            IndicatorVersion(
                indicator_code=code,
                number=last.number + 1 if last else 1,
                valid_from=since,
                name=meaning.name,
                search_key=fold(f"{code} {meaning.name}"),
                meaning=to_value(meaning),
                saved_at=now,
                saved_by=actor,
            )
        )
    audit.record(session, actor, "indicator.define", f"indicator/{code}", now=now, name=meaning.name)
    return True


def retire(session: Session, code: str, *, on: date, actor: str, now: datetime) -> None:
    """Have an indicator be collected no more from a day on; its code is not given again."""
    get(session, code, on)
    lock_row(session, Indicator, code).retired_on = on
    audit.record(session, actor, "indicator.retire", f"indicator/{code}", now=now, on=on)


def names(session: Session, codes: Collection[str], on: date) -> Mapping[str, str]:
    """What some codes are called on a day; those nobody defined are missing."""
    return {each.code: each.meaning.name for each in find(session, on, codes=codes, with_retired=True)}


def _meant(on: date) -> Select[Indicator, IndicatorVersion]:
    """Each indicator with its version of a day; the first one where that came later."""
    told = func.max(IndicatorVersion.number)
    in_force = select(IndicatorVersion.indicator_code, told.label("number"))
    in_force = in_force.where(or_(IndicatorVersion.valid_from <= on, IndicatorVersion.number == 1))
    latest = in_force.group_by(IndicatorVersion.indicator_code).subquery()
    is_latest = (IndicatorVersion.indicator_code == latest.c.indicator_code) & (
        IndicatorVersion.number == latest.c.number
    )
    return select(Indicator, IndicatorVersion).join(IndicatorVersion).join(latest, is_latest)


def _known(indicator: Indicator, version: IndicatorVersion) -> Known:
    meaning = from_value(version.meaning)
    place = (indicator.code, indicator.set_id, indicator.group)
    return Known(*place, version.number, version.valid_from, indicator.retired_on, meaning)


def _plain(word: str) -> str:
    """A word in which % and _ stand for themselves."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
