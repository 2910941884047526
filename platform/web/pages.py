"""What all pages share: languages, filters, the built client, and what templates find at hand."""

import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, request, session, url_for
from flask_babel import Babel, Domain
from flask_compress import Compress
from markupsafe import Markup
from whitenoise import WhiteNoise

import core.messages
from agencies.store import read_agency
from agencies.tree import Node
from core import clock
from core.messages import LANGUAGES
from runtime.rounds.outages import told_now
from runtime.rounds.term_models import Outage
from web import filters, problems
from web.routing import may

DIST = Path(__file__).parent / "static" / "dist"
TYPES = ["text/html", "application/json", "application/problem+json"]
"""What is compressed on the way; the built client was compressed when it was built."""


def add_pages(app: Flask) -> None:
    """Give an application what its pages stand on."""
    problems.register(app)
    filters.register(app)
    _speak(app)
    app.jinja_env.globals |= {
        "asset": asset,
        "here": here,
        "home": home,
        "icon": icon,
        "lang": lang,
        "may": may,
        "outage": outage,
    }
    app.config["COMPRESS_MIMETYPES"] = TYPES
    Compress(app)
    if DIST.is_dir():
        served = WhiteNoise(
            app.wsgi_app, str(DIST), "static/", immutable_file_test=".", allow_all_origins=False
        )
        app.wsgi_app = served  # type: ignore[method-assign]


def asset(name: str) -> str:
    """The address of a file of the built client: `fill.js`, `fill.css`, `icons.svg`."""
    return f"/static/{_manifest()[name]}"


def icon(name: str) -> Markup:
    """A drawing of Tabler's by its name; `icon("inbox")` written in a template puts it into the sprite."""
    drawing = '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    return Markup(drawing).format(asset("icons.svg"), name)


def lang() -> str:
    """The language of this browser's pages: the one chosen, else Vietnamese; programs name theirs."""
    if request.blueprint == "api":
        return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    chosen = session.get("lang")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def here() -> Node | None:
    """The agency of who asks, for the head of the page; None where nobody is signed in."""
    if g.get("actor") is None or g.get("session") is None:
        return None
    return read_agency(g.session, g.actor.agency, clock.today())


def home() -> str:
    """Where pages lead back to: the first page; for who holds a link its report, which is all he has."""
    report = g.actor.report if g.get("actor") else None
    return "/" if report is None else url_for("reports.show", report_id=report)


def outage() -> Outage | None:
    """The outage that every page tells of, if there is one."""
    return told_now(g.session, clock.now()) if g.get("session") is not None else None


def _speak(app: Flask) -> None:
    """Pages are written in Vietnamese; what they say in English is read from the catalogue."""
    texts = Domain()
    texts.cache["en", "messages"] = english()
    Babel(app, default_locale="vi", locale_selector=lang).domain_instance = texts


@cache
def english() -> Translations:
    """The English of every text of the pages."""
    compiled = BytesIO()
    folder = Path(core.messages.__file__).parent
    with (folder / "en" / "LC_MESSAGES" / "pages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale="en"))
    compiled.seek(0)
    return Translations(compiled)


@cache
def _manifest() -> Mapping[str, str]:
    manifest: Mapping[str, str] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return manifest
