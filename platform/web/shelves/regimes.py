"""The catalogue of reporting regimes: open to everybody, kept by whose record each is, as files too."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies.access import Actor, Subject
from core.db import Session
from core.errors import Invalid
from template_library import regimes
from template_library.regime_file import KINDS, Regime, data_to_regime, write_regime
from template_library.shelf import find_shelved
from web.days import read_day
from web.owners import owned, owner_names
from web.paging import page_of
from web.routing import endpoint

blueprint = Blueprint("regimes", __name__, url_prefix="/regimes")
PAGE_CODES = ("regime.kind.", "regime.frequency.")
"""What the pages word by themselves."""
LINES = ("reporters", "templates")
"""Keys whose items are typed a line each."""
FREQUENCIES = ("daily", "week", "month", "quarter", "half_year", "nine_months", "year", "event")
TEXTS = ("code", "name", "kind", "field", "issuer", "receiver", "method", "window", "notes")
DAYS = ("valid_from", "valid_to")


def subject_of_regime(session: Session, actor: Actor, regime: str) -> Subject:
    """Whether a regime is a record of the actor's agency."""
    kept = regimes.get_regime(session, regime)
    return owned(session, actor, kept.agency)


@endpoint(blueprint, "", action="library.show")
def index(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """All regimes, or those looked for."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("q", "kind", "field")}
    every = regimes.find_regimes(session)
    found = regimes.find_regimes(session, asked["q"], kind=asked["kind"], field=asked["field"])
    fields = sorted({kept.regime.field for kept in every} - {""})
    return render_template("regimes/index.html", page=page_of(found), asked=asked, fields=fields, kinds=KINDS)


@endpoint(blueprint, "/new", action="regime.add")
def new(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """An empty record to fill in."""
    return _form(None, 0, {}, [])


@endpoint(blueprint, "/new", action="regime.add", methods=["POST"])
def add(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Keep a new record as the actor's agency's."""
    return _save(session, None, 0, actor, now)


@endpoint(blueprint, "/<path:regime>/edit", action="regime.keep", subject=subject_of_regime)
def edit(session: Session, actor: Actor, now: datetime, regime: str) -> ResponseReturnValue:
    """A record to change."""
    kept = regimes.get_regime(session, regime)
    return _form(kept.regime, kept.revision, {}, [])


@endpoint(blueprint, "/<path:regime>/edit", action="regime.keep", methods=["POST"], subject=subject_of_regime)
def save(session: Session, actor: Actor, now: datetime, regime: str) -> ResponseReturnValue:
    """Keep what was changed."""
    base = request.form.get("revision", default=0, type=int)
    return _save(session, regimes.get_regime(session, regime).regime, base, actor, now)


@endpoint(blueprint, "/<path:regime>/file", action="library.show")
def export(session: Session, actor: Actor, now: datetime, regime: str) -> ResponseReturnValue:
    """The file of a regime."""
    file = write_regime(regimes.get_regime(session, regime).regime)
    name = quote(regime.replace("/", "-"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}.json"}
    return Response(file, mimetype="application/json", headers=headers)


@endpoint(blueprint, "/<path:regime>", action="library.show")
def show(session: Session, actor: Actor, now: datetime, regime: str) -> ResponseReturnValue:
    """All that a regime states, with its templates."""
    kept = regimes.get_regime(session, regime)
    owner, before = owner_names(session, kept.agency)
    return render_template(
        "regimes/show.html",
        kept=kept,
        regime=kept.regime,
        owner=owner,
        owner_before=before,
        templates=[(code, find_shelved(session, code)) for code in kept.regime.templates],
        subject=subject_of_regime(session, actor, regime),
    )


def _save(
    session: Session, before: Regime | None, base: int, actor: Actor, now: datetime
) -> ResponseReturnValue:
    try:
        regime, findings = data_to_regime(_typed(before))
        if regime is None:
            raise Invalid(findings)
        agency = actor.agency
        regimes.save_regime(session, regime, base=base, agency=agency, actor=actor.login, now=now)
    except Invalid as refused:
        return _form(before, base, request.form, refused.findings), 422
    flash(gettext("Đã lưu chế độ báo cáo %(code)s.", code=regime.code))
    return redirect(url_for("regimes.show", regime=regime.code))


def _typed(before: Regime | None) -> dict[str, Any]:
    """The regime that the form says, in the shape of its file."""
    form = request.form
    data: dict[str, Any] = {"format": "bieumau-regime/1"}
    data |= {name: form[name].strip() for name in TEXTS if form.get(name, "").strip()}
    if before:
        data["code"] = before.code
    data |= {name: _lines(name) for name in LINES}
    data |= {name: read_day(form[name]).isoformat() for name in DAYS if form.get(name, "").strip()}
    data["legal_basis"] = [_basis(line) for line in _lines("legal_basis")]
    data["deadlines"] = [
        {"who": who.strip(), "by": by.strip()}
        for who, _, by in (line.partition(":") for line in _lines("deadlines"))
    ]
    data["frequencies"] = form.getlist("frequencies")
    data["specialised"] = "specialised" in form
    if form.get("approval_number", "").strip():
        data["approval"] = {
            "number": form["approval_number"].strip(),
            "date": read_day(form.get("approval_date", "")).isoformat(),
            "by": form.get("approval_by", "").strip(),
        }
    return data


def _lines(name: str) -> list[str]:
    return [line.strip() for line in request.form.get(name, "").splitlines() if line.strip()]


def _basis(line: str) -> dict[str, str]:
    """`01/2020/TT-VPCP; 21/10/2020; tên văn bản`: what follows the number may be left out."""
    number, _, rest = line.partition(";")
    day, _, title = rest.partition(";")
    basis = {"number": number.strip()}
    if day.strip():
        basis["date"] = read_day(day).isoformat()
    return basis | ({"title": title.strip()} if title.strip() else {})


def _form(regime: Regime | None, revision: int, typed: Any, findings: Any) -> str:
    return render_template(
        "regimes/edit.html",
        regime=regime,
        revision=revision,
        typed=typed,
        findings=findings,
        kinds=KINDS,
        frequencies=FREQUENCIES,
    )
