"""Signing in and out, the password, the language of the pages."""

from collections.abc import Sequence
from datetime import datetime

import flask
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_limiter import RateLimitExceeded
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from agencies import people
from agencies import sign_in as accounts
from agencies.access import Actor
from agencies.visits import end_visit
from core import audit, clock
from core.db import Session, unit_of_work
from core.errors import Invalid
from core.messages import LANGUAGES, sentence
from engine.findings import Finding
from web import problems
from web.routing import endpoint
from web.security import Visitor, limiter

blueprint = Blueprint("account", __name__)
WRONG = 422
"""The status of a form that is shown again with its faults."""


def _typed_login() -> str:
    return request.form.get("login", "").strip().lower()[:100]


def _failed(response: Response) -> bool:
    return response.status_code == WRONG


guarded = limiter.shared_limit(
    "10 per 15 minutes",
    scope="login",
    key_func=lambda: f"{_typed_login()} {request.remote_addr}",
    deduct_when=_failed,
)
"""Failures only, for a login from one address: a whole commune may share an address."""
guarded_address = limiter.shared_limit("300 per hour", scope="address", deduct_when=_failed)


@endpoint(blueprint, "/sign-in", action="account.sign_in")
def sign_in(session: Session, actor: Actor | None, now: datetime) -> ResponseReturnValue:
    """The form; who is signed in goes on, who came by a link may have an account as well."""
    return redirect(_wanted()) if actor and actor.report is None else _sign_in_form()


@endpoint(blueprint, "/sign-in", action="account.sign_in", methods=["POST"], write=False)
@guarded
@guarded_address
def enter(session: Session, actor: Actor | None, now: datetime) -> ResponseReturnValue:
    """Sign in; whoever types the code of his slip is led to set a password."""
    login, password = _typed_login(), request.form.get("password", "")
    if accounts.has_code(session, login, password, now=now):
        return _first_form(code=password)
    try:
        account = accounts.check_password(session, login, password)
    except Invalid as refused:
        _keep_failure(login, refused, now)
        return _sign_in_form(refused.findings), WRONG
    with unit_of_work() as writing:  # checking takes long on purpose, and no writer should wait for it
        token = accounts.enter(writing, account.id, now=now)
    return _welcome(token, account.lang)


@endpoint(blueprint, "/first-sign-in", action="account.sign_in")
def first_sign_in(session: Session, actor: Actor | None, now: datetime) -> ResponseReturnValue:
    """The form for the code of the slip and a new password."""
    return redirect(_wanted()) if actor and actor.report is None else _first_form()


@endpoint(blueprint, "/first-sign-in", action="account.sign_in", methods=["POST"])
@guarded
@guarded_address
def enter_first(session: Session, actor: Actor | None, now: datetime) -> ResponseReturnValue:
    """Set the first password and sign in."""
    login, code = _typed_login(), request.form.get("code", "")
    new, again = request.form.get("new", ""), request.form.get("again", "")
    try:
        token = accounts.set_first_password(session, login, code, new, again, now=now)
    except Invalid as refused:
        return _first_form(code, refused.findings), WRONG
    flask.flash(
        gettext("Đã đặt mật khẩu. Từ nay hãy đăng nhập bằng mật khẩu này; mã trên phiếu không còn dùng được.")
    )
    return _welcome(token, str(get_locale()))


@endpoint(blueprint, "/sign-out", action="account.self", methods=["POST"])
def sign_out(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """End the visit."""
    end_visit(session, current_user.get_id(), now=now)
    lang = flask.session.get("lang")
    logout_user()
    flask.session.clear()
    flask.session["lang"] = lang
    flask.flash(gettext("Bạn đã đăng xuất."))
    return redirect(url_for("account.sign_in"))


@endpoint(blueprint, "/account", action="account.self")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """One's own account."""
    return _account(session, actor)


@endpoint(blueprint, "/account/password", action="account.self", methods=["POST"])
@limiter.limit("10 per 15 minutes", key_func=lambda: current_user.get_id(), deduct_when=_failed)
def change_password(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Change the password; other browsers are signed out."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    try:
        token = accounts.change_password(session, actor.account, old, new, again, now=now)
    except Invalid as refused:
        return _account(session, actor, refused.findings), WRONG
    flask.flash(gettext("Đã đổi mật khẩu; các máy khác đang dùng tài khoản này đã bị đăng xuất."))
    _sign_in_browser(token, str(get_locale()))
    return redirect(url_for("account.show"))


@endpoint(blueprint, "/lang", action="account.lang", methods=["POST"])
def choose_lang(session: Session, actor: Actor | None, now: datetime) -> ResponseReturnValue:
    """Speak the chosen language, here and at later visits."""
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        flask.session["lang"] = chosen
        if actor:
            people.set_lang(session, actor.account, chosen)
    return redirect(local_address(request.form.get("back")))


@blueprint.app_template_filter("role")
def role_name(role: str) -> str:
    """How people call a role."""
    return sentence(f"role.{role}", {}, str(get_locale()))


@blueprint.errorhandler(RateLimitExceeded)
@blueprint.errorhandler(CSRFError)
def _refused(error: HTTPException) -> ResponseReturnValue:
    """Who signs in keeps what he typed when he failed too often, or when his browser forgot its session."""
    told = [Finding("sign_in.stale" if isinstance(error, CSRFError) else "sign_in.too_often")]
    if request.endpoint == "account.enter":
        return _sign_in_form(told), error.code or 400
    if request.endpoint == "account.enter_first":
        return _first_form(request.form.get("code", ""), told), error.code or 400
    return problems.http_problem(error)


def _welcome(token: str, lang: str) -> ResponseReturnValue:
    _sign_in_browser(token, lang)
    return redirect(_wanted())


def _sign_in_browser(token: str, lang: str) -> None:
    """A new session altogether: nothing that was planted before signing in lives on."""
    kept = flask.session.pop("_flashes", [])
    flask.session.clear()
    flask.session.update({"lang": lang, "_flashes": kept} if kept else {"lang": lang})
    login_user(Visitor(token))


def _keep_failure(login: str, refused: Invalid, now: datetime) -> None:
    with unit_of_work() as session:
        audit.record(
            session,
            None,
            "refused:account.sign_in",
            login,
            now=now,
            code=refused.code,
            address=request.remote_addr,
        )


def _sign_in_form(findings: Sequence[Finding] = ()) -> str:
    return render_template("account/sign_in.html", login=_typed_login(), findings=findings, next=_wanted())


def _first_form(code: str = "", findings: Sequence[Finding] = ()) -> str:
    return render_template(
        "account/first.html", login=_typed_login(), code=code, findings=findings, next=_wanted()
    )


def _account(session: Session, actor: Actor, findings: Sequence[Finding] = ()) -> str:
    person = people.find(session, actor.account, clock.today())
    return render_template("account/show.html", person=person, findings=findings)


def _wanted() -> str:
    """Where he was going when he was asked to sign in."""
    return local_address(request.values.get("next"))


def local_address(address: str | None) -> str:
    """An address of ours, else the first page; `//host` and `/\\host` lead away."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return "/"
    return address if address.isprintable() else "/"
