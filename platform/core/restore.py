"""Bringing a backup back: into an empty installation only, all of it or nothing.

The whole archive is read and counted before the database is touched. Its rows then go in by one transaction,
at the schema they were taken from, and are read again and counted before it is kept; only then the schema
goes on to the one of this release.
"""

import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from core import audit, schema
from core.backup import (
    AT_ONCE,
    FORMAT,
    KINDS,
    MANIFEST,
    SECRET,
    Count,
    TableShape,
    count,
    described,
    lines,
    member_of,
)
from core.db import Session, renumber, unguarded, unit_of_work, unsettled
from core.errors import Conflict, Invalid
from engine.findings import Finding

VERSIONS = "alembic_version"
"""The migrations' own table, which an empty installation may have and no archive holds."""
UNREADABLE = (
    AttributeError,
    EOFError,
    KeyError,
    OSError,
    RuntimeError,  # encrypted, or packed in a way that is not known here
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a truncated or changed archive may raise."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself; parents stand before their children."""

    made_at: str
    schema: str
    tables: Mapping[TableShape, Count]


def restore(app: Flask, file: Path, *, secret: Path) -> tuple[Manifest, Sequence[Finding]]:
    """Fill an empty installation from an archive; a secret key in it goes to the file `secret`.

    The findings are of the audit's chain, which comes back as it was: broken where it was broken before.
    """
    with _readable(file), zipfile.ZipFile(file) as archive:
        manifest = _read_manifest(archive, file)
    if manifest.schema not in schema.known_revisions(app):
        raise Invalid([Finding("backup.newer", where=str(file), facts={"found": manifest.schema})])
    with _readable(file), zipfile.ZipFile(file) as archive:
        for shape, told in manifest.tables.items():
            with archive.open(member_of(shape.name)) as member:
                _demand_equal(file, shape, told, count(member))
        kept_secret = archive.read(SECRET) if SECRET in archive.namelist() else None
    _demand_empty(app)
    _lay_out(app, manifest.schema)
    with unit_of_work(app) as session, unsettled(session), zipfile.ZipFile(file) as archive:
        _fill(session, archive, file, manifest)
    schema.upgrade(app)
    with unit_of_work(app, write=False) as session:
        if missing := unguarded(session):
            raise Conflict("db.unguarded", tables=missing)
        chain = audit.verify(session)
    if kept_secret:
        _keep_secret(secret, kept_secret)
    return manifest, chain.findings


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    data = json.loads(archive.read(MANIFEST))
    if data["format"] != FORMAT:
        raise Invalid([Finding("backup.format", where=str(file), facts={"known": FORMAT})])
    tables = {}
    for entry in data["tables"]:
        shape = TableShape(str(entry["name"]), tuple(map(_column, entry["columns"])), tuple(entry["key"]))
        tables[shape] = Count(int(entry["rows"]), str(entry["sha256"]))
    return Manifest(str(data["made_at"]), str(data["schema"]), tables)


def _column(entry: Any) -> tuple[str, str]:
    name, kind = entry
    if kind not in KINDS:
        raise ValueError(kind)
    return str(name), kind


def _demand_equal(file: Path, shape: TableShape, told: Count, found: Count) -> None:
    if found != told:
        facts = {"table": shape.name, "told": told.rows, "found": found.rows}
        raise Invalid([Finding("backup.changed", where=str(file), facts=facts)])


def _demand_empty(app: Flask) -> None:
    with unit_of_work(app, write=False) as session:
        for name in inspect(session.connection()).get_table_names():
            there = described(TableShape(name, (), ()))
            filled = session.execute(select(1).select_from(there).limit(1)).first()
            if filled and name != VERSIONS:
                raise Conflict("restore.not_empty", table=name)


def _lay_out(app: Flask, revision: str) -> None:
    """Bring empty tables to a revision, whichever they are at."""
    if schema.current_revision(app) not in (None, revision):
        schema.downgrade(app)
    schema.upgrade(app, revision)


def _fill(session: Session, archive: zipfile.ZipFile, file: Path, manifest: Manifest) -> None:
    """Put all rows in, and read them back."""
    there = set(inspect(session.connection()).get_table_names()) - {VERSIONS}
    told = {shape.name for shape in manifest.tables}
    if there != told:
        raise Invalid([Finding("backup.tables", where=str(file), facts={"tables": sorted(there ^ told)})])
    try:
        for shape in manifest.tables:
            with archive.open(member_of(shape.name)) as member:
                _insert(session, shape, member)
        for shape, counted in manifest.tables.items():
            _demand_equal(file, shape, counted, count(lines(session, shape)))
    except (SQLAlchemyError, TypeError, ValueError) as error:
        facts = {"error": str(error).splitlines()[0]}
        raise Invalid([Finding("backup.refused", where=str(file), facts=facts)]) from error


def _insert(session: Session, shape: TableShape, member: Iterator[bytes]) -> None:
    names = [name for name, _ in shape.columns]
    kinds = [KINDS[kind] for _, kind in shape.columns]
    while chunk := list(islice(member, AT_ONCE)):
        rows = [
            {
                name: None if value is None else kind.read(value)
                for name, kind, value in zip(names, kinds, json.loads(line), strict=True)
            }
            for line in chunk
        ]
        session.connection().execute(insert(described(shape)), rows)
    if len(shape.key) == 1 and dict(shape.columns)[shape.key[0]] == "integer":
        renumber(session, shape.name, shape.key[0])


def _keep_secret(file: Path, secret: bytes) -> None:
    part = file.with_name(f"{file.name}.part")
    with open(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as made:
        made.write(secret)
    part.rename(file)


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise Invalid([Finding("backup.broken", where=str(file))]) from error
