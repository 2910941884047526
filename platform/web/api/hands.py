"""In whose hands a report is, in the JSON interface: parts of persons, entry on behalf, personal links."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for

from agencies.access import Actor
from core.db import Session
from runtime.filling.desk import find_report
from runtime.programs import program_for
from runtime.rights import subject_of_report
from runtime.rounds.entry_for import begin_entry_for, entries_for
from runtime.rounds.links import create_link, list_links, revoke_link
from runtime.rounds.models import AnswerLink, EntryFor
from runtime.rounds.personal_parts import give_part, print_part, read_parts
from web.api import hand_schemas as shapes
from web.api.openapi import Data, on

of_report = on("/reports/<int:report_id>", subject_of_report)


@of_report(
    "/enter_for",
    "POST",
    name="enter_for_agency",
    action="report.enter_for",
    body=shapes.Telling,
    answer=shapes.Told,
    many=True,
)
def post_enter_for(
    session: Session, actor: Actor, now: datetime, report_id: int, body: Data
) -> Sequence[EntryFor]:
    """Say how an agency told its figures; who asks may then save and submit its report."""
    begin_entry_for(session, report_id, **body, actor=actor.login, now=now)
    return entries_for(session, report_id)


@of_report("/told", action="report.show", answer=shapes.Told, many=True)
def get_told(session: Session, actor: Actor, now: datetime, report_id: int) -> Sequence[EntryFor]:
    """How a report was told to who typed it for its agency."""
    return entries_for(session, report_id)


@of_report(
    "/parts",
    "POST",
    name="give_part",
    action="report.give_part",
    body=shapes.PersonalPart,
    answer=shapes.PersonalPart,
    many=True,
)
def post_part(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Sequence[Data]:
    """Have a person type a part of a report, and nobody else; an empty one takes it from him."""
    layout = program_for(session, find_report(session, report_id)).layout
    give_part(session, report_id, body["login"], layout, body["cells"], actor=actor.login, now=now)
    parts = read_parts(session, report_id)
    return [{"login": login, "cells": print_part(layout, extents)} for login, extents in parts.items()]


@of_report("/links", action="report.link", answer=shapes.Link, many=True)
def get_links(session: Session, actor: Actor, now: datetime, report_id: int) -> Sequence[AnswerLink]:
    """The personal links to a report."""
    return list_links(session, report_id)


@of_report(
    "/links",
    "POST",
    name="make_link",
    action="report.link",
    body=shapes.Linking,
    answer=shapes.Address,
    status=201,
)
def post_link(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Data:
    """A new link, whose address is told once."""
    text = create_link(session, report_id, body["name"], days=body["days"], actor=actor.login, now=now)
    return {"address": url_for("answering.enter", token=text, _external=True)}


@of_report(
    "/links/revoke",
    "POST",
    name="revoke_link",
    action="report.link",
    body=shapes.OneLink,
    answer=shapes.Link,
    many=True,
)
def post_revoke(
    session: Session, actor: Actor, now: datetime, report_id: int, body: Data
) -> Sequence[AnswerLink]:
    """Have a link open nothing any more."""
    revoke_link(session, report_id, body["link"], actor=actor.login, now=now)
    return list_links(session, report_id)
