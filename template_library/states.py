"""The states of a template from draft to retired, and the clocks that regulations run on periodic ones.

A version is never changed; that it was withdrawn, or the template retired, is a move of its own. Hải Phòng's
regulation gives five working days to test a form (article 9.3) and ten days to follow an official decision
(article 9.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound
from core.working_days import after_working_days, working_days_between
from engine.findings import Finding
from template_library.models import Draft, Template, Version
from template_library.shelf_models import MOVES as MOVES
from template_library.shelf_models import TemplateMove

State = Literal["draft", "testing", "published", "retired"]
TESTING_DAYS = 5
"""Working days."""
FOLLOWING_DAYS = 10
LONGEST_REASON = 1_000


@dataclass(frozen=True)
class Clock:
    """A time limit that runs: `left` counts days until it ends, below nought when it is over."""

    name: Literal["testing", "following"]
    since: date
    until: date
    left: int


@dataclass(frozen=True)
class Standing:
    """Where a template stands on a day."""

    state: State
    since: date | None
    clocks: Sequence[Clock]
    moves: Sequence[TemplateMove]

    @property
    def withdrawn(self) -> frozenset[int]:
        """The versions that are withdrawn."""
        return frozenset(
            move.version_id for move in self.moves if move.name == "withdraw" and move.version_id
        )


def standing(session: Session, code: str, *, on: date, periodic: bool) -> Standing:
    """The state of a template; clocks run for periodic ones only."""
    query = select(TemplateMove).filter_by(template_code=code).order_by(TemplateMove.id)
    moves = [move for move in session.scalars(query) if move.since <= on]
    last = session.scalars(
        select(Version).filter_by(template_code=code).order_by(Version.published_at.desc()).limit(1)
    ).one_or_none()
    state, since = state_of(moves, last, has_draft=session.get(Draft, code) is not None)
    return Standing(state, since, list(_clocks(moves, last, state, on)) if periodic else [], moves)


def state_of(
    moves: Sequence[TemplateMove], last: Version | None, *, has_draft: bool
) -> tuple[State, date | None]:
    """The state that moves, in their order, and the version published last lead to, with its first day."""
    ends = [move for move in moves if move.name in ("retire", "restore")]
    if ends and ends[-1].name == "retire":
        return "retired", ends[-1].since
    tests = [move for move in moves if move.name in ("test", "stop")]
    if (
        has_draft
        and tests
        and tests[-1].name == "test"
        and (last is None or tests[-1].at > last.published_at)
    ):
        return "testing", tests[-1].since
    return ("published", last.effective_from) if last else ("draft", None)


def _clocks(moves: Sequence[TemplateMove], last: Version | None, state: State, on: date) -> Sequence[Clock]:
    clocks = []
    if state == "testing":
        since = [move.since for move in moves if move.name == "test"][-1]
        until = after_working_days(since, TESTING_DAYS)
        clocks.append(Clock("testing", since, until, working_days_between(on, until)))
    decided = [move for move in moves if move.name == "decide"]
    if decided and (last is None or decided[-1].at > last.published_at):
        since = decided[-1].since
        until = since + timedelta(days=FOLLOWING_DAYS)
        clocks.append(Clock("following", since, until, (until - on).days))
    return clocks


def move(
    session: Session,
    code: str,
    name: str,
    *,
    since: date,
    reason: str = "",
    version: int | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Note what was decided about a template; what makes no sense in its state is refused."""
    lock_row(session, Template, code)
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise Invalid([Finding("template.reason", facts={"longest": LONGEST_REASON})])
    known = standing(session, code, on=date.max, periodic=False)
    allowed = {
        "test": known.state != "retired" and session.get(Draft, code) is not None,
        "stop": known.state == "testing",
        "decide": known.state != "retired",
        "retire": known.state != "retired" and _was_published(session, code),
        "restore": known.state == "retired",
        "withdraw": version is not None and version not in known.withdrawn,
    }
    if not allowed[name]:
        raise Conflict(f"template.move.{name}", template=code)
    if name in ("retire", "withdraw") and not reason:
        raise Invalid([Finding("template.reason.missing")])
    if version is not None and session.get_one(Version, version).template_code != code:
        raise NotFound("version.unknown", id=str(version))
    kept = {"version_id": version, "name": name, "since": since, "reason": reason}
    session.add(TemplateMove(template_code=code, actor=actor, at=now, **kept))
    audit.record(session, actor, f"template.move:{name}", code, now=now, since=since, reason=reason)


def copy_moves(session: Session, code: str, new: str) -> None:
    """Have what was decided about a template hold under another code as well."""
    names = [
        column.key for column in TemplateMove.__table__.columns if column.key not in ("id", "template_code")
    ]
    for each in session.scalars(select(TemplateMove).filter_by(template_code=code).order_by(TemplateMove.id)):
        session.add(TemplateMove(template_code=new, **{name: getattr(each, name) for name in names}))
    session.flush()


def _was_published(session: Session, code: str) -> bool:
    return session.scalar(select(Version.id).filter_by(template_code=code).limit(1)) is not None


def demand_usable(session: Session, version: Version, *, on: date) -> None:
    """Raise Conflict where a template is retired or the version withdrawn by a day: the last of a period."""
    known = standing(session, version.template_code, on=on, periodic=False)
    if known.state == "retired" or version.id in known.withdrawn:
        raise Conflict("template.retired", template=version.template_code, number=str(version.number))
