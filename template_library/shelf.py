"""The shelf: what is published, and the forms that come with the product."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from core.errors import Invalid
from engine.form import Form
from expr.text import fold
from template_library.fileformat import read_template
from template_library.models import Draft, Version
from template_library.versions import load_form, publish


def list_versions(session: Session) -> Sequence[Version]:
    """All versions by template code and number."""
    return session.scalars(select(Version).order_by(Version.template_code, Version.number)).all()


@dataclass(frozen=True)
class Shelved:
    """A template on the shelf: its versions, the latest first, and whether somebody works on a draft."""

    code: str
    name: str
    versions: Sequence[Version]
    has_draft: bool


def shelf(session: Session, text: str = "") -> list[Shelved]:
    """Templates whose code or name holds `text` (marks and case aside), by code; in two queries."""
    drafts = {draft.template_code: json.loads(draft.file)["name"] for draft in session.scalars(select(Draft))}
    by_code: dict[str, list[Version]] = {code: [] for code in drafts}
    versions = select(Version).options(defer(Version.file)).order_by(Version.number.desc())
    for version in session.scalars(versions):
        by_code.setdefault(version.template_code, []).append(version)
    found = [
        Shelved(code, known[0].name if known else drafts[code], known, code in drafts)
        for code, known in sorted(by_code.items())
    ]
    return [each for each in found if fold(text) in fold(f"{each.code} {each.name}")]


def find_shelved(session: Session, code: str) -> Shelved | None:
    """One template with its versions and whether it has a draft; None where it has neither."""
    draft = session.get(Draft, code)
    query = select(Version).options(defer(Version.file)).filter_by(template_code=code)
    known = session.scalars(query.order_by(Version.number.desc())).all()
    if not known and draft is None:
        return None
    name = known[0].name if known else json.loads(draft.file)["name"] if draft else code
    return Shelved(code, name, known, draft is not None)


def forms_in_force(session: Session, on: date) -> dict[str, Form]:
    """The form of each template in force on a day by code, for rules that name other forms."""
    versions = select(Version).where(Version.effective_from <= on)
    latest = session.scalars(versions.order_by(Version.effective_from, Version.number))
    return {code: load_form(version) for code, version in {v.template_code: v for v in latest}.items()}


def load_seeds(session: Session, *, actor: str, now: datetime, effective_from: date) -> list[Version]:
    """Publish the forms that come with the product, as anybody publishes a file."""
    versions = []
    for file in seed_files().values():
        form, findings = read_template(file)
        if form is None:
            raise Invalid(findings)
        versions.append(publish(session, form, actor=actor, now=now, effective_from=effective_from))
    return versions


def seed_files() -> dict[str, bytes]:
    """The files of the forms that come with the product, by file name without its suffix."""
    folder = resources.files("template_library") / "seeds"
    files = sorted((file for file in folder.iterdir()), key=lambda file: file.name)
    return {file.name.removesuffix(".json"): file.read_bytes() for file in files}
