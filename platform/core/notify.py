"""Telling people by telephone and e-mail: one row a message, sent in the background, its receipt kept.

Rooms call `request_notices` in the transaction of the deed; asking twice tells people once, for every notice
has a natural key. A job sends batch by batch through the channel that an administrator has set up, and tries
again later what the provider could not take: a provider that is away holds nobody up, and loses nothing.
What a person wants gathered or not at night is held until its moment, and told in one (`core.digests`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import CheckConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import audit
from core.db import Base, BigId, Json, database_time, insert_new
from core.errors import Invalid, NotFound
from core.jobs import Progress, job, request_job
from core.messages import sentence, show
from core.notices import MEDIA, Channel, Message, Receipt
from core.plugins import enabled_plugins
from core.settings import Settings
from engine.findings import Finding

LANG = "vi"
"""What people are told in: offices write Vietnamese to each other, and providers register such texts."""
STATES = ("pending", "sent", "failed", "gathered")
WAITS = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800, 7200))
"""How long to wait before trying again; after the last a message has failed."""
AWAY_AFTER = 3
"""So many messages refused in a row, and the provider counts as away for the rest of the batch too."""


class NoticeChannel(Base):
    """What an administrator has set for a channel; its secret stands in the environment only."""

    __tablename__ = "notice_channel"

    name: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool]
    values: Mapped[dict[str, str]] = mapped_column(Json)


class Notice(Base):
    """One message to one person, and what came of it; `gathered` ones are told by another message."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"medium IN {MEDIA}", name="medium"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(index=True)  # what it is about, as `round/12`
    batch: Mapped[str] = mapped_column(index=True)  # what one job sends
    kind: Mapped[str]
    addressee: Mapped[str]
    medium: Mapped[str] = mapped_column(default="telephone", server_default="telephone")
    address: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(BigId)  # none where an agency's duty telephone is told
    lang: Mapped[str] = mapped_column(default=LANG, server_default=LANG)
    text: Mapped[str]
    facts: Mapped[dict[str, str]] = mapped_column(Json)
    requested_at: Mapped[datetime]
    held_until: Mapped[datetime | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="pending")
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(default="")
    status: Mapped[int | None]
    provider_id: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class Wanted:
    """A message that a room wants sent: `key` names it for ever, `facts` fill the sentence of its kind.

    `page` is the path of what it is about, as `reports/12`; who is told is led there.
    """

    key: str
    addressee: str
    address: str
    facts: Mapping[str, object]
    lang: str = LANG
    medium: str = "telephone"
    account: int | None = None
    held_until: datetime | None = None
    page: str = ""


@dataclass(frozen=True)
class Line:
    """A channel that is set up: ready to deliver."""

    channel: Channel
    values: Mapping[str, str]
    secret: str

    def deliver(self, message: Message) -> Receipt:
        """Try one message."""
        return self.channel.deliver(self.values, self.secret, message)


def channels() -> dict[str, Channel]:
    """The channels of the enabled plug-ins."""
    return {channel.name: channel for plugin in enabled_plugins().values() for channel in plugin.notices()}


def read_channel(session: Session, name: str) -> tuple[Mapping[str, str], bool]:
    """What is set for a channel, defaults where nothing is, and whether it is enabled."""
    channel = _find(name)
    kept = session.get(NoticeChannel, name)
    defaults = {setting.name: setting.default for setting in channel.settings}
    return defaults | (kept.values if kept else {}), bool(kept and kept.enabled)


