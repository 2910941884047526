"""The shelves: every template with what people choose by: owner, field, kind of regime, tags, state."""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from expr.text import fold
from template_library.models import Draft, Version
from template_library.shelf import Shelved, shelf
from template_library.shelf_models import Card, TemplateMove
from template_library.states import State, state_of


@dataclass(frozen=True)
class Entry:
    """A template as it stands on a shelf; without an agency it came with the product."""

    shelved: Shelved
    field: str
    regime: str
    agency: int | None
    tags: Sequence[str]
    shared: bool
    state: State

    @property
    def is_common(self) -> bool:
        """Whether it came with the product."""
        return self.agency is None

    def is_offered(self, own: Container[int]) -> bool:
        """Whether an agency finds it: of its `own`, shared by another one, or everybody's."""
        return self.shared or self.agency is None or self.agency in own


@dataclass(frozen=True)
class Wanted:
    """What to look for; what is empty asks for nothing."""

    text: str = ""
    field: str = ""
    regime: str = ""
    tag: str = ""
    state: str = ""
    agencies: frozenset[int] | None = None


def catalogue(session: Session, *, on: date) -> Sequence[Entry]:
    """All templates by code, in a handful of queries."""
    cards = {card.template_code: card for card in session.scalars(select(Card))}
    moves: dict[str, list[TemplateMove]] = {}
    for move in session.scalars(
        select(TemplateMove).where(TemplateMove.since <= on).order_by(TemplateMove.id)
    ):
        moves.setdefault(move.template_code, []).append(move)
    headers = {draft.template_code: draft.file for draft in session.scalars(select(Draft))}
    last = select(func.max(Version.id)).group_by(Version.template_code)  # numbered in the order of their ids
    latest = select(Version.template_code, Version.file).where(Version.id.in_(last))
    headers |= {code: file for code, file in session.execute(latest)}
    return [
        _entry(shelved, headers[shelved.code], cards.get(shelved.code), moves.get(shelved.code, []))
        for shelved in shelf(session)
    ]


def _entry(shelved: Shelved, file: str, card: Card | None, moves: Sequence[TemplateMove]) -> Entry:
    header = json.loads(file)
    last = shelved.versions[0] if shelved.versions else None
    state, _ = state_of(moves, last, has_draft=shelved.has_draft)
    return Entry(
        shelved,
        header.get("field") or "",
        header.get("regime") or "periodic",
        card.agency_id if card else None,
        card.tags if card else (),
        card.shared if card else True,
        state,
    )


def pick(entries: Iterable[Entry], wanted: Wanted) -> list[Entry]:
    """The entries that are looked for; text is found in code, name, field and tags, marks and case aside."""
    return [
        entry
        for entry in entries
        if fold(wanted.text)
        in fold(" ".join((entry.shelved.code, entry.shelved.name, entry.field, *entry.tags)))
        and wanted.field in ("", entry.field)
        and wanted.regime in ("", entry.regime)
        and (not wanted.tag or wanted.tag in entry.tags)
        and wanted.state in ("", entry.state)
        and (wanted.agencies is None or entry.agency in wanted.agencies)
    ]
