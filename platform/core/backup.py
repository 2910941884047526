"""Backups: one archive with every row of every table, the same whichever database it was taken from.

An archive is a zip with `manifest.json` and a file of JSON lines for each table, rows in the order of their
keys. It is read from the database as it was at one moment, while others go on writing. The manifest tells
the schema, the columns with their kinds, and of each table how many rows and which SHA-256: whoever reads the
rows again, from the archive or from a database, must come to the same. `core.restore` brings one back.
"""

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from flask import Flask
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    TableClause,
    Text,
    column,
    select,
    table,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.db import Base, Json, Session, UtcDateTime, bytewise, unit_of_work
from core.errors import Conflict
from core.schema import current_revision

FORMAT = "bieumau-backup/1"
MANIFEST = "manifest.json"
SECRET = "secret.key"
AT_ONCE = 1000
"""Rows fetched at a time."""


@dataclass(frozen=True)
class Kind:
    """A kind of column: the type its models state, the type for any database, and its values as JSON."""

    stored_as: type[TypeEngine[Any]]
    type: TypeEngine[Any]
    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


KINDS = {
    "text": Kind(String, Text()),
    "boolean": Kind(Boolean, Boolean()),
    "integer": Kind(Integer, BigInteger()),
    "json": Kind(JSON, Json),
    "bytes": Kind(
        LargeBinary, LargeBinary(), lambda value: base64.b64encode(value).decode(), base64.b64decode
    ),
    "day": Kind(Date, Date(), date.isoformat, date.fromisoformat),
    "moment": Kind(UtcDateTime, UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
}


@dataclass(frozen=True)
class TableShape:
    """A table as an archive tells it: columns with their kinds, and those that are its key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Count:
    """How many rows, and the SHA-256 of their lines."""

    rows: int
    sha256: str


def back_up(app: Flask, file: Path, *, now: datetime, secret: Path | None = None) -> Mapping[str, Count]:
    """Write an archive; `secret` is the file of the secret key where that is to go with it.

    It stands under its name only when it is whole, and only its owner may read it.
    """
    if file.exists():
        raise Conflict("backup.exists", file=str(file))
    tables = [_shape(each) for each in Base.metadata.sorted_tables]  # a row's parents come before it
    counts: dict[str, Count] = {}
    with (
        _whole_or_nothing(file) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        unit_of_work(app, write=False) as session,
    ):
        for shape in tables:
            with archive.open(member_of(shape.name), "w", force_zip64=True) as member:
                counts[shape.name] = count(lines(session, shape), member.write)
        if secret:
            archive.write(secret, SECRET)
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "schema": current_revision(app),
            "tables": [asdict(shape) | asdict(counts[shape.name]) for shape in tables],
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return counts


def lines(session: Session, shape: TableShape) -> Iterator[bytes]:
    """The rows of a table as lines, in the order of their keys."""
    there = described(shape)
    kinds = dict(shape.columns)
    order = [
        bytewise(session, there.c[name]) if kinds[name] == "text" else there.c[name] for name in shape.key
    ]
    rows = session.connection().execute(
        select(there).order_by(*order), execution_options={"yield_per": AT_ONCE}
    )
    for row in rows:
        values = [
            None if value is None else KINDS[kind].write(value)
            for kind, value in zip(kinds.values(), row, strict=True)
        ]
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield text.encode() + b"\n"


def count(rows: Iterable[bytes], then: Callable[[bytes], object] = lambda line: None) -> Count:
    """Count and digest lines, doing something with each."""
    number, digest = 0, hashlib.sha256()
    for line in rows:
        number += 1
        digest.update(line)
        then(line)
    return Count(number, digest.hexdigest())


def _shape(of: Table) -> TableShape:
    columns = tuple((each.name, _kind(each.type)) for each in of.columns)
    return TableShape(of.name, columns, tuple(each.name for each in of.primary_key))


def _kind(of: TypeEngine[Any]) -> str:
    """The kind of what is stored, whatever the room makes of it."""
    if isinstance(of, TypeDecorator) and not isinstance(of, UtcDateTime):
        return _kind(of.impl_instance)
    for name, kind in KINDS.items():
        if isinstance(of, kind.stored_as):
            return name
    raise TypeError(f"a backup knows no columns of {of!r}")


def described(shape: TableShape) -> TableClause:
    """The table for a statement, also where no model knows it any more."""
    return table(shape.name, *(column(name, KINDS[kind].type) for name, kind in shape.columns))


def member_of(name: str) -> str:
    """Where the rows of a table lie in an archive."""
    return f"tables/{name}.jsonl"


@contextmanager
def _whole_or_nothing(file: Path) -> Iterator[Any]:
    part = file.with_name(f"{file.name}.part")
    try:
        with open(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as made:
            yield cast(Any, made)
            made.flush()
            os.fsync(made.fileno())
        part.rename(file)
    except OSError as error:
        raise Conflict("backup.unwritable", file=str(file), error=str(error.strerror)) from error
    finally:
        part.unlink(missing_ok=True)
