"""Rounds in the JSON interface: opened, watched, compared, summed up, closed."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Response
from marshmallow import Schema

from agencies.access import Actor
from core import clock, jobs
from core.db import Session
from runtime.filling.given import Given, Loaded, list_given, load_given
from runtime.filling.places import print_place
from runtime.flow.moving import request_move, versions_of
from runtime.models import RoundMove
from runtime.rights import subject_of_round
from runtime.rounds.asking import ask
from runtime.rounds.closing import ask_again, close_round, move_deadline, reopen_round, round_moves
from runtime.rounds.opening import find_round
from runtime.rounds.scopes import read_flow
from runtime.totals.consolidate import request_consolidation
from runtime.totals.missing_policy import change_missing
from runtime.typed_periods import find_windows, parse_period
from runtime.views.board import Line, RoundLine, list_rounds, read_board
from runtime.views.compilation import compile_round, with_last
from template_library.versions import find_version
from web.api import round_schemas as shapes
from web.api.openapi import Data, operation
from web.api.schemas import Job
from web.reports.compilation import table_rows
from web.spreadsheets import XLSX, delimited, xlsx

ROUND = "/rounds/<int:round_id>"
SHEET, GIVEN = f"{ROUND}/compilation", f"{ROUND}/given"


@operation("/rounds", action="round.list", answer=shapes.Round, many=True)
def get_rounds(session: Session, actor: Actor, now: datetime) -> Sequence[RoundLine]:
    """Rounds that the agency leads, reports in or receives from, the latest first."""
    return list_rounds(session, actor.agency, clock.day_of(now))


@operation("/rounds", "POST", action="round.open", body=shapes.Opening, answer=shapes.RoundStatus, status=202)
def open_(session: Session, actor: Actor, now: datetime, body: Data) -> Data:
    """Open a round; its reports are made in the background. A round that is there stays as it is."""
    period = parse_period(body["frequency"], body["period"], find_windows(body["windows"]))
    opened = ask(
        session,
        find_version(session, body["template"], on=period.end),
        period,
        actor.agency,
        scope=body["scope"],
        lines=body["rows"] or None,
        flow=read_flow(body["flow"]),
        steps=body["steps"],
        missing=body["missing"],
        due_at=body["due_at"],
        sequence=body["sequence"],
        leave_gone=body["without_gone"],
        take=body["take"],
        actor=actor.login,
        now=now,
    )
    if body["given"] and opened.opened_at is None:
        load_given(session, opened.id, _given(body["given"]), actor=actor.login, now=now)
    return _status(session, opened.id, now)


@operation(GIVEN, action="round.give", subject=subject_of_round, answer=shapes.GivenFigure, many=True)
def get_given(session: Session, actor: Actor, now: datetime, round_id: int) -> Sequence[Given]:
    """The figures that are given in a round, by agency."""
    return list_given(session, round_id)


@operation(
    GIVEN, "POST", action="round.give", subject=subject_of_round, body=shapes.Giving, answer=shapes.Loaded
)
def give(session: Session, actor: Actor, now: datetime, round_id: int, body: Data) -> Loaded:
    """Give figures to agencies, change them or free cells: all of it, or nothing where one is at fault."""
    figures, dry_run = _given(body["figures"]), body["dry_run"]
    return load_given(session, round_id, figures, dry_run=dry_run, actor=actor.login, now=now)


def _given(figures: Sequence[Data]) -> list[Given]:
    return [Given(**each) for each in figures]


@operation("/rounds/<int:round_id>", action="round.show", subject=subject_of_round, answer=shapes.RoundStatus)
def get_round(session: Session, actor: Actor, now: datetime, round_id: int) -> Data:
    """How far a round is."""
    return _status(session, round_id, now)


@operation(
    "/rounds/<int:round_id>/reports",
    action="round.show",
    subject=subject_of_round,
    answer=shapes.BoardLine,
    many=True,
)
def get_board(session: Session, actor: Actor, now: datetime, round_id: int) -> Sequence[Line]:
    """The reports of a round below the lead unit's own, in the order of the tree."""
    return read_board(session, round_id, now).lines


