"""The schema's steps, run by Alembic; what a step looks like is told in core/migrations/env.py."""

from pathlib import Path

from alembic import command
from flask import Flask
from flask_migrate import Migrate

from core.db import database

migrate = Migrate(db=database, directory=str(Path(__file__).parent / "migrations"))


def upgrade(app: Flask, revision: str = "head") -> None:
    """Bring the database to `revision`; does nothing when it is there."""
    with app.app_context():
        command.upgrade(migrate.get_config(), revision)


def downgrade(app: Flask, revision: str = "base") -> None:
    """Take the steps after `revision` back, with what their tables hold."""
    with app.app_context():
        command.downgrade(migrate.get_config(), revision)
