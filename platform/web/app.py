"""The wiring of one application: settings, database, migrations and the rooms that have tables or jobs."""

from flask import Flask

import agencies.accounts  # (its tables)
import agencies.models  # noqa: F401  (its tables)
import core.audit  # (its tables)
import core.jobs  # noqa: F401  (its table)
import runtime.consolidate  # (its tables and its job)
import runtime.rounds  # noqa: F401  (its job)
import template_library.models  # noqa: F401  (its tables)
from core.db import database
from core.schema import migrate
from core.settings import Settings
from web.security import protect


def create_app(settings: Settings) -> Flask:
    """An application over the database that `settings` names; nothing is opened before it is used."""
    app = Flask("bieumau", static_folder=None)
    app.config["SETTINGS"] = settings
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    settings.data.mkdir(parents=True, exist_ok=True)
    database.init_app(app)
    migrate.init_app(app, database)
    protect(app)
    return app
