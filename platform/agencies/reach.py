"""How each person wants to be told: by which ways, at once or gathered, in which hours not at all.

Who says nothing is told at once by every way there is, but not at night.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.clock import VIETNAM
from core.db import Base, BigId
from core.errors import Invalid
from engine.findings import Finding

GATHERED = ("at_once", "hourly", "daily")
DAILY_AT = 7
"""The hour at which all of a day is told."""


class Reach(Base):
    """What a person chose; who chose nothing has no row."""

    __tablename__ = "account_reach"
    __table_args__ = (CheckConstraint(f"gathered IN {GATHERED}", name="gathered"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), primary_key=True)
    telephone: Mapped[bool]
    email: Mapped[bool]
    gathered: Mapped[str]
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]


@dataclass(frozen=True)
class Wishes:
    """How to be told; the hours are Vietnam's, and where they are the same no hour is quiet."""

    telephone: bool = True
    email: bool = True
    gathered: str = "at_once"
    quiet_from: int = 21
    quiet_until: int = 7

    def held_until(self, now: datetime) -> datetime | None:
        """When something that is not urgent is told; None for now."""
        local = now.astimezone(VIETNAM)
        hour = local.replace(minute=0, second=0, microsecond=0)
        if self.gathered == "hourly":
            hour += timedelta(hours=1)
        elif self.gathered == "daily":
            hour = hour.replace(hour=DAILY_AT) + timedelta(days=local.hour >= DAILY_AT)
        if self._is_quiet(hour.hour):
            hour = hour.replace(hour=self.quiet_until) + timedelta(days=hour.hour >= self.quiet_until)
        return hour if hour > local else None

    def _is_quiet(self, hour: int) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


def read_wishes(session: Session, accounts: Collection[int]) -> Mapping[int, Wishes]:
    """The wishes of some people, of each what he chose or what holds for everybody."""
    rows = session.scalars(select(Reach).where(Reach.account_id.in_(accounts)))
    chosen = {
        row.account_id: Wishes(row.telephone, row.email, row.gathered, row.quiet_from, row.quiet_until)
        for row in rows
    }
    return {account: chosen.get(account, Wishes()) for account in accounts}


def set_wishes(session: Session, account: int, wishes: Wishes) -> None:
    """Keep what a person chose; Invalid for hours and ways that are none."""
    hours = (wishes.quiet_from, wishes.quiet_until)
    if wishes.gathered not in GATHERED or not all(0 <= hour < 24 for hour in hours):
        raise Invalid([Finding("reach.unreadable")])
    session.merge(Reach(account_id=account, **asdict(wishes)))
    session.flush()
