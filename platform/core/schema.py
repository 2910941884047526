"""The schema's steps, run by Alembic; what a step looks like is told in core/migrations/env.py."""

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy.exc import OperationalError

from core.db import database, engine_for
from core.errors import Conflict

migrate = Migrate(db=database, directory=str(Path(__file__).parent / "migrations"))


def upgrade(app: Flask, revision: str = "head") -> None:
    """Bring the database to `revision`; does nothing when it is there."""
    with app.app_context():
        command.upgrade(migrate.get_config(), revision)


def downgrade(app: Flask, revision: str = "base") -> None:
    """Take the steps after `revision` back, with what their tables hold."""
    with app.app_context():
        command.downgrade(migrate.get_config(), revision)


def prepare(app: Flask) -> None:
    """Give an empty database its tables; refuse one whose schema is not the one of this release."""
    found, known = current_revision(app), known_revisions(app)
    if found is None:
        upgrade(app)
    elif found != known[0]:
        raise Conflict("db.other_schema", found=found, expected=known[0])


def current_revision(app: Flask) -> str | None:
    """The revision the database is at; None where it is empty."""
    with app.app_context():
        try:
            with engine_for(write=False).connect() as connection:
                return MigrationContext.configure(connection).get_current_revision()
        except OperationalError as error:
            raise Conflict("db.away", url=repr(database.engine.url)) from error


def known_revisions(app: Flask) -> Sequence[str]:
    """The revisions of this release, the newest first."""
    with app.app_context():
        steps = ScriptDirectory.from_config(migrate.get_config()).walk_revisions()
        return [step.revision for step in steps]


def draw_revision(app: Flask, message: str) -> str:
    """Write the next step from the difference between the models and the database; returns its path."""
    with app.app_context():
        config = migrate.get_config()
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        config.set_main_option("file_template", f"v{number:04}_%%(slug)s")
        drawn = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    assert isinstance(drawn, Script)
    return drawn.path
