"""The table of figures that the lead unit gives, and which cells of a report they close."""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, BigId
from core.jobs import request_job
from engine.sheet import Place
from runtime.models import Report, Round


class GivenFigure(Base):
    """A cell that an agency finds filled and cannot change; `value` is the exchange text of the figure."""

    __tablename__ = "given_figure"

    round_id: Mapped[int] = mapped_column(BigId, ForeignKey("round.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), primary_key=True)
    section: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[str] = mapped_column(primary_key=True)
    column: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]


def given_places(session: Session, report: Report) -> frozenset[Place]:
    """The cells of a report whose figures the lead unit gave."""
    return frozenset(given_to(session, report))


def given_to(session: Session, report: Report) -> dict[Place, str]:
    """What the lead unit gave to the agency of a report, by cell."""
    cells = select(GivenFigure.section, GivenFigure.row, GivenFigure.column, GivenFigure.value)
    found = session.execute(cells.filter_by(round_id=report.round_id, agency_id=report.agency_id))
    return {(section, row, column): value for section, row, column, value in found}


def write_given(session: Session, of: Round, *, now: datetime) -> None:
    """Have what is given in a round written into its open reports, if anything is."""
    if session.scalars(select(GivenFigure.agency_id).filter_by(round_id=of.id).limit(1)).first():
        request_job(session, "runtime.give_figures", of.id, actor=of.requested_by, now=now)