def set_channel(
    session: Session, name: str, values: Mapping[str, str], *, enabled: bool, actor: str, now: datetime
) -> None:
    """Keep an administrator's values, in order where it is enabled; then no other reaches the same."""
    channel = _find(name)
    known = {setting.name: values.get(setting.name, "").strip() for setting in channel.settings}
    faults = channel.check(known, has_secret(channel)) if enabled else ()
    if faults:
        raise Invalid(faults)
    before, was_enabled = read_channel(session, name)
    if enabled:
        same = [each.name for each in channels().values() if each.medium == channel.medium]
        others = update(NoticeChannel).where(NoticeChannel.name != name, NoticeChannel.name.in_(same))
        session.execute(others.values(enabled=False))
    session.merge(NoticeChannel(name=name, values=known, enabled=enabled))
    changed = sorted(key for key, value in known.items() if before.get(key, "") != value)
    if changed or enabled != was_enabled:
        facts = {"enabled": int(enabled), "changed": " ".join(changed)}
        audit.record(session, actor, "notice.set", name, now=now, **facts)
    session.flush()


def open_lines(session: Session) -> Mapping[str, Line]:
    """The channels that are enabled, by what they reach; there may be none."""
    known = channels()
    enabled = session.scalars(select(NoticeChannel).filter_by(enabled=True)).all()
    lines = [
        Line(known[kept.name], kept.values, _secret(known[kept.name]))
        for kept in enabled
        if kept.name in known
    ]
    return {line.channel.medium: line for line in lines}


def faults(session: Session) -> Sequence[Finding]:
    """What keeps channels that are enabled from delivering, as a secret that is no longer there."""
    found: list[Finding] = []
    for kept in session.scalars(select(NoticeChannel).filter_by(enabled=True).order_by(NoticeChannel.name)):
        channel = channels().get(kept.name)
        if channel is None:
            found.append(Finding("notice.unknown_channel", facts={"name": kept.name}))
        else:
            found += channel.check(kept.values, has_secret(channel))
    return found


def line_of(session: Session, name: str) -> Line:
    """A channel as it is set, enabled or not, to be tried out."""
    values, _ = read_channel(session, name)
    channel = _find(name)
    faults = channel.check(values, has_secret(channel))
    if faults:
        raise Invalid(faults)
    return Line(channel, values, _secret(channel))


def request_notices(
    session: Session, subject: str, batch: str, kind: str, wanted: Sequence[Wanted], *, now: datetime
) -> int:
    """Write down messages that are not there yet; `send_batch` has them sent. Returns how many are new."""
    rows = [
        {
            "key": each.key,
            "subject": subject,
            "batch": batch,
            "kind": kind,
            "addressee": each.addressee,
            "medium": each.medium,
            "address": each.address,
            "account_id": each.account,
            "lang": each.lang,
            **_told(each, kind),
            "requested_at": now,
            "held_until": each.held_until,
            "state": "pending",
            "tries": 0,
            "code": "",
            "provider_id": "",
            "answer": "",
        }
        for each in wanted
    ]
    return insert_new(session, Notice, rows)


def is_requested(session: Session, batch: str) -> bool:
    """Whether messages of a batch are written down."""
    return session.scalar(select(Notice.id).filter_by(batch=batch).limit(1)) is not None


def send_batch(session: Session, batch: str, *, actor: str | None, now: datetime) -> None:
    """Have what waits in a batch, and is not held, sent once this work is kept: a job for each medium."""
    media = select(Notice.medium).filter_by(batch=batch, state="pending").where(Notice.held_until.is_(None))
    for medium in session.scalars(media.distinct().order_by(Notice.medium)).all():
        request_job(session, "core.send_notices", batch, medium, actor=actor, now=now)


