"""What stands guard around every request: sessions, cross-site protection, headers, the secret key."""

import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from flask import Flask, Request, Response, g, request
from flask import session as browser
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature
from werkzeug.middleware.proxy_fix import ProxyFix

from agencies.access import Actor
from agencies.tokens import actor_of_token
from agencies.visits import actor_of
from core import clock
from core.db import Session
from core.settings import Settings
from core.valkey import ONCE, redis_url
from runtime.rounds.links import actor_of_link

LARGEST_REQUEST = 20_000_000  # bytes
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'nonce-{0}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LINK = "link"
"""Under which a browser's session keeps the personal link that it opened."""
csrf = CSRFProtect()
visitors = LoginManager()
limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True)


class _Sessions(SecureCookieSessionInterface):
    """What a browser holds has no age: visits and links end in the database, and hosts' clocks differ.

    Flask would not believe a cookie that a host signed whose clock is ahead of ours.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        signer, kept = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        with suppress(BadSignature):
            if signer and kept:
                return self.session_class(signer.loads(kept))
        return self.session_class()


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The token in the browser's signed session; who it is, `find_actor` asks the database."""

    def __init__(self, token: str) -> None:
        self.id = token


@visitors.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> Visitor:
    return Visitor(token)


def protect(app: Flask) -> None:
    """Put everything of this module around an application."""
    settings: Settings = app.config["SETTINGS"]
    app.secret_key = settings.secret_key or _kept_secret(settings.data / "secret.key")
    app.session_interface = _Sessions()
    app.config.update(
        SESSION_COOKIE_NAME="bieumau",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: forms stay open for days
    )
    if settings.https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.before_request(_draw_nonce)  # first of all, for pages that refuse need one too
    csrf.init_app(app)
    visitors.session_protection = None  # the address of a commune's line changes while somebody types
    visitors.init_app(app)
    app.config["RATELIMIT_STORAGE_URI"] = _limits_storage(settings)
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {
        "retry": ONCE,
        "socket_connect_timeout": 2,
        "socket_timeout": 2,
    }
    limiter.init_app(app)
    app.after_request(_add_headers)
    if settings.https:
        app.after_request(_demand_https)
    app.context_processor(lambda: {"csp_nonce": g.get("csp_nonce", ""), "actor": g.get("actor")})


def find_actor(session: Session, now: datetime) -> Actor | None:
    """Who asks: by his visit, by the link to one report he holds, a program by its token.

    None when that has ended.
    """
    on = now.astimezone(clock.VIETNAM).date()
    if request.blueprint == "api":  # no cookie counts there: other sites could have it sent
        given = request.authorization
        return actor_of_token(session, given.token, now=now, on=on) if given and given.token else None
    if not current_user.is_authenticated:
        link = browser.get(LINK)
        return actor_of_link(session, link, now=now) if link else None
    return actor_of(session, current_user.get_id(), now=now, on=on)


def _draw_nonce() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(g.get("csp_nonce", "")))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _demand_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _limits_storage(settings: Settings) -> str:
    """The queue's server; while it is away, each process counts in its own memory."""
    url = redis_url(settings)
    return f"redis+{url}" if url.startswith("unix:") else url


def _kept_secret(file: Path) -> str:
    """The installation's key, made once, whole, and by one of several processes that start together."""
    if not file.exists():
        drawn = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with open(os.open(drawn, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as made:
            made.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(drawn, file)
        drawn.unlink()
    return file.read_text(encoding="ascii")