@operation(
    "/rounds/<int:round_id>/consolidate",
    "POST",
    action="round.consolidate",
    subject=subject_of_round,
    body=shapes.Consolidating,
    answer=Job,
    status=202,
)
def consolidate(session: Session, actor: Actor, now: datetime, round_id: int, body: Data) -> jobs.Job:
    """Sum up the accepted reports in the background."""
    return request_consolidation(
        session, round_id, include_submitted=body["include_submitted"], actor=actor.login, now=now
    )


@operation(
    f"{ROUND}/version",
    "POST",
    name="move_version",
    action="round.version",
    subject=subject_of_round,
    body=shapes.ChangingVersion,
    answer=Job,
    status=202,
)
def version(session: Session, actor: Actor, now: datetime, round_id: int, body: Data) -> jobs.Job:
    """Have the open reports go over to another version of their form, in the background."""
    known = {each.number: each.id for each in versions_of(session, find_round(session, round_id))}
    wanted = known.get(body["version"], 0)
    return request_move(session, round_id, wanted, body["became"], actor=actor.login, now=now)


@operation(
    f"{ROUND}/moves", action="round.show", subject=subject_of_round, answer=shapes.RoundMove, many=True
)
def get_moves(session: Session, actor: Actor, now: datetime, round_id: int) -> Sequence[RoundMove]:
    """What was done with a round since it was opened, the latest first."""
    return round_moves(session, round_id)


def _offer(name: str, body: type[Schema], work: Any) -> None:
    """The address of something done with an open or closed round; its body are the facts of `work`."""

    @operation(
        f"{ROUND}/{name}",
        "POST",
        name=f"{name}_round",
        action=f"round.{name}",
        subject=subject_of_round,
        body=body,
        answer=shapes.RoundStatus,
        summary=work.__doc__.partition("\n")[0],
    )
    def made(session: Session, actor: Actor, now: datetime, round_id: int, body: Data) -> Data:
        of = work(session, round_id, **body, actor=actor.login, now=now)
        return _status(session, of.id, now)


_offer("deadline", shapes.Deadline, move_deadline)
_offer("missing", shapes.Missing, change_missing)
_offer("close", shapes.Reason, close_round)
_offer("reopen", shapes.Reason, reopen_round)
_offer("ask_again", shapes.AskingAgain, ask_again)


_compile = partial(operation, action="round.compile", subject=subject_of_round, query=shapes.CellsQuery)


@_compile(SHEET, answer=shapes.Compilation)
def get_compilation(session: Session, actor: Actor, now: datetime, round_id: int, query: Data) -> Data:
    """The reports that come to the agency, a few cells of each, and last period's."""
    sheet = compile_round(session, round_id, actor.agency, query["cell"])
    lines = with_last(session, sheet, sheet.lines)
    return {"cells": [print_place(sheet.layout, cell) for cell in sheet.cells], "lines": lines}


@_compile(f"{SHEET}.xlsx", kind=XLSX)
def get_workbook(session: Session, actor: Actor, now: datetime, round_id: int, query: Data) -> Response:
    """The same as a workbook."""
    return xlsx(table_rows(session, actor, round_id, query["cell"]), f"tong-hop-{round_id}")


@_compile(f"{SHEET}.csv", kind="text/csv")
def get_csv(session: Session, actor: Actor, now: datetime, round_id: int, query: Data) -> Response:
    """The same as a text."""
    return delimited(table_rows(session, actor, round_id, query["cell"]), f"tong-hop-{round_id}")


def _status(session: Session, round_id: int, now: datetime) -> Data:
    board = read_board(session, round_id, now)
    return {
        **vars(board.head),
        "missing": find_round(session, round_id).missing,
        "lead_report": board.lead_report,
        "coverage": board.coverage,
        "job": board.work and vars(board.work),
    }
