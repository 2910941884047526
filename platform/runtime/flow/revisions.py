"""What a report says when it changes hands: one hash over all of it, kept with each state it comes to.

The paper that is printed carries a code made of it, so that a signed document can be told to be this one.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.figures import print_figure
from engine.sheet import Sheet
from runtime.filling.contexts import context_of
from runtime.filling.words import Words, read_words
from runtime.flow.models import Revision
from runtime.models import Report
from runtime.programs import program_for
from runtime.sheets import read_sheet

SHOWN = 10
"""Hexadecimal digits of the hash in a printed code."""


def digest_of_content(sheet: Sheet, words: Words) -> str:
    """The hash of figures, texts and documents in one canonical order, whatever order they are kept in."""
    lines = sorted([*_figures(sheet), *_words(words)])
    return sha256("\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()).hexdigest()


def digest_of(session: Session, report: Report) -> str:
    """The hash of what a report says as it stands."""
    program = program_for(session, report)
    context, _ = context_of(session, program, report)
    words = read_words(session, program.form, report.id)
    return digest_of_content(read_sheet(session, program, report.id, context), words)


def keep_revision(session: Session, report: Report, digest: str, *, actor: str, now: datetime) -> None:
    """Write down with what content the report came into the state it is in."""
    kept = {"report_id": report.id, "revision": report.revision, "state": report.state, "digest": digest}
    session.add(Revision(**kept, actor=actor, at=now))


def last_digest(session: Session, report: Report) -> str:
    """The hash with which the report in its present revision was handed on; "" where it never was."""
    query = select(Revision.digest).filter_by(report_id=report.id, revision=report.revision)
    return session.scalars(query.order_by(Revision.id.desc()).limit(1)).first() or ""


def revision_code(session: Session, report: Report) -> str:
    """What is printed on the report as it is now; "" while it is a draft."""
    digest = last_digest(session, report)
    return f"BM{report.id}-{report.revision}-{digest[:SHOWN].upper()}" if digest else ""


def _figures(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    for place, cell, figure in sheet.figures():
        yield ("figure", *place, print_figure(cell, figure))


def _words(words: Words) -> Iterator[tuple[str, ...]]:
    for heading, written in words.texts.items():
        yield ("text", *heading, written.text)
    for file in words.files:
        yield ("file", file.section, file.digest, file.name)
