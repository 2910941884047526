"""Small worlds for tests: a province with some communes, a published form, an open round."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.importer import import_agencies
from agencies.store import read_tree
from core.jobs import Progress
from runtime.filling.entry import Change
from runtime.models import Report, Round
from runtime.periods import Period, period_of
from runtime.rounds.opening import assign, open_round
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish

NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
SINCE = date(2025, 7, 1)
QUARTER = period_of("quarter", 2026, 3)
RIGHT = {"4": "20", "5": "3", "6": "2", "8": "10", "9": "11", "10": "0", "12": "3", "13": "1"}
"""Figures of a row of II.06a that satisfy its rules: 25 received, 21 done, 4 under way."""


@dataclass(frozen=True)
class World:
    """Ids of what `build` made; communes by code."""

    lead: int
    communes: Mapping[str, int]
    version: int


def build(session: Session, communes: int) -> World:
    """Province 31 with communes C0001 …, and form II.06a in force."""
    lines = ["level,code,name,parent_code", "province,31,Thành phố Hải Phòng,"]
    lines += [f"commune,C{i:04},Xã {i},31" for i in range(1, communes + 1)]
    import_agencies(session, "\n".join(lines).encode(), valid_from=SINCE)
    form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
    assert form
    version = publish(session, form, actor="test", now=NOW, effective_from=SINCE)
    lead = read_tree(session, SINCE).with_code("31").id
    codes = {node.code: node.id for node in read_tree(session, SINCE).children(lead)}
    return World(lead, codes, version.id)


def request_round(session: Session, world: World, period: Period = QUARTER) -> Round:
    """A round of the province for its communes; its job is still to run."""
    from template_library.versions import get_version

    version = get_version(session, world.version)
    return open_round(session, version=version, period=period, lead=world.lead, actor="test", now=NOW)


def start_round(session: Session, world: World, period: Period = QUARTER) -> Round:
    """A round with all its reports, its job done here."""
    opened = request_round(session, world, period)
    assert all(isinstance(step, Progress) for step in assign(session, None, opened.id, now=NOW))
    return opened


def report_of(session: Session, opened: Round, agency: int) -> Report:
    """The report of an agency."""
    return session.scalars(select(Report).filter_by(round_id=opened.id, agency_id=agency)).one()


def row(key: str, figures: Mapping[str, str] = RIGHT) -> list[Change]:
    """The changes that fill one row of section A."""
    return [Change("A", key, column, value) for column, value in figures.items()]
