"""A backup is one moment of a busy database; it comes back whole, into an empty place, or not at all."""

import hashlib
import json
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import schema
from core.audit import record, seal, verify
from core.backup import MANIFEST, back_up
from core.db import Base, unit_of_work
from core.errors import Conflict, Invalid
from core.restore import restore
from runtime.filling.entry import Change, save
from runtime.flow import workflow
from tests.builders import NOW, build, report_of, row, start_round

Empty = Callable[[str], Flask]
BY: dict[str, Any] = {"actor": "typist", "now": NOW}


def fill(app: Flask) -> int:
    """Some of everything: an opened round, figures with marks and open rows, audit; the id of a report."""
    with unit_of_work(app) as session:
        world = build(session, 3)
        report = report_of(session, start_round(session, world), world.communes["C0001"]).id
        changes = [*row("I1"), *row("I|Đất đai \u2028 “x”"), Change("A", "I2", "4", "...")]
        save(session, report, base=0, idempotency_key="1", changes=changes, actor="a", now=NOW)
        record(session, None, "test", "x", now=NOW, n=1)
    with unit_of_work(app) as session:
        seal(session)
    return report


def all_rows(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """What this test reads by itself: every table through its model's columns, sorted in Python."""
    with unit_of_work(app, write=False) as session:
        return {
            table.name: sorted((tuple(found) for found in session.execute(table.select())), key=repr)
            for table in Base.metadata.sorted_tables
        }


@contextmanager
def somebody_typing(app: Flask, report: int) -> Iterator[None]:
    """One save after the other, each giving two cells the same number."""
    stop, saved = threading.Event(), threading.Semaphore(0)

    def type_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            changes = [Change("A", "I3", column, str(number)) for column in ("4", "8")]
            with unit_of_work(app) as session:
                save(session, report, base=0, idempotency_key=f"w{number}", changes=changes, **BY)
            saved.release()

    typist = threading.Thread(target=type_on)
    typist.start()
    try:
        saved.acquire(timeout=30)
        yield
        saved.acquire(timeout=30)
    finally:
        stop.set()
        typist.join()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_there_and_back_also_to_the_other_database(
    app: Flask, empty: Empty, kind: str, tmp_path: Path
) -> None:
    fill(app)
    back_up(app, tmp_path / "b.zip", now=NOW)
    target = empty(kind)
    manifest, findings = restore(target, tmp_path / "b.zip", secret=tmp_path / "secret.key")
    assert all_rows(target) == all_rows(app)
    assert (manifest.made_at, findings) == (NOW.isoformat(), [])
    assert not (tmp_path / "secret.key").exists()
    with unit_of_work(target) as session:  # numbers go on behind those that came in
        fresh = build(session, 4)
        assert len(fresh.communes) == 4


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_accepted_report_comes_back_and_still_stands_still(
    app: Flask, empty: Empty, kind: str, tmp_path: Path
) -> None:
    """Its state, moves, figures and the chain of deeds; after it as before nothing can change it."""
    with unit_of_work(app) as session:
        world = build(session, 1)
        report = report_of(session, start_round(session, world), world.communes["C0001"]).id
        save(session, report, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
        workflow.submit(session, report, actor="a", now=NOW)
        workflow.accept(session, report, actor="b", now=NOW)
        record(session, "b", "test", "x", now=NOW)
    with unit_of_work(app) as session:
        seal(session)
    back_up(app, tmp_path / "b.zip", now=NOW)
    target = empty(kind)
    restore(target, tmp_path / "b.zip", secret=tmp_path / "secret.key")
    assert all_rows(target) == all_rows(app)
    changes = ("report_block SET texts = texts", "journal SET actor = 'x'", "report SET revision = 9")
    for change in (*changes, "report SET state = 'entering'"):
        with pytest.raises(DBAPIError), unit_of_work(target) as session:
            where = "id" if change.startswith("report SET") else "report_id"
            session.execute(text(f"UPDATE {change} WHERE {where} = :r"), {"r": report})
    assert all_rows(target) == all_rows(app)
    with unit_of_work(target, write=False) as session:
        moves = session.execute(text("SELECT name, actor FROM move ORDER BY id")).all()
        assert [tuple(move) for move in moves] == [("submit", "a"), ("accept", "b")]
        assert verify(session).findings == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_is_one_moment_while_others_write(
    app: Flask, empty: Empty, kind: str, tmp_path: Path
) -> None:
    report = fill(app)
    with somebody_typing(app, report):
        for number in range(5):
            back_up(app, tmp_path / f"{number}.zip", now=NOW)
    target = empty(kind)
    restore(target, tmp_path / "4.zip", secret=tmp_path / "secret.key")
    with unit_of_work(target, write=False) as session:
        revision = session.execute(text("SELECT revision FROM report WHERE id = :r"), {"r": report}).scalar()
        last = session.execute(
            text(
                'SELECT "column", new, revision FROM journal WHERE report_id = :r AND "row" = \'I3\' '
                "AND \"column\" IN ('4', '8') ORDER BY revision DESC, \"column\" LIMIT 2"
            ),
            {"r": report},
        ).all()
        saves = session.execute(text("SELECT count(*) FROM save")).scalar_one()
    assert [entry.column for entry in last] == ["4", "8"]
    assert last[0].new == last[1].new == str(saves - 1)
    assert last[0].revision == last[1].revision == revision


def test_an_older_schema_comes_back_at_todays(app: Flask, empty: Empty, tmp_path: Path) -> None:
    """The archive of a release that knew jobs and agencies only."""
    back_up(app, tmp_path / "today.zip", now=NOW)

    def age(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        known = {"job", "level", "agency", "agency_name", "agency_code", "agency_parent"}
        manifest["schema"] = "0002"
        manifest["tables"] = [entry for entry in manifest["tables"] if entry["name"] in known]
        for entry in manifest["tables"]:
            entry["columns"] = [column for column in entry["columns"] if column[0] != "not_before"]
        members[MANIFEST] = json.dumps(manifest).encode()

    target = empty("sqlite")
    schema.prepare(target)
    restore(target, rewritten(tmp_path, "today.zip", age), secret=tmp_path / "secret.key")
    assert schema.current_revision(target) == schema.known_revisions(target)[0]


def rewritten(folder: Path, name: str, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The archive with other content, as a zip as good as the first."""
    with zipfile.ZipFile(folder / name) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    change(members)
    with zipfile.ZipFile(folder / "changed.zip", "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return folder / "changed.zip"


def in_table(members: dict[str, bytes], table: str, old: bytes, new: bytes, *, told: bool) -> None:
    """Change a table's lines, and with `told` the digest in the manifest too."""
    member = f"tables/{table}.jsonl"
    assert old in members[member]
    members[member] = members[member].replace(old, new)
    manifest = json.loads(members[MANIFEST])
    for entry in manifest["tables"]:
        if told and entry["name"] == table:
            entry["sha256"] = hashlib.sha256(members[member]).hexdigest()
    members[MANIFEST] = json.dumps(manifest).encode()


def in_manifest(members: dict[str, bytes], **values: object) -> None:
    members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | values).encode()


FAULTS: dict[str, tuple[str, Callable[[dict[str, bytes]], object]]] = {
    "a row changed": ("backup.changed", lambda m: in_table(m, "journal", b'"20"', b'"21"', told=False)),
    "a value of another kind": (
        "backup.refused",
        lambda m: in_table(m, "report", b"[1,", b'["x",', told=True),
    ),
    "a state that is none": ("backup.refused", lambda m: in_table(m, "report", b"entering", b"n", told=True)),
    "a table lost": ("backup.broken", lambda m: m.pop("tables/report.jsonl")),
    "a table not told": ("backup.tables", lambda m: in_manifest(m, tables=[])),
    "a newer schema": ("backup.newer", lambda m: in_manifest(m, schema="9999")),
    "another format": ("backup.format", lambda m: in_manifest(m, format="bieumau-backup/2")),
    "a manifest of nothing": ("backup.broken", lambda m: m.update({MANIFEST: b"[]"})),
    "no manifest": ("backup.broken", lambda m: m.pop(MANIFEST)),
}


def test_what_was_changed_or_cut_is_refused_and_nothing_comes_in(
    app: Flask, empty: Empty, tmp_path: Path
) -> None:
    fill(app)
    back_up(app, tmp_path / "b.zip", now=NOW)
    target = empty("sqlite" if "sqlite" in app.config["SETTINGS"].database_url else "postgresql")
    schema.prepare(target)
    nothing = all_rows(target)

    def refused(file: Path) -> str:
        with pytest.raises(Invalid) as error:
            restore(target, file, secret=tmp_path / "secret.key")
        assert all_rows(target) == nothing
        return error.value.code

    for fault, (code, change) in FAULTS.items():
        assert refused(rewritten(tmp_path, "b.zip", change)) == code, fault
    whole = (tmp_path / "b.zip").read_bytes()
    for length in (0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.zip").write_bytes(whole[:length])
        assert refused(tmp_path / "cut.zip") == "backup.broken", length
    for at in places_of_data(tmp_path / "b.zip"):
        (tmp_path / "bad.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        assert refused(tmp_path / "bad.zip") in ("backup.broken", "backup.changed"), at
    restore(target, tmp_path / "b.zip", secret=tmp_path / "secret.key")
    assert all_rows(target) == all_rows(app)


def places_of_data(archive: Path) -> list[int]:
    """A byte in the middle of what each seventh file of an archive holds; its dates nobody reads."""
    with zipfile.ZipFile(archive) as read:
        filled = [info for info in read.infolist() if info.file_size][::7]
    return [info.header_offset + 30 + len(info.filename) + info.compress_size // 2 for info in filled]


def test_only_an_empty_installation_is_filled(app: Flask, tmp_path: Path) -> None:
    fill(app)
    back_up(app, tmp_path / "b.zip", now=NOW)
    before = all_rows(app)
    with pytest.raises(Conflict) as refused:
        restore(app, tmp_path / "b.zip", secret=tmp_path / "secret.key")
    assert refused.value.code == "restore.not_empty"
    assert all_rows(app) == before


def test_by_command(
    bieumau: Callable[..., subprocess.CompletedProcess[str]], empty: Empty, app: Flask, tmp_path: Path
) -> None:
    fill(app)
    file = tmp_path / "b.zip"
    done = bieumau("backup", str(file), "--with-secret")
    assert done.returncode == 0, done.stderr
    assert (file.stat().st_mode & 0o777, list(tmp_path.glob("*.part"))) == (0o600, [])
    again = bieumau("backup", str(file))
    assert (again.returncode, "đã có" in again.stderr) == (3, True)
    nowhere = bieumau("backup", str(tmp_path / "no" / "b.zip"))
    assert (nowhere.returncode, "Không ghi được" in nowhere.stderr) == (3, True)

    settings = empty("sqlite").config["SETTINGS"]
    place = {"DATABASE_URL": settings.database_url, "BIEUMAU_DATA": str(settings.data)}
    back = bieumau("restore", str(file), "--json", **place)
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["tables"]["report"] == 4
    kept = settings.data / "secret.key"
    assert kept.read_text() == (app.config["SETTINGS"].data / "secret.key").read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    file.write_bytes(file.read_bytes()[:1000])
    cut = bieumau("restore", str(file), **place)
    assert (cut.returncode, "Chưa khôi phục gì" in cut.stderr) == (2, True)


def test_a_broken_chain_of_the_audit_comes_back_and_is_told(app: Flask, empty: Empty, tmp_path: Path) -> None:
    """A backup of what somebody tampered with is better than none; nobody is told that it is well."""
    fill(app)
    back_up(app, tmp_path / "b.zip", now=NOW)
    tampered = rewritten(
        tmp_path, "b.zip", lambda members: in_table(members, "audit", b'"test"', b'"other"', told=True)
    )
    target = empty("sqlite")
    _, findings = restore(target, tampered, secret=tmp_path / "secret.key")
    assert [finding.code for finding in findings] == ["audit.changed"]
    assert len(all_rows(target)["audit"]) == 1
