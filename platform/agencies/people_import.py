"""Bringing a workbook's people in, as a whole or not at all; the same plan tells what would change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.accounts import Account
from agencies.grants import change_roles
from agencies.people import Person, list_accounts
from agencies.people_sheet import Entry, fault, read_people
from agencies.store import read_tree
from agencies.tree import Tree
from core import audit
from core.db import insert_new
from core.errors import Invalid
from engine.findings import Finding

FIELDS = ("name", "telephone", "email", "roles")


@dataclass(frozen=True)
class Change:
    """What a row of the workbook does: `kind` is new, changed or same; `fields` are those that change."""

    row: int
    login: str
    name: str
    agency: str
    kind: str
    roles: Sequence[str]
    fields: Sequence[str]


def import_people(
    session: Session, data: bytes, *, by: str, now: datetime, on: date, dry_run: bool = False
) -> list[Change]:
    """Add and change accounts as the workbook says; with `dry_run` only tell.

    Approver rights wait for a second person. Who is not in the workbook stays as he is. Raises Invalid with
    every fault found.
    """
    entries, findings = read_people(data)
    tree = read_tree(session, on)
    agencies = _agencies(entries, tree)
    there = {
        person.login: person for person in list_accounts(session, [entry.login for entry in entries], on)
    }
    findings += _faults(entries, agencies, there)
    if findings:
        raise Invalid(sorted(findings, key=lambda finding: int(str(finding.facts.get("row", 0)))))
    changes = [_change(entry, tree[agencies[entry.agency]].name, there.get(entry.login)) for entry in entries]
    if not dry_run:
        _keep(session, entries, changes, agencies, by=by, now=now, on=on)
    return changes


def _agencies(entries: Sequence[Entry], tree: Tree) -> Mapping[str, int]:
    """Ids by the codes of the workbook; spreadsheets drop the zeros a code begins with."""
    ids = {node.code: node.id for node in tree}
    found: dict[str, int] = {}
    for code in {entry.agency for entry in entries}:
        for spelled in (code, code.upper(), code.zfill(2), code.zfill(5)):
            if spelled in ids:
                found.setdefault(code, ids[spelled])
    return found


def _faults(
    entries: Sequence[Entry], agencies: Mapping[str, int], there: Mapping[str, Person]
) -> Iterator[Finding]:
    for entry in entries:
        agency, person = agencies.get(entry.agency), there.get(entry.login)
        if agency is None and entry.agency:
            yield fault("people.row.agency", entry.row, "agency", entry.agency)
        elif person and person.agency != agency:
            yield fault("people.row.taken", entry.row, "login", entry.login)


def _change(entry: Entry, agency: str, person: Person | None) -> Change:
    fields: Sequence[str] = FIELDS
    if person:
        before = {field: getattr(person, field) for field in FIELDS} | {
            "roles": {*person.roles, *person.unconfirmed}
        }
        after = {field: getattr(entry, field) for field in FIELDS} | {"roles": set(entry.roles)}
        fields = [field for field in FIELDS if before[field] != after[field]]
    kind = "new" if person is None else "changed" if fields else "same"
    return Change(entry.row, entry.login, entry.name, agency, kind, entry.roles, fields)


def _keep(
    session: Session,
    entries: Sequence[Entry],
    changes: Sequence[Change],
    agencies: Mapping[str, int],
    *,
    by: str,
    now: datetime,
    on: date,
) -> None:
    touched = [entry for entry, change in zip(entries, changes, strict=True) if change.kind != "same"]
    insert_new(
        session,
        Account,
        [
            {
                "login": entry.login,
                "name": entry.name,
                "agency_id": agencies[entry.agency],
                "telephone": entry.telephone,
                "email": entry.email,
                "lang": "vi",
                "created_at": now,
            }
            for entry in touched
        ],
    )
    roles: dict[int, Sequence[Role]] = {}
    logins = {entry.login: entry for entry in touched}
    for account in _accounts(session, list(logins)):
        entry = logins[account.login]
        account.name, account.telephone, account.email = entry.name, entry.telephone, entry.email
        roles[account.id] = entry.roles
    change_roles(session, roles, by=by, on=on)
    counted = {kind: sum(change.kind == kind for change in changes) for kind in ("new", "changed", "same")}
    audit.record(session, by, "people.imported", "people", now=now, **counted)


def _accounts(session: Session, logins: Sequence[str]) -> Iterator[Account]:
    for start in range(0, len(logins), 1_000):
        yield from session.scalars(select(Account).where(Account.login.in_(logins[start : start + 1_000])))
