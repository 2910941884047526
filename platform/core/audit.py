"""What people did and what they were refused, in rows that can only be added, sealed into a chain of hashes.

`record` writes in the transaction of the deed. Chaining there would make writers wait for each other, so
`seal` numbers and chains the rows that are committed, every few seconds. `verify` finds
what was tampered with, `find_deeds` what was done.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func, insert, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, BigId, Json, insert_new
from engine.findings import Finding

START = "0" * 64
LATE = 10_000
"""How many later rows may be committed before a row that took its id earlier; what comes later still is
never sealed, and `verify` counts it as waiting."""


class Audit(Base):
    """One deed: who did what to what, when, with facts that are no secrets."""

    __tablename__ = "audit"
    __table_args__ = ({"info": {"frozen": True}},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    actor: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)


class Seal(Base):
    """The place of a row in the chain, and the hash over the row and the seal before."""

    __tablename__ = "audit_seal"
    __table_args__ = ({"info": {"frozen": True}},)

    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    audit_id: Mapped[int] = mapped_column(BigId, ForeignKey("audit.id"), unique=True)
    hash: Mapped[str]


def record(
    session: Session, actor: str | None, action: str, subject: str, *, now: datetime, **facts: object
) -> None:
    """Write a deed down in this transaction."""
    record_each(session, actor, action, [(subject, facts)], now=now)


def record_each(
    session: Session,
    actor: str | None,
    action: str,
    told: Iterable[tuple[str, Mapping[str, object]]],
    *,
    now: datetime,
) -> None:
    """Write one deed down about each of several subjects, with its facts, by one statement."""
    deed = {"actor": actor, "action": action, "at": now}
    rows = [deed | {"subject": subject, "facts": _kept(facts)} for subject, facts in told]
    session.flush()
    if rows:
        session.execute(insert(Audit), rows)


def _kept(facts: Mapping[str, object]) -> dict[str, Any]:
    return {name: fact if isinstance(fact, int | None) else str(fact) for name, fact in facts.items()}


def seal(session: Session, most: int = 1_000) -> int:
    """Number and chain up to `most` rows that have no seal yet; returns how many.

    Of several that seal at once one goes on: whoever inserts the next number. The others find it taken.
    """
    last = session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).one_or_none()
    first, before = (last.number + 1, last.hash) if last else (1, START)
    newest = session.scalar(select(func.max(Seal.audit_id))) or 0
    unsealed = (
        select(Audit)
        .outerjoin(Seal, Seal.audit_id == Audit.id)
        .where(Seal.number.is_(None), Audit.id > newest - LATE)
        .order_by(Audit.id)
        .limit(most)
    )
    seals = []
    for number, row in enumerate(session.scalars(unsealed), first):
        before = _hash(before, number, row)
        seals.append({"number": number, "audit_id": row.id, "hash": before})
    if not seals or not insert_new(session, Seal, seals[:1]):
        return 0
    insert_new(session, Seal, seals[1:])
    return len(seals)


@dataclass(frozen=True)
class Wanted:
    """Which deeds to look for; what is empty asks for nothing. `of` are logins that did or underwent them."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    of: Sequence[str] | None = None


def find_deeds(session: Session, wanted: Wanted, *, before: int | None = None, most: int) -> Sequence[Audit]:
    """The latest deeds; `before` is the last one seen, for the next page."""
    query = select(Audit).order_by(Audit.id.desc()).limit(most)
    if before is not None:
        query = query.where(Audit.id < before)
    if wanted.of is not None:
        query = query.where(or_(Audit.actor.in_(wanted.of), Audit.subject.in_(wanted.of)))
    for column, text in ((Audit.actor, wanted.actor), (Audit.subject, wanted.subject)):
        if text:
            query = query.where(func.lower(column).contains(text.lower(), autoescape=True))
    if wanted.action:
        query = query.where(or_(Audit.action == wanted.action, Audit.action.startswith(f"{wanted.action}:")))
    if wanted.since:
        query = query.where(Audit.at >= wanted.since)
    if wanted.until:
        query = query.where(Audit.at < wanted.until)
    return session.scalars(query).all()


@dataclass(frozen=True)
class Verified:
    """What `verify` found: how many rows are sealed, how many wait, the last seal's number and hash."""

    sealed: int
    waiting: int
    number: int
    head: str
    findings: Sequence[Finding]


def verify(session: Session, noted: tuple[int, str] | None = None) -> Verified:
    """Walk the chain and say where it was tampered with.

    Who can write to the database can also shorten the chain from its end; that shows only against `noted`,
    the number and hash of a seal that was written down elsewhere.
    """
    chain = Chain(noted=noted)
    walk(session, chain)
    if noted and noted[0] > chain.number:
        chain.findings.append(
            Finding("audit.cut", facts={"number": str(noted[0]), "last": str(chain.number)})
        )
    return verified(session, chain)


@dataclass
class Chain:
    """How far a walk along the seals is, and what it found."""

    number: int = 0
    hash: str = START
    count: int = 0
    findings: list[Finding] = field(default_factory=list)
    noted: tuple[int, str] | None = None

    def follow(self, sealed: Seal, row: Audit | None) -> None:
        """Go on to the next seal."""
        facts = {"number": str(sealed.number), "id": str(sealed.audit_id)}
        if sealed.number != self.number + 1:
            gap = {"first": str(self.number + 1), "last": str(sealed.number - 1)}
            self.findings.append(Finding("audit.gap", facts=gap))
        elif row is None:
            self.findings.append(Finding("audit.missing", facts=facts))
        elif sealed.hash != _hash(self.hash, sealed.number, row):
            told = {**facts, "action": row.action, "actor": row.actor or ""}
            self.findings.append(Finding("audit.changed", facts=told))
        if self.noted and self.noted[0] == sealed.number and self.noted[1] != sealed.hash:
            self.findings.append(Finding("audit.rewritten", facts=facts))
        self.number, self.hash, self.count = sealed.number, sealed.hash, self.count + 1


def walk(session: Session, chain: Chain, most: int | None = None) -> None:
    """Follow the next seals, all of them or some."""
    rows = session.execute(
        select(Seal, Audit)
        .outerjoin(Audit, Audit.id == Seal.audit_id)
        .where(Seal.number > chain.number)
        .order_by(Seal.number)
        .limit(most),
        execution_options={"yield_per": 1_000},
    )
    for sealed, row in rows:
        chain.follow(sealed, row)


def verified(session: Session, chain: Chain) -> Verified:
    """What a walk found, with the rows that wait for a seal now."""
    unsealed = select(func.count()).select_from(Audit).outerjoin(Seal).where(Seal.number.is_(None))
    waiting = session.scalar(unsealed) or 0
    return Verified(chain.count, waiting, chain.number, chain.hash, chain.findings)


def _hash(before: str, number: int, row: Audit) -> str:
    parts = [before, number, row.id, row.actor, row.action, row.subject, row.at.isoformat(), row.facts]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
