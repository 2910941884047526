"""What reading pages show: header rows with their spans, figures as people write them, people by name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from agencies.people import list_accounts
from core.clock import VIETNAM
from core.db import Session
from core.messages import show
from engine.form import NUMERIC_TYPES
from runtime.rounds.links import holders_of

Data = Mapping[str, Any]


@dataclass(frozen=True)
class HeaderCell:
    """A header cell and how many columns and rows it covers."""

    title: str
    columns: int
    rows: int


def header_rows(section: Data) -> list[list[HeaderCell]]:
    """The header tree of a section of `web.reports.fillable`, row by row, without the number line."""
    tree: Sequence[Data] = section["header"]
    levels = max(map(_depth, tree), default=1)
    rows: list[list[HeaderCell]] = [[] for _ in range(levels)]
    rows[0] += [HeaderCell(name, 1, levels) for name in section["lead"]["names"]]
    for cell in tree:
        for level, placed in _placed(cell, 0, levels):
            rows[level].append(placed)
    return rows


def _placed(cell: Data, level: int, levels: int) -> Iterator[tuple[int, HeaderCell]]:
    children: Sequence[Data] = cell["children"]
    yield level, HeaderCell(cell["title"], _leaves(cell), 1 if children else levels - level)
    for child in children:
        yield from _placed(child, level + 1, levels)


def _depth(cell: Data) -> int:
    return 1 + max(map(_depth, cell["children"]), default=0)


def _leaves(cell: Data) -> int:
    return sum(map(_leaves, cell["children"])) or 1


def figure(value: str, kind: str, lang: str) -> str:
    """An exchange text as a reader writes it: 1.234,5 and 14/09/2026."""
    if kind == "date" and value:
        return "/".join(reversed(value.split("-")))
    if kind not in NUMERIC_TYPES or not value.lstrip("-")[:1].isdigit():
        return value
    number = Decimal(value)
    return show(number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize(), lang)


def names_of(session: Session, now: datetime, logins: Iterable[str]) -> Mapping[str, str]:
    """The names of accounts and of who holds a link; who has none is called by his login."""
    wanted = list(dict.fromkeys(logins))
    known = list_accounts(session, wanted, now.astimezone(VIETNAM).date())
    named = {person.login: person.name for person in known} | holders_of(session, wanted)
    return dict(zip(wanted, wanted, strict=True)) | named
