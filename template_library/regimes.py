"""The catalogue of reporting regimes, open to everybody: who reports what to whom, by when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.db import insert_new, lock_row
from core.errors import Conflict, Invalid, NotFound
from engine.findings import Finding
from expr.text import fold
from template_library.jsontext import read_json
from template_library.regime_file import Regime, data_to_regime, read_regime, write_regime
from template_library.shelf_models import RegimeRecord, RegimeTemplate


@dataclass(frozen=True)
class Kept:
    """A regime as the catalogue keeps it: whose record it is, and the revision to save on top of."""

    regime: Regime
    agency: int | None
    revision: int
    saved_at: datetime


def save_regime(
    session: Session, regime: Regime, *, base: int, agency: int | None, actor: str, now: datetime
) -> None:
    """Keep a regime on top of the revision its editor saw, 0 for a new one, which belongs to `agency`."""
    first = {"code": regime.code, "agency_id": agency, "revision": 0, "file": ""}
    insert_new(session, RegimeRecord, [first | {"saved_at": now, "saved_by": actor}])
    record = lock_row(session, RegimeRecord, regime.code)
    if record.revision != base:
        raise Conflict("regime.changed", regime=regime.code, found=record.revision, base=base)
    record.revision += 1
    record.file = write_regime(regime)
    record.saved_at, record.saved_by = now, actor
    of_it = RegimeTemplate.regime_code == regime.code
    session.execute(delete(RegimeTemplate).where(of_it))
    asked = dict.fromkeys(regime.templates)
    insert_new(
        session,
        RegimeTemplate,
        [{"regime_code": regime.code, "template_code": template} for template in asked],
    )
    audit.record(session, actor, "regime.save", regime.code, now=now, revision=record.revision)


def rename_template(
    session: Session, code: str, new: str, *, agency: int | None, actor: str, now: datetime
) -> None:
    """Have the regimes of an agency that ask with a template ask with it under another code."""
    for kept in find_regimes(session, template=code):
        if kept.agency == agency:
            asked = tuple(new if each == code else each for each in kept.regime.templates)
            anew = replace(kept.regime, templates=asked)
            save_regime(session, anew, base=kept.revision, agency=agency, actor=actor, now=now)


def get_regime(session: Session, code: str) -> Kept:
    """The regime of a code."""
    record = session.get(RegimeRecord, code)
    if record is None:
        raise NotFound("regime.unknown", regime=code)
    return _kept(record)


def find_regimes(
    session: Session, text: str = "", *, kind: str = "", field: str = "", template: str = ""
) -> list[Kept]:
    """Regimes whose code, name, issuer or field holds `text` (marks and case aside), by code."""
    query = select(RegimeRecord).order_by(RegimeRecord.code)
    if template:
        query = query.join(RegimeTemplate).where(RegimeTemplate.template_code == template)
    found = (_kept(record) for record in session.scalars(query))
    return [
        kept
        for kept in found
        if (not kind or kept.regime.kind == kind)
        and (not field or kept.regime.field == field)
        and fold(text)
        in fold(" ".join((kept.regime.code, kept.regime.name, kept.regime.issuer, kept.regime.field)))
    ]


def demand_approved(session: Session, template: str) -> None:
    """Raise Conflict where a template serves specialised regimes only and nobody approved one of them."""
    asking = [kept.regime for kept in find_regimes(session, template=template)]
    if asking and all(regime.waits_for_approval for regime in asking):
        raise Conflict("regime.not_approved", regime=asking[0].code, template=template)


def seed_regimes() -> Sequence[Regime]:
    """The regimes of the forms that come with the product."""
    data, _ = read_json((resources.files("template_library") / "regimes.json").read_bytes())
    regimes = []
    for each in data:
        regime, findings = data_to_regime(each)
        if regime is None:
            raise Invalid(findings)
        regimes.append(regime)
    return regimes


def load_seed_regimes(session: Session, *, actor: str, now: datetime) -> None:
    """Put those regimes into the catalogue that are not there yet."""
    known = set(session.scalars(select(RegimeRecord.code)))
    for regime in seed_regimes():
        if regime.code not in known:
            save_regime(session, regime, base=0, agency=None, actor=actor, now=now)


def _kept(record: RegimeRecord) -> Kept:
    regime, findings = read_regime(record.file)
    if regime is None:
        raise Invalid(findings or [Finding("regime.unknown", facts={"regime": record.code})])
    return Kept(regime, record.agency_id, record.revision, record.saved_at)
