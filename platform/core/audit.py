"""What people did and what they were refused, in rows that can only be added, sealed into a chain of hashes.

`record` writes in the transaction of the deed. Chaining there would make writers wait for each other, so
`seal` numbers and chains the rows that are committed, every few seconds. `verify` finds
what was tampered with.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, BigId, Json


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
    kept = {name: fact if isinstance(fact, int | None) else str(fact) for name, fact in facts.items()}
    session.add(Audit(actor=actor, action=action, subject=subject, at=now, facts=kept))
    session.flush()
