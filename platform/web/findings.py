"""Findings as people and programs read them."""

from collections.abc import Iterable, Mapping

from core.messages import sentence
from engine.findings import Finding


def finding_text(finding: Finding, lang: str) -> str:
    """A finding as a line: where, what, and the code to look up: of the rule that failed, else its own."""
    where = f"{finding.where}: " if finding.where else ""
    code = finding.rule if finding.verdict else finding.code
    return f"{where}{sentence(finding.key, finding.facts, lang)} [{code}]"


def finding_json(finding: Finding, lang: str) -> Mapping[str, object]:
    """A finding for programs, its sentence included."""
    told: dict[str, object] = {
        "code": finding.code,
        "rule": finding.rule,
        "section": finding.section,
        "severity": finding.severity,
        "where": finding.where,
        "verdict": finding.verdict,
        "facts": finding.facts,
        "message": sentence(finding.key, finding.facts, lang),
    }
    if finding.position is not None:
        told |= {"position": finding.position, "end": finding.end}
    return told


def findings_json(findings: Iterable[Finding]) -> list[Mapping[str, object]]:
    """Findings for programs, in the language of who asks."""
    from flask_babel import get_locale  # here: commands tell findings too, and start without Flask

    return [finding_json(finding, str(get_locale())) for finding in findings]
