"""The tables of rounds and reports.

A report's figures stand in blocks (fixed cells of a section) and rows (open rows), each packed as
`engine.sheet.Block` packs them, for two parts: `own` (typed) and `children` (written by consolidation only).
The journal says of every cell who changed it, when and how; it is only ever added to. Narratives stand in
texts, one a heading, documents in files; of both the journal says the same, in columns "text" and "file".
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, column_property, mapped_column

from core.db import Base, BigId, Json
from runtime.steps import SHORT, STATES

PARTS = ("own", "children")
HOWS = ("typed", "pasted", "imported", "computed", "corrected", "moved")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN {values}", name=column)


class Round(Base):
    """One asking: a template, a period, a lead unit. `opened_at` is empty until all reports are there."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("template_code", "period_start", "period_end", "lead_id", "sequence"),
        Index(None, "event_id", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template_code: Mapped[str]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("version.id"))
    frequency: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    period_start: Mapped[date]
    period_end: Mapped[date]
    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"))
    sequence: Mapped[int]
    scope: Mapped[str]
    flow: Mapped[str]
    steps: Mapped[str] = mapped_column(default=SHORT, server_default=SHORT)
    rows: Mapped[Any | None] = mapped_column(Json)  # which rows each agency fills, where they share a form
    due_at: Mapped[datetime | None]
    deadlines: Mapped[Any | None] = mapped_column(Json)  # of each level, where they differ
    locks: Mapped[Any | None] = mapped_column(Json)  # minutes after its deadline, by level
    event_id: Mapped[int | None] = mapped_column(BigId)  # of a bulletin, the event it is about
    note: Mapped[str | None]  # from who asks to who fills
    materiality: Mapped[int] = mapped_column(default=0, server_default="0")  # see `flow.ripple`
    missing: Mapped[str] = mapped_column(default="note", server_default="note")  # see `totals.missing`
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())  # see `filling.history`
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("job.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Schedule(Base):
    """A standing order to collect (see `schedules.Order`); `refused` is why its last round could not open."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template_code: Mapped[str] = mapped_column(ForeignKey("template.code"))
    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), index=True)
    frequency: Mapped[str]
    windows: Mapped[str]
    opens: Mapped[int]
    opens_at: Mapped[str]
    due: Mapped[dict[str, int]] = mapped_column(Json)
    due_at: Mapped[str]
    due_times: Mapped[Any | None] = mapped_column(Json)
    own: Mapped[Any | None] = mapped_column(Json)
    spans: Mapped[Any | None] = mapped_column(Json)
    locks: Mapped[Any | None] = mapped_column(Json)
    versions: Mapped[Any | None] = mapped_column(Json)  # numbers, by the period from which on
    scope: Mapped[str]
    flow: Mapped[str]
    steps: Mapped[str]
    missing: Mapped[str] = mapped_column(default="note", server_default="note")
    active_from: Mapped[date]
    active_to: Mapped[date | None]
    paused: Mapped[bool] = mapped_column(default=False)
    refused: Mapped[dict[str, str] | None] = mapped_column(Json)
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]


class RoundMove(Base):
    """A round was closed, opened again, given another deadline, version or way with missing children."""

    __tablename__ = "round_move"
    __table_args__ = (
        _one_of("name", ("close", "reopen", "deadline", "version", "missing")),
        {"info": {"frozen": True}},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(BigId, ForeignKey("round.id"), index=True)
    name: Mapped[str]
    due_before: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    missing_before: Mapped[str | None]
    missing: Mapped[str | None]
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime]


class Report(Base):
    """What one agency fills in a round. The lead unit's own report has no receiver."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("round_id", "agency_id"),
        _one_of("state", STATES),
        Index(None, "round_id", "receiver_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(BigId, ForeignKey("round.id"))
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), index=True)
    receiver_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("version.id"))
    state: Mapped[str]
    revision: Mapped[int]
    rows: Mapped[Any | None] = mapped_column(Json)  # those this agency fills; nothing where it fills them all
    due_at: Mapped[datetime | None]
    locks_at: Mapped[datetime | None]  # from when nothing is entered or handed in
    context: Mapped[Any | None] = mapped_column(Json, deferred=True)  # what submission was checked against
    coverage: Mapped[Any | None] = mapped_column(Json, deferred=True)  # how many children were summed up
    is_total: Mapped[bool] = column_property(coverage.is_not(None))
    tally: Mapped[Any | None] = mapped_column(Json, deferred=True)  # of a total: see `increments`
    standing: Mapped[Any | None] = mapped_column(Json)  # how far it is filled and what the last check found


