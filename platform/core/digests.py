"""Messages that wait for an hour, told together when it comes: one message, however many it holds."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import insert_new
from core.messages import sentence
from core.notify import Notice, send_batch
from core.ticks import on_tick


@on_tick
def send_held(session: Session, now: datetime) -> int:
    """Have what was held until now sent, to each address in one message; returns how many are sent.

    Marking comes first and tells what was marked, so that two who ask at once share nothing.
    """
    is_due = (Notice.state == "pending", Notice.held_until <= now)
    if session.scalar(select(Notice.id).where(*is_due).limit(1)) is None:
        return 0
    marking = update(Notice).where(*is_due).values(state="gathered").returning(Notice.id)
    marked = session.scalars(marking).all()
    found = session.scalars(select(Notice).where(Notice.id.in_(marked)).order_by(Notice.id)).all()
    batches = [
        _tell_together(session, list(held), now) for _, held in groupby(sorted(found, key=_whom), _whom)
    ]
    session.flush()
    for batch in sorted(set(batches)):
        send_batch(session, batch, actor=None, now=now)
    return len(batches)


def _whom(notice: Notice) -> tuple[str, str]:
    return notice.medium, notice.address


def _tell_together(session: Session, held: Iterable[Notice], now: datetime) -> str:
    """One message for all that somebody waits for; the batch it is sent in."""
    first, *others = sorted(held, key=lambda notice: notice.id)
    if not others:
        first.state, first.held_until = "pending", None
        return first.batch
    last, lines = others[-1], list(dict.fromkeys(f"- {notice.text}" for notice in (first, *others)))
    heading = sentence("notice.gathered", {"number": len(lines)}, last.lang)
    batch = f"digest/{last.id}"
    row = {
        "key": batch,
        "subject": f"account/{last.account_id}",
        "batch": batch,
        "kind": "digest",
        "addressee": last.addressee,
        "medium": last.medium,
        "address": last.address,
        "account_id": last.account_id,
        "lang": last.lang,
        "text": "\n".join((heading, *lines)),
        "facts": {"number": str(len(lines))},
        "requested_at": now,
        "state": "pending",
        "tries": 0,
        "code": "",
        "provider_id": "",
        "answer": "",
    }
    insert_new(session, Notice, [row])
    return batch
