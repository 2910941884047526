"""The seals of the audit walked in the background, thousands a step; what was found stays with the job."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Chain, Seal, Verified, verified, walk
from core.jobs import Job, Progress, job, request_job
from engine.findings import Finding

NAME = "core.verify_audit"
STEP = 5_000
MOST_TOLD = 200


def request_verification(session: Session, *, actor: str, now: datetime) -> Job:
    """Have the seals walked."""
    return request_job(session, NAME, actor=actor, now=now)


def last_verification(session: Session) -> tuple[Job, Verified | None] | None:
    """The walk that was asked for last, and what it found once it is done."""
    query = select(Job).filter_by(function=NAME).order_by(Job.id.desc()).limit(1)
    last = session.scalars(query).one_or_none()
    if last is None:
        return None
    return last, verified(session, _read(last.checkpoint)) if last.state == "done" else None


@job(NAME)
def verify_in_steps(session: Session, checkpoint: Any, *, now: datetime) -> Iterator[Progress]:
    """Walk on from where a run before came to."""
    chain = _read(checkpoint)
    total = session.scalar(select(func.count()).select_from(Seal)) or 0
    last = session.scalar(select(func.max(Seal.number))) or 0
    while chain.number < last:
        walk(session, chain, STEP)
        yield Progress(_kept(chain), chain.count, total)
    yield Progress(_kept(chain), chain.count, chain.count)


def _kept(chain: Chain) -> Mapping[str, Any]:
    findings = [[finding.code, dict(finding.facts)] for finding in chain.findings[:MOST_TOLD]]
    return {"number": chain.number, "hash": chain.hash, "count": chain.count, "findings": findings}


def _read(kept: Any) -> Chain:
    if not kept:
        return Chain()
    findings = [Finding(code, facts=facts) for code, facts in kept["findings"]]
    return Chain(kept["number"], kept["hash"], kept["count"], findings)
