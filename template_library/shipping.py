"""Packages in and out of the library: what is exported of it, and what an import does to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core import audit
from engine.form import Form
from template_library.drafts import save_draft
from template_library.fileformat import write_template
from template_library.models import Draft
from template_library.packages import Package, write_package
from template_library.regime_file import write_regime
from template_library.regimes import find_regimes, get_regime, save_regime
from template_library.shelf_models import RegimeRecord
from template_library.versions import find_version, last_form


def export_package(session: Session, templates: Collection[str], *, on: date) -> bytes:
    """A package of the templates' versions in force on a day, with the regimes that ask with them."""
    versions = [find_version(session, code, on=on).file for code in sorted(templates)]
    asked = {
        kept.regime.code: kept.regime for code in templates for kept in find_regimes(session, template=code)
    }
    return write_package(versions, [write_regime(asked[code]) for code in sorted(asked)])


@dataclass(frozen=True)
class Arrived:
    """What an import did: drafts made, templates that are published just so, regimes kept, passed over."""

    drafts: Sequence[str]
    unchanged: Sequence[str]
    regimes: Sequence[str]
    kept_back: Sequence[str]


def import_package(
    session: Session, package: Package, *, agency: int | None, actor: str, now: datetime
) -> Arrived:
    """Each form becomes a draft to be looked at and published; regimes that are not known come in.

    A draft that somebody works on and a regime that is there stay as they are.
    """
    drafts, unchanged, kept_back = [], [], []
    for form in package.forms.values():
        code = form.header.code
        if _is_published(session, form):
            unchanged.append(code)
        elif session.get(Draft, code):
            kept_back.append(code)
        else:
            save_draft(session, form, base=0, agency=agency, actor=actor, now=now)
            drafts.append(code)
    regimes = []
    for regime in package.regimes.values():
        if session.get(RegimeRecord, regime.code) is None:
            save_regime(session, regime, base=0, agency=agency, actor=actor, now=now)
            regimes.append(regime.code)
        elif get_regime(session, regime.code).regime != regime:
            kept_back.append(regime.code)
    facts = {"drafts": len(drafts), "regimes": len(regimes)}
    audit.record(session, actor, "package.import", "package", now=now, **facts)
    return Arrived(*map(sorted, (drafts, unchanged, regimes, kept_back)))


def _is_published(session: Session, form: Form) -> bool:
    last = last_form(session, form.header.code)
    return last is not None and write_template(last) == write_template(form)
