"""Warnings and why they stand: a report is sent with every warning explained."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Invalid
from engine.findings import Finding
from runtime.models import Explanation, Report
from runtime.rounds.opening import demand_running, find_round
from runtime.steps import demand_editable

LONGEST = 1000

Target = tuple[str, str]
"""(rule or code, where) of a finding."""


def target_of(finding: Finding) -> Target:
    """What an explanation of this finding is filed under."""
    return finding.rule or finding.code, finding.where


def explain(
    session: Session, report_id: int, target: Target, text: str, *, actor: str, now: datetime
) -> None:
    """Write down why a warning stands; empty text takes the explanation back."""
    report = lock_row(session, Report, report_id)
    demand_running(find_round(session, report.round_id))
    demand_editable(report.state)
    if len(text) > LONGEST:
        raise Invalid([Finding("E_LIMIT", facts={"limit": LONGEST, "found": len(text)}, variant="text")])
    rule, where = target
    session.add(
        Explanation(report_id=report_id, rule=rule, target=where, text=text.strip(), actor=actor, at=now)
    )
    session.flush()


def explanations(session: Session, report_id: int) -> Mapping[Target, Explanation]:
    """The explanations that stand, by target."""
    found = session.scalars(select(Explanation).filter_by(report_id=report_id).order_by(Explanation.id))
    last = {(each.rule, each.target): each for each in found}
    return {target: each for target, each in last.items() if each.text}


def unexplained(findings: Iterable[Finding], given: Mapping[Target, Explanation]) -> list[Finding]:
    """The warnings that nobody explained."""
    return [f for f in findings if f.severity == "warning" and target_of(f) not in given]