class ReportBlock(Base):
    """The fixed cells of one section."""

    __tablename__ = "report_block"
    __table_args__ = (_one_of("part", PARTS),)

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    section: Mapped[str] = mapped_column(primary_key=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    texts: Mapped[dict[str, str]] = mapped_column(Json)


class ReportRow(Base):
    """One open row of a section, in the order of `position`."""

    __tablename__ = "report_row"
    __table_args__ = (_one_of("part", PARTS),)

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    section: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    pattern: Mapped[str]
    agency: Mapped[str | None]
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    texts: Mapped[dict[str, str]] = mapped_column(Json)


class ReportText(Base):
    """What stands under a heading of a narrative; `cited` are its fields' figures when it was written."""

    __tablename__ = "report_text"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    section: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    cited: Mapped[dict[str, str]] = mapped_column(Json)


class ReportFile(Base):
    """A document that goes with a report, by the SHA-256 of what is in it."""

    __tablename__ = "report_file"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    section: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    actor: Mapped[str]
    at: Mapped[datetime]


class FilePiece(Base):
    """A part of a document; the same document is kept once, whoever sends it."""

    __tablename__ = "file_piece"
    __table_args__ = ({"info": {"frozen": True}},)

    digest: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Journal(Base):
    """One cell changed by one save; old and new are the figures' exchange texts, `client` the open page."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("report_id", "revision", "section", "row", "column"),
        _one_of("how", HOWS),
        {"info": {"frozen": True}},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"))
    revision: Mapped[int]
    section: Mapped[str]
    row: Mapped[str]
    column: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    how: Mapped[str]
    client: Mapped[str | None]


class Save(Base):
    """A save that was answered, so that the same one sent again gets the same answer."""

    __tablename__ = "save"
    __table_args__ = ({"info": {"frozen": True}},)

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[Any] = mapped_column(Json)


class Move(Base):
    """A report went from one state to another; `marks` are cells to look at, each with a note."""

    __tablename__ = "move"
    __table_args__ = ({"info": {"frozen": True}},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    name: Mapped[str]
    revision: Mapped[int]
    actor: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str | None]
    marks: Mapped[Any | None] = mapped_column(Json)


class VersionChange(Base):
    """A report went over to another version of its form: what rows and columns became, what has no place."""

    __tablename__ = "version_change"
    __table_args__ = ({"info": {"frozen": True}},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    version_before: Mapped[int] = mapped_column(BigId, ForeignKey("version.id"))
    version_after: Mapped[int] = mapped_column(BigId, ForeignKey("version.id"))
    became: Mapped[Any] = mapped_column(Json)
    lost: Mapped[Any] = mapped_column(Json)
    revision: Mapped[int]
    actor: Mapped[str]
    at: Mapped[datetime]


class Explanation(Base):
    """Why a warning stands, in the words of who sends the report; of one target the last counts."""

    __tablename__ = "explanation"
    __table_args__ = ({"info": {"frozen": True}},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    rule: Mapped[str]
    target: Mapped[str]
    text: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]


class Contribution(Base):
    """A child's report, in the revision that was summed up into a receiver's report."""

    __tablename__ = "contribution"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    child_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True, index=True)
    revision: Mapped[int]