@job("core.send_notices")
def send(
    session: Session, checkpoint: int | None, batch: str, medium: str = "telephone", *, now: datetime
) -> Iterator[Progress]:
    """Send what waits in a batch by one medium, one message a step; the checkpoint is the last one tried.

    Killed between the provider's answer and its receipt, a message is tried again under the same request id.
    """
    waits = (
        Notice.batch == batch,
        Notice.medium == medium,
        Notice.state == "pending",
        Notice.held_until.is_(None),
    )
    waiting = select(Notice.id).where(*waits, Notice.id > (checkpoint or 0))
    todo = session.scalars(waiting.order_by(Notice.id)).all()
    line, refused, reached = open_lines(session).get(medium), 0, checkpoint
    for done, notice_id in enumerate(todo):
        notice = session.get_one(Notice, notice_id, populate_existing=True)
        yield Progress(reached, done, len(todo))  # nobody waits for our lock while we wait for the provider
        receipt = line.deliver(_message(notice)) if line else Receipt("failed", "notice.no_channel")
        _keep(session, notice, receipt)
        refused, reached = refused + 1 if receipt.outcome == "later" else 0, notice_id
        yield Progress(reached, done + 1, len(todo))
        if refused == AWAY_AFTER:
            rest = update(Notice).where(*waits, Notice.id > reached)
            session.execute(rest.values(tries=Notice.tries + 1, code=receipt.code))
            break
    session.execute(update(Notice).where(*waits, Notice.tries > len(WAITS)).values(state="failed"))
    tries = session.scalar(select(func.min(Notice.tries)).where(*waits))
    if tries:
        request_job(session, "core.send_notices", batch, medium, after=WAITS[tries - 1])


def try_out(line: Line, address: str, *, request: str) -> Receipt:
    """Send one message now, to see what the provider answers; opens no transaction."""
    text = sentence("notice.test", {}, LANG)
    return line.deliver(Message(request, address, "test", text, title=text))


def counts(session: Session, subject: str) -> Mapping[str, int]:
    """How many messages about something wait, were sent (some with others), failed; empty if none are."""
    rows = select(Notice.state, func.count()).filter_by(subject=subject).group_by(Notice.state)
    found = {state: number for state, number in session.execute(rows)}
    found["sent"] = found.get("sent", 0) + found.pop("gathered", 0)
    return {state: found.get(state, 0) for state in STATES[:3]} if any(found.values()) else {}


def list_notices(session: Session, subject: str = "", *, limit: int = 200) -> list[Notice]:
    """The latest messages, about something or all."""
    query = select(Notice).order_by(Notice.id.desc()).limit(limit)
    return list(session.scalars(query.filter_by(subject=subject) if subject else query))


def has_secret(channel: Channel) -> bool:
    """Whether the secret of the channel's provider stands in the environment."""
    return bool(_secret(channel))


def _message(notice: Notice) -> Message:
    code = "notice.title" if "form" in notice.facts else "notice.title_of_many"
    title = sentence(code, notice.facts, notice.lang)
    return Message(notice.key, notice.address, notice.kind, notice.text, notice.facts, title)


def _keep(session: Session, notice: Notice, receipt: Receipt) -> None:
    kept = {name: value for name, value in asdict(receipt).items() if name != "outcome"}
    state = "pending" if receipt.outcome == "later" else receipt.outcome
    values: dict[str, Any] = kept | {"state": state, "tries": notice.tries + 1}
    values["tried_at"] = database_time(session)  # `now` is the moment of the request
    session.execute(update(Notice).where(Notice.id == notice.id, Notice.state == "pending").values(values))


def _told(each: Wanted, kind: str) -> dict[str, Any]:
    """What a message says and its facts, with the address of its page where the public one is known."""
    settings: Settings = current_app.config["SETTINGS"]
    text = sentence(f"notice.{kind}", each.facts, each.lang)
    facts = {name: show(fact, each.lang) for name, fact in each.facts.items()}
    if not settings.public_url or not each.page:
        return {"text": text, "facts": facts}
    link = f"{settings.public_url}/{each.page}"
    return {"text": f"{text} {link}", "facts": facts | {"link": link}}


def _find(name: str) -> Channel:
    channel = channels().get(name)
    if channel is None:
        raise NotFound("notice.unknown_channel", name=name)
    return channel


def _secret(channel: Channel) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return {"telephone": settings.notice_secret, "email": settings.smtp}[channel.medium]
