"""The form of a schedule: an order as it is typed, and read back."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from werkzeug.datastructures import MultiDict

from core.clock import VIETNAM
from core.errors import Invalid
from engine.findings import Finding
from runtime.rounds.planning import Order, Own, back_planned
from web.days import END_OF_WORK, read_day, read_moment
from web.rounds.whom import with_condition

ASKED_LEVELS = ("province", "district", "commune", "department")
OWN_DAY = "own"
"""In place of a rule of closing: the day that is typed beside it."""
OWN_FIELD = re.compile(r"(end|opens|version|due-([a-z]+))-(2[01]\d\d-\d{1,3})")
"""`end-2026-4`, `opens-2026-4`, `due-commune-2026-4`: what the fourth period of 2026 has of its own;
`version-2026-4`: the version of the form from that period on."""
LONGEST_LINE = 100


def read_order(given: "MultiDict[str, str]") -> Order:
    """What the form says; Invalid where a part cannot be read."""
    ends, frequency = given.get("active_to", "").strip(), given.get("frequency", "")
    due = {level: whole_number(given.get(f"due_{level}", "")) for level in ASKED_LEVELS}
    times = {level: given.get(f"time_{level}", "").strip() for level in ASKED_LEVELS}
    locks = {level: whole_number(given.get(f"lock_{level}", "")) for level in ASKED_LEVELS}
    return Order(
        template=given.get("template", ""),
        frequency=frequency,
        windows=_windows(given, frequency),
        opens=whole_number(given.get("opens", "")) or 0,
        opens_at=_time(given.get("opens_at", "")),
        due={level: days for level, days in due.items() if days is not None},
        due_at=_time(given.get("due_at", "")),
        scope=with_condition(given.get("scope", ""), given),
        flow=given.get("flow", "direct"),
        steps=given.get("steps", ""),
        missing=given.get("missing", "note"),
        active_from=read_day(given.get("active_from", "")),
        active_to=read_day(ends) if ends else None,
        due_times={level: _time(text) for level, text in times.items() if text and due[level] is not None},
        own=dict(_own(given)),
        spans=tuple(_spans(given.get("spans", ""))),
        locks={level: hours * 60 for level, hours in locks.items() if hours is not None},
        versions=dict(_versions(given)),
    )


def answers_of(order: Order) -> "MultiDict[str, str]":
    """An order as its form shows it."""
    kind, _, day = order.windows.partition(":")
    shown: dict[str, Any] = {
        "template": order.template,
        "frequency": order.frequency,
        "windows": OWN_DAY if day else kind,
        "closing": day,
        "opens": str(order.opens),
        "opens_at": order.opens_at.isoformat("minutes"),
        "due_at": order.due_at.isoformat("minutes"),
        "scope": order.scope.partition("?")[0],
        "condition": order.scope.partition("?")[2],
        "flow": order.flow,
        "steps": order.steps,
        "missing": order.missing,
        "active_from": f"{order.active_from:%d/%m/%Y}",
        "active_to": f"{order.active_to:%d/%m/%Y}" if order.active_to else "",
        "spans": "\n".join(f"{start:%d/%m/%Y} - {end:%d/%m/%Y}" for start, end in order.spans),
    }
    shown |= {f"due_{level}": str(days) for level, days in order.due.items()}
    shown |= {f"time_{level}": told.isoformat("minutes") for level, told in order.due_times.items()}
    shown |= {f"lock_{level}": str(minutes // 60) for level, minutes in order.locks.items()}
    shown |= {f"version-{key}": str(number) for key, number in order.versions.items()}
    for key, own in order.own.items():
        shown |= _own_answers(key, own)
    return MultiDict(shown)


def own_key(field: str) -> str:
    """The period that a field is about; "" where it is about the schedule."""
    match = OWN_FIELD.fullmatch(field)
    return match[3] if match else ""


def planned_back(given: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """The answers with the days of each level counted back from the highest one's."""
    levels = [level for level in ASKED_LEVELS if given.get(f"due_{level}", "").strip()]
    last, each = whole_number(given.get("back_last", "")), whole_number(given.get("back_each", ""))
    answers = MultiDict(given)
    for level, days in back_planned(levels, last or 0, each or 0).items():
        answers[f"due_{level}"] = str(days)
    return answers


def _windows(given: "MultiDict[str, str]", frequency: str) -> str:
    chosen = given.get("windows", "")
    if chosen != OWN_DAY:
        return chosen
    return f"{'weekday' if frequency == 'week' else 'day'}:{whole_number(given.get('closing', '')) or 0}"


def _spans(text: str) -> Iterator[tuple[date, date]]:
    """A span a line: two days with a dash between them, or one day."""
    for line in text.splitlines():
        if line.strip():
            parts = re.split(r"\s+[-–]\s+|\s*\.\.\s*", line.strip()[:LONGEST_LINE])
            yield read_day(parts[0]), read_day(parts[-1])


def _own(given: Mapping[str, str]) -> Iterator[tuple[str, Own]]:
    """What periods have of their own."""
    found: dict[str, dict[str, Any]] = {}
    for name, text in given.items():
        match = OWN_FIELD.fullmatch(name)
        if match and text.strip() and match[1] != "version":
            period = found.setdefault(match[3], {"due": {}})
            if match[2]:
                period["due"][match[2]] = _moment(text)
            elif match[1] == "end":
                period["end"] = read_day(text)
            else:
                period["opens_at"] = _moment(text)
    return ((key, Own(**told)) for key, told in found.items())


def _versions(given: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Which version is used from which period on."""
    for name, text in given.items():
        match = OWN_FIELD.fullmatch(name)
        if match and match[1] == "version" and (number := whole_number(text)) is not None:
            yield match[3], number


def _own_answers(key: str, own: Own) -> dict[str, str]:
    shown = {f"due-{level}-{key}": _told(due) for level, due in own.due.items()}
    if own.end:
        shown[f"end-{key}"] = f"{own.end:%d/%m/%Y}"
    if own.opens_at:
        shown[f"opens-{key}"] = _told(own.opens_at)
    return shown


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def _moment(text: str) -> datetime:
    """A day with its time, either first, the end of work where no time is told."""
    parts = text[:LONGEST_LINE].split()
    day = next((part for part in parts if re.search(r"[/.-].*[/.-]", part)), text)
    return read_moment(day, next((part for part in parts if part != day), END_OF_WORK))


def whole_number(text: str) -> int | None:
    """A small whole number; None where nothing was typed."""
    if not text.strip():
        return None
    if not re.fullmatch(r"-?\d{1,3}", text.strip()):
        raise Invalid([Finding("schedule.number", facts={"text": text[:20]})])
    return int(text)


def _time(text: str) -> time:
    match = re.fullmatch(r"(\d{1,2})[:h.](\d{2})", text.strip())
    try:
        return time(int(match[1]), int(match[2])) if match else time.fromisoformat(text.strip())
    except ValueError:
        raise Invalid([Finding("day.bad_time", facts={"text": text[:20]})]) from None
