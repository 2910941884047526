"""Drafts in the JSON interface: the requests of the designer's page, for programs."""

from collections.abc import Sequence
from datetime import datetime

from agencies.access import Actor
from core.db import Session
from designer import renewing
from runtime.typed_periods import parse_period
from web.api.draft_schemas import AskingQuery, Burden
from web.api.openapi import Data, operation
from web.design import answers as draft_answers
from web.design.answers import Told, subject_of_draft
from web.design.asked import what_is_asked
from web.design.schemas import CodeShape, EditsShape, StepsQuery, TurnShape, UndoShape
from web.pages import lang
from web.shelves.differences import difference_json


@operation("/drafts/<path:draft>/state", action="template.draft", subject=subject_of_draft)
def get_draft(session: Session, actor: Actor, now: datetime, draft: str) -> Told:
    """A draft as a document of things with ids, what is wrong with it, what can be undone."""
    return draft_answers.state_of(session, actor, now, draft)


@operation("/drafts/<path:draft>/derived", action="template.draft", subject=subject_of_draft)
def review_draft(session: Session, actor: Actor, now: datetime, draft: str) -> Told:
    """What is wrong with a draft and what its rules say."""
    return draft_answers.reviewed(session, now, draft)


@operation("/drafts/<path:draft>/steps", action="template.draft", subject=subject_of_draft, query=StepsQuery)
def get_steps(session: Session, actor: Actor, now: datetime, draft: str, query: Data) -> Told:
    """The steps after a revision."""
    return draft_answers.steps_since(session, actor, now, draft, query["after"])


@operation(
    "/drafts/<path:draft>/edits", "POST", action="template.draft", subject=subject_of_draft, body=EditsShape
)
def edit_draft(session: Session, actor: Actor, now: datetime, draft: str, body: Data) -> Told:
    """Edits of operations on ids, on top of a revision; the answer holds all steps since it."""
    return draft_answers.edited(session, actor, now, draft, body)


@operation(
    "/drafts/<path:draft>/transpose",
    "POST",
    action="template.draft",
    subject=subject_of_draft,
    body=TurnShape,
)
def transpose_table(session: Session, actor: Actor, now: datetime, draft: str, body: Data) -> Told:
    """Make the rows of a table columns and its columns rows, in one edit."""
    return draft_answers.turned(session, actor, now, draft, body)


@operation(
    "/drafts/<path:draft>/undo", "POST", action="template.draft", subject=subject_of_draft, body=UndoShape
)
def undo_edit(session: Session, actor: Actor, now: datetime, draft: str, body: Data) -> Told:
    """Take back one's last step."""
    return draft_answers.taken_back(session, actor, now, draft, "undo", body)


@operation(
    "/drafts/<path:draft>/redo", "POST", action="template.draft", subject=subject_of_draft, body=UndoShape
)
def redo_edit(session: Session, actor: Actor, now: datetime, draft: str, body: Data) -> Told:
    """Take back one's last undoing."""
    return draft_answers.taken_back(session, actor, now, draft, "redo", body)


@operation(
    "/drafts/<path:draft>/asked",
    action="template.draft",
    subject=subject_of_draft,
    query=AskingQuery,
    answer=Burden,
    many=True,
)
def ask_once(session: Session, actor: Actor, now: datetime, draft: str, query: Data) -> Sequence[Told]:
    """The burden of a draft in hours, and which of its cells the same agencies are asked elsewhere."""
    named = query["frequency"]
    period = parse_period(named, query["period"]) if named else None
    found = what_is_asked(session, actor, now, draft, query["scope"], period)
    return [{"period": each, "burden": told} for each, told in found]


@operation("/drafts/<path:draft>/origin", action="template.draft", subject=subject_of_draft)
def get_origin(session: Session, actor: Actor, now: datetime, draft: str) -> Told:
    """What the original of a copy changed since, to be taken over; `latest` is null if there is nothing."""
    found = renewing.find_renewal(session, draft, now)
    return {
        "latest": found and {"template": found.latest.template_code, "number": found.latest.number},
        "follows": found and found.follows.number,
        "differences": [difference_json(each, lang()) for each in found.differences] if found else [],
    }


@operation("/drafts/<path:draft>/origin", "POST", action="template.draft", subject=subject_of_draft)
def renew_copy(session: Session, actor: Actor, now: datetime, draft: str) -> Told:
    """Take over what the original of a copy changed, in one edit that can be undone."""
    renewing.renew(session, draft, actor=actor.login, now=now)
    return draft_answers.state_of(session, actor, now, draft)


@operation(
    "/drafts/<path:draft>/code", "POST", action="template.draft", subject=subject_of_draft, body=CodeShape
)
def recode_draft(session: Session, actor: Actor, now: datetime, draft: str, body: Data) -> Told:
    """Give a template that was never published another code; everything known of it goes along."""
    return {"code": draft_answers.recoded(session, actor, now, draft, body["code"])}
