"""A workbook's people come in whole or not at all, and as often as one likes."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.accounts import Account
from agencies.importer import import_agencies
from agencies.people import find, find_login
from agencies.people_import import Change, import_people
from core.audit import Audit
from core.errors import Invalid
from tests.browsers import PLACES, SINCE, settle_people, workbook

NOW, DAY = datetime(2026, 9, 1, 2, tzinfo=UTC), date(2026, 9, 1)
ONE = ("C1", "cb.mot", "Cán bộ Một", "Nhập liệu, Phê duyệt", "0912345678", "")
TWO = (1, "cb.hai", "Cán bộ Hai", "Quản trị đơn vị", "", "hai@hp.gov.vn")  # 01, its zero dropped


@pytest.fixture
def world(session: Session) -> Session:
    import_agencies(session, PLACES.encode(), valid_from=SINCE)
    return session


def load(session: Session, *rows: tuple[object, ...], dry_run: bool = False, by: str = "sys") -> list[Change]:
    return import_people(session, workbook(*rows), by=by, now=NOW, on=DAY, dry_run=dry_run)


def accounts(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Account)).one()


def test_once_and_twice(world: Session) -> None:
    assert [change.kind for change in load(world, ONE, TWO)] == ["new", "new"]
    assert [change.kind for change in load(world, ONE, TWO)] == ["same", "same"]
    person = find(world, find_login(world, "cb.mot"), DAY)
    assert (person.roles, dict(person.unconfirmed)) == ([Role.ENTRY], {Role.APPROVER: "sys"})
    assert [change.agency for change in load(world, TWO)] == ["Thành phố Hà Nội"]
    written = world.scalars(
        select(Audit.facts).filter_by(action="people.imported").order_by(Audit.id)
    ).first()
    assert written == {"new": 2, "changed": 0, "same": 0}


def test_changes_are_told_by_field(world: Session) -> None:
    load(world, ONE, TWO)
    changed = ("C1", "cb.mot", "Cán bộ Một", "Nhập liệu, Tổng hợp", "0900000000", "")
    (change,) = load(world, changed, dry_run=True)
    assert (change.kind, change.fields) == ("changed", ["telephone", "roles"])
    assert find(world, find_login(world, "cb.mot"), DAY).telephone == "0912345678"
    load(world, changed)
    person = find(world, find_login(world, "cb.mot"), DAY)
    assert (person.telephone, person.roles, person.unconfirmed) == (
        "0900000000",
        [Role.ENTRY, Role.AGGREGATOR],
        {},
    )
    assert accounts(world) == 2  # who was not in the workbook stayed


def test_a_dry_run_writes_nothing(world: Session) -> None:
    assert [change.kind for change in load(world, ONE, dry_run=True)] == ["new"]
    assert accounts(world) == 0


def test_a_fault_anywhere_and_nobody_comes_in(world: Session) -> None:
    load(world, TWO)
    taken = ("C1", "cb.hai", "Cán bộ Hai", "", "", "")
    with pytest.raises(Invalid) as refused:
        load(world, ONE, ("ZZ", "cb.ba", "Cán bộ Ba", "Trùm", "", ""), taken)
    assert [(finding.code, finding.facts["row"]) for finding in refused.value.findings] == [
        ("people.row.role", "3"),
        ("people.row.agency", "3"),
        ("people.row.taken", "4"),
    ]
    assert accounts(world) == 1


def test_on_the_command_line(app: Flask, bieumau: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    settle_people(app)
    file = app.config["SETTINGS"].data / "people.xlsx"
    file.write_bytes(workbook(ONE, TWO))
    told = bieumau("people", "import", str(file), "--dry-run")
    assert told.returncode == 0 and "2 tài khoản mới" in told.stdout, told.stderr
    assert bieumau("people", "reset", "cb.mot").returncode == 3
    done = bieumau("people", "import", str(file), "--json")
    assert [change["kind"] for change in json.loads(done.stdout)] == ["new", "new"]
    slip = json.loads(bieumau("people", "reset", "cb.mot", "--json").stdout)
    assert slip["login"] == "cb.mot" and len(slip["code"]) == 14
    file.write_bytes(b"no workbook")
    refused = bieumau("people", "import", str(file))
    assert refused.returncode == 2 and "Traceback" not in refused.stderr
    verified = bieumau("audit", "verify", "--json")
    assert verified.returncode == 0 and json.loads(verified.stdout)["waiting"] > 0
