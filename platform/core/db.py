"""The database: one Base, one unit of work, and the differences of SQLite and PostgreSQL, met once.

Rooms take a `Session`, flush, and never commit. `insert_new` and `lock_row` stand in for the two habits
that break under concurrency: asking whether a row exists, and reading before writing without a lock.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Insert,
    Integer,
    MetaData,
    Table,
    bindparam,
    cast,
    collate,
    column,
    event,
    func,
    insert,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.orm import Session as Session  # also for `web`, which names it and no more of SQLAlchemy
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from core.errors import NotFound
from core.turns import InTurn

# As many connections as the largest server we start has threads: none waits for another's. A connection
# is tried before use, for the database may have been restarted.
POOL = {"pool_size": 32, "max_overflow": 0, "pool_pre_ping": True}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, UTC in and out; SQLite by itself would return it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


BigId = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers only INTEGER keys by itself
Json = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


NAMES = {  # of constraints; Alembic can only drop those it can name
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The parent of every model. `datetime` columns are moments in UTC."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime}
    )


database = SQLAlchemy(model_class=Base, engine_options=POOL)

Model = TypeVar("Model", bound=Base)


class Reading(Session):
    """A session of a unit that only reads: what it has met it keeps, for it would find the same again."""


@event.listens_for(Reading, "loaded_as_persistent")
def _keep(session: Session, row: object) -> None:
    session.info.setdefault("met", []).append(row)


@contextmanager
def unit_of_work(app: Flask | None = None, *, write: bool = True) -> Iterator[Session]:
    """A session whose work is kept as a whole when the block ends well, and undone when it raises.

    Without `app` the current application is taken. With `write=False` the database refuses changes.
    """
    with (
        app.app_context() if app else nullcontext(),
        (Session if write else Reading)(engine_for(write), expire_on_commit=False) as session,
    ):
        yield session
        if write:
            settle(session)


def settle(session: Session) -> None:
    """Keep what was done so far, then do what `after_commit` was asked; the session may go on."""
    session.commit()
    for action in session.info.pop("after_commit", ()):
        action()


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Have `action` done once the work is kept; it is forgotten when the work is undone."""
    session.info.setdefault("after_commit", []).append(action)


def engine_for(write: bool) -> Engine:
    """The current application's engine, opening transactions that write, or that cannot.

    One that cannot sees the database as it was at its first question, whatever others write meanwhile.
    """
    engine = database.engine
    if engine.dialect.name == "postgresql":
        if write:
            return engine
        return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
    return engine.execution_options(sqlite_write=write)


