"""The shelf: what is published, and the forms that come with the product."""

from collections.abc import Sequence
from datetime import date, datetime
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Invalid
from template_library.fileformat import read_template
from template_library.models import Version
from template_library.versions import publish


def list_versions(session: Session) -> Sequence[Version]:
    """All versions by template code and number."""
    return session.scalars(select(Version).order_by(Version.template_code, Version.number)).all()


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
