"""Attributes of many agencies from a CSV file: code, name, value; all of them or none."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from agencies.attributes import set_attribute
from agencies.listing import read_rows
from agencies.store import read_tree
from core.errors import Invalid
from engine.findings import Finding

COLUMNS = ("code", "name", "value")


def import_attributes(session: Session, data: bytes, *, since: date, actor: str, now: datetime) -> int:
    """Have them hold from a day on; returns how many changed. Raises Invalid with every fault by its line."""
    rows, findings = read_rows(data, COLUMNS)
    known = {node.code: node.id for node in read_tree(session, since)}
    changed = 0
    for line, row in rows:
        code, name, value = (" ".join((row[column] or "").split()) for column in COLUMNS)
        if code not in known:
            facts = {"line": str(line), "code": code, "on": since}
            findings.append(Finding("attribute.no_agency", where=str(line), facts=facts))
            continue
        try:
            changed += set_attribute(session, known[code], name, value, since=since, actor=actor, now=now)
        except Invalid as refused:
            findings += [Finding(each.code, where=str(line), facts=each.facts) for each in refused.findings]
    if findings:
        raise Invalid(findings)
    return changed