@event.listens_for(Engine, "do_connect")
def _connect_sqlite(dialect: Dialect, _: object, __: object, options: dict[str, Any]) -> None:
    if dialect.name == "sqlite":
        options["factory"] = InTurn


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """A commit is on the disk before it is answered; the log is emptied into the file every 16 MiB."""
    if not isinstance(connection, InTurn):
        return
    connection.isolation_level = None  # the driver would begin by itself, and too late
    for pragma in (
        "busy_timeout=30000",
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=4096",
        "cache_size=-16384",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a read that turns into a write fails, whatever the timeout."""
    raw: object = connection.connection.dbapi_connection  # also of one that was taken from the pool
    if isinstance(raw, InTurn):
        write = connection.get_execution_options().get("sqlite_write", True)
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        if write:
            raw.wait_for_turn()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def insert_new(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert those rows whose keys are not there yet, and return how many were. Nobody need ask first."""
    if not rows:
        return 0
    table = model.__table__
    assert isinstance(table, Table)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.flush()
    done = session.connection().execute(
        dialect.insert(table).on_conflict_do_nothing(),
        list(rows),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount


def insert_rows(
    session: Session,
    model: type[Base],
    shared: Mapping[str, Any],
    columns: Sequence[str],
    rows: Iterable[Sequence[str | int]],
) -> None:
    """Insert rows that have the values of `shared` in common and differ in `columns`, by one statement.

    The database unpacks them: the hundreds of a save cost a third of as many inserts.
    """
    statement = _unpacking(session.get_bind().dialect.name, model, tuple(shared), tuple(columns))
    session.flush()
    given = {f"given_{name}": value for name, value in shared.items()}
    session.execute(statement, given | {"unpacked": [list(row) for row in rows]})


@cache
def _unpacking(dialect: str, model: type[Base], shared: Sequence[str], columns: Sequence[str]) -> Insert:
    """What inserts `unpacked` rows with the `given_…` they have in common; made once for all saves."""
    into = model.__table__
    assert isinstance(into, Table)
    data = bindparam("unpacked", type_=Json)
    found: list[ColumnElement[Any]]
    if dialect == "postgresql":
        each = func.jsonb_array_elements(data).table_valued("value")
        found = [each.c.value.op("->>")(number) for number in range(len(columns))]
    else:
        each = func.json_each(data).table_valued("value")
        found = [func.json_extract(each.c.value, f"$[{number}]") for number in range(len(columns))]
    given: list[ColumnElement[Any]] = [bindparam(f"given_{name}", type_=into.c[name].type) for name in shared]
    given += [cast(value, into.c[name].type) for name, value in zip(columns, found, strict=True)]
    return insert(into).from_select([*shared, *columns], select(*given))


def lock_row(session: Session, model: type[Model], ident: object) -> Model:
    """The row as it is now, held against other writers to the end of the transaction.

    On SQLite a writing transaction holds the only write lock already, and FOR UPDATE is left out.
    """
    session.flush()
    row = session.get(model, ident, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("row.unknown", table=model.__tablename__, id=str(ident))
    return row


def lock_rows(session: Session, model: type[Model], idents: Collection[object]) -> Sequence[Model]:
    """Several rows as they are now, held likewise, in the order of their keys: so nobody waits in a ring."""
    session.flush()
    [key] = model.__table__.primary_key
    query = select(model).where(key.in_(idents)).order_by(key).with_for_update()
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    if missing := set(idents) - {getattr(row, key.name) for row in rows}:
        raise NotFound("row.unknown", table=model.__tablename__, id=str(min(missing, key=str)))
    return rows


def freeze(table: str) -> None:
    """In a migration: make `table` insert-only, by triggers.

    Call it again after each batch alteration, which on SQLite copies the table without its triggers.
    """
    from alembic import op

    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER IF NOT EXISTS frozen_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME; END $$"
    )
    for name, verbs, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE OR REPLACE TRIGGER frozen_{table}_{name} BEFORE {verbs} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def unguarded(session: Session) -> list[str]:
    """The tables declared insert-only of which the database does not know both triggers of `freeze`."""
    if session.get_bind().dialect.name == "sqlite":
        query = (
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'frozen\\_%' ESCAPE '\\'"
        )
    else:
        query = (
            "SELECT tgrelid::regclass::text FROM pg_trigger "
            "WHERE tgname LIKE 'frozen\\_%' AND tgenabled <> 'D'"
        )
    found = Counter(session.execute(text(query)).scalars())
    declared = (each.name for each in Base.metadata.sorted_tables if each.info.get("frozen"))
    return [name for name in declared if found[name] != 2]


@contextmanager
def unsettled(session: Session) -> Iterator[None]:
    """Let rows that stand still (triggers named `settled_…` see to it) be brought back by a restore."""
    if session.get_bind().dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'settled%'"
        found = {f"DROP TRIGGER {name}": sql for name, sql in session.execute(text(query))}
    else:
        query = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'settled%'"
        change = "ALTER TABLE {} {} TRIGGER {}".format
        found = {
            change(on, "DISABLE", name): change(on, "ENABLE", name)
            for on, name in session.execute(text(query))
        }
    for lift in found:
        session.execute(text(lift))
    yield
    for bring_back in found.values():
        session.execute(text(bring_back))


def bytewise(session: Session, texts: ColumnElement[str]) -> ColumnElement[str]:
    """A text column in an order that is the same on every database."""
    return collate(texts, "BINARY" if session.get_bind().dialect.name == "sqlite" else "C")


def renumber(session: Session, name: str, key: str) -> None:
    """After rows came in with their ids: number the next ones behind them. SQLite does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        last = func.max(column(key, BigInteger()))
        number = select(func.setval(func.pg_get_serial_sequence(name, key), last)).select_from(table(name))
        session.execute(number.having(last.is_not(None)))


def durability(session: Session) -> tuple[str, bool]:
    """The database by kind and version with its way of journalling, and whether a commit survives a crash."""
    if session.get_bind().dialect.name == "sqlite":
        version = session.execute(text("SELECT sqlite_version()")).scalar_one()
        journal = session.execute(text("PRAGMA journal_mode")).scalar_one()
        return f"SQLite {version}, journal_mode {journal}", journal == "wal"
    version, fsync, commit = (
        session.execute(text(f"SHOW {name}")).scalar_one()
        for name in ("server_version", "fsync", "synchronous_commit")
    )
    told = f"PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}"
    return told, fsync == "on" and commit != "off"


def database_time(session: Session) -> datetime:
    """The database's own clock; of SQLite, this machine's."""
    return session.execute(select(type_coerce(func.current_timestamp(), UtcDateTime()))).scalar_one()
