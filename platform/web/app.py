"""The wiring of one application: settings, database, migrations, the rooms with tables or jobs, the pages."""

from datetime import date
from importlib import import_module

from flask import Flask
from flask.json.provider import DefaultJSONProvider

import agencies.mandates  # noqa: F401  (its tables)
import core.audit
import core.jobs  # noqa: F401  (its table)
import designer.excel.uploads  # (its table and its job)
import designer.models  # noqa: F401  (its table)
import indicator_library.models  # noqa: F401  (its tables)
import rehearsal.rehearse  # noqa: F401  (its table and its job)
import runtime.filling.carrying  # (its job)
import runtime.filling.taking  # (its job)
import runtime.flow.correction_models  # (its tables)
import runtime.flow.models
import runtime.rounds.models
import runtime.rounds.term_models  # noqa: F401  (its tables)
import template_library.models
import template_library.shelf_models  # noqa: F401  (its tables)
from core.db import database
from core.plugins import load_plugins
from core.schema import migrate
from core.settings import Settings
from web.pages import add_pages
from web.routing import RowId
from web.security import protect

PAGES = (
    "api.interface",
    "design.asked",
    "design.drawing",
    "design.issuing",
    "design.operations",
    "design.pages",
    "design.preview",
    "design.rehearsing",
    "health",
    "indicators.catalogue",
    "indicators.keeping",
    "indicators.proposals",
    "shelves.mandates",
    "shelves.packages",
    "shelves.regimes",
    "shelves.shelf",
    "shelves.template",
    "people.account",
    "people.acting",
    "people.audit",
    "people.importing",
    "people.listing",
    "people.notices",
    "people.person",
    "people.reach",
    "people.tokens",
    "reports.answering",
    "reports.behalf",
    "reports.comments",
    "reports.card",
    "reports.adjusting",
    "reports.compilation",
    "reports.corrections",
    "reports.files",
    "reports.fill",
    "reports.inbox",
    "reports.parts",
    "reports.report",
    "reports.selections",
    "reports.year",
    "reports.taking",
    "reports.signing",
    "reports.timeline",
    "rounds.board",
    "rounds.calls",
    "rounds.cascade",
    "rounds.closing",
    "rounds.events",
    "rounds.members",
    "rounds.given",
    "rounds.moving",
    "rounds.opening",
    "rounds.operating",
    "rounds.schedules",
    "rounds.whom",
    "rounds.terms",
    "rules.checking",
    "rules.help",
)
"""The modules of this room with pages: each has a blueprint."""


class _Json(DefaultJSONProvider):
    """Moments and days go out as ISO 8601 writes them, not HTTP."""

    @staticmethod
    def default(o: object) -> object:
        return o.isoformat() if isinstance(o, date) else DefaultJSONProvider.default(o)


def create_app(settings: Settings) -> Flask:
    """An application over the database that `settings` names; nothing is opened before it is used."""
    app = Flask("web", static_folder=None)
    app.json = _Json(app)
    app.config["SETTINGS"] = settings
    app.config["PLUGINS"] = load_plugins(settings.plugins)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    settings.data.mkdir(parents=True, exist_ok=True)
    database.init_app(app)
    migrate.init_app(app, database)
    app.url_map.converters["int"] = RowId
    protect(app)
    add_pages(app)
    for name in PAGES:
        app.register_blueprint(import_module(f"web.{name}").blueprint)
    return app
