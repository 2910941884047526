"""The same walks with real reports: after each try the database says what the reference says."""

from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from runtime.filling.entry import Change, save
from runtime.filling.seen import mark_seen
from runtime.flow.models import Revision
from runtime.flow.workflow import move
from runtime.models import Move, Report, Round
from runtime.steps import ISSUE
from tests.builders import NOW, build, report_of, start_round
from tests.integration.runtime.test_workflow import DOCUMENT
from tests.slices import sliced
from tests.walk import reference
from tests.walk.reference import Paper

TRIES = 50
SEEDS = sliced(range(10), range(200))  # on each of two databases: 1,000 tries, 20,000 in full


@pytest.fixture
def report(session: Session) -> Report:
    world = build(session, 1)
    return report_of(session, start_round(session, world), world.communes["C0001"])


@pytest.mark.parametrize("seed", SEEDS)
def test_walk(session: Session, report: Report, seed: int) -> None:
    random = Random(seed)
    of = session.get_one(Round, report.round_id)
    of.steps = random.choice(reference.ways())
    paper, moves = Paper(of.steps), 0
    for number in range(TRIES):
        if random.random() < 0.2:
            _type(session, report, paper, number)
            continue
        if random.random() < 0.05:
            mark_seen(session, report.id, actor="a", now=NOW)
            session.refresh(report)
            paper.begun = True
        likely = [name for name in reference.MOVES if paper.may(name)]
        name = random.choice(likely if likely and random.random() < 0.6 else reference.MOVES)
        document = DOCUMENT if name == ISSUE.name else None
        wants = "vì" if name in reference.WITH_REASON else ""
        if paper.may(name):
            came = len(paper.kept)
            move(session, report.id, name, reason=wants, document=document, actor="a", now=NOW)
            paper.make(name)
            moves += max(1, len(paper.kept) - came)
        else:
            with pytest.raises(Conflict):
                move(session, report.id, name, reason=wants, document=document, actor="a", now=NOW)
        assert report.state == paper.state, (number, name)
    session.expire_all()
    assert report.state == paper.state
    kept = select(Revision.state).filter_by(report_id=report.id).order_by(Revision.id)
    assert list(session.scalars(kept)) == paper.kept
    assert session.scalar(select(func.count()).select_from(Move).filter_by(report_id=report.id)) == moves


def _type(session: Session, report: Report, paper: Paper, number: int) -> None:
    """Figures are written while the report lies with who fills it, and nowhere else."""
    changes = [Change("A", "I2", "4", str(number)), Change("A", "I2", "9", str(number))]
    base, key = report.revision, f"walk {number}"
    if paper.state in ("assigned", "entering", "returned"):
        save(session, report.id, base=base, idempotency_key=key, changes=changes, actor="a", now=NOW)
        assert report.revision == base + 1
        paper.begun = True
    else:
        with pytest.raises(Conflict):
            save(session, report.id, base=base, idempotency_key=key, changes=changes, actor="a", now=NOW)
        assert report.revision == base
