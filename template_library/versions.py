"""Versions: frozen states of templates, in force from a day on until a later one is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import insert_new, lock_row
from core.errors import Invalid, NotFound
from core.plugins import known_functions
from engine.canonical import content_hash
from engine.findings import Finding, has_errors
from engine.form import Form
from engine.program import Program, compile_form
from engine.stored import restore, store
from expr.signatures import Functions
from template_library.examples import check_template
from template_library.fileformat import read_template, template_to_data, write_template
from template_library.models import Template, Version
from template_library.shelf_models import TemplateMove


def publish(
    session: Session,
    form: Form,
    *,
    actor: str,
    now: datetime,
    effective_from: date,
    others: Mapping[str, Form] | None = None,
) -> Version:
    """A frozen version of `form`, its rules printed from their trees; refused while a check finds an error.

    Content that was published before gives the version it has, with the day it came in force then.
    """
    before = last_form(session, form.header.code)
    program, findings = check_template(form, others, known_functions(), before)
    if has_errors(findings):
        raise Invalid(findings)
    form = program.canonical()
    code, digest = form.header.code, content_hash(template_to_data(form))
    insert_new(session, Template, [{"code": code}])
    lock_row(session, Template, code)  # versions are numbered one after the other
    known = session.scalars(select(Version).filter_by(template_code=code, content_hash=digest)).one_or_none()
    if known:
        return known
    last = session.scalar(select(func.max(Version.number)).filter_by(template_code=code))
    version = Version(
        template_code=code,
        number=(last or 0) + 1,
        name=form.header.name,
        effective_from=effective_from,
        content_hash=digest,
        file=write_template(form),
        compiled=store(compile_form(form, others, program.functions)),
        published_at=now,
        published_by=actor,
    )
    session.add(version)
    session.flush()
    return version


def last_form(session: Session, code: str) -> Form | None:
    """The form of a template as it was published last, None before that."""
    versions = select(Version).filter_by(template_code=code).order_by(Version.number.desc())
    last = session.scalars(versions.limit(1)).one_or_none()
    return None if last is None else load_form(last)


def find_version(session: Session, code: str, *, on: date) -> Version:
    """The version of a template in force on a day; one withdrawn by then gives way to those before."""
    withdrawn = select(TemplateMove.version_id).filter_by(template_code=code, name="withdraw")
    gone = withdrawn.where(TemplateMove.since <= on)
    versions = select(Version).filter_by(template_code=code).where(Version.id.not_in(gone))
    in_force = versions.where(Version.effective_from <= on)
    found = session.scalars(
        in_force.order_by(Version.effective_from.desc(), Version.number.desc()).limit(1)
    ).one_or_none()
    if found:
        return found
    if session.scalars(versions.limit(1)).first():
        raise NotFound("template.not_in_force", template=code, on=on)
    raise NotFound("template.unknown", template=code)


def find_numbered(session: Session, code: str, number: int) -> Version:
    """The version of a template by its number; Invalid tells those there are."""
    found = session.scalars(select(Version).filter_by(template_code=code, number=number)).one_or_none()
    if found is None:
        numbers = session.scalars(
            select(Version.number).filter_by(template_code=code).order_by(Version.number)
        )
        raise Invalid(
            [Finding("template.no_number", facts={"number": str(number), "known": [*map(str, numbers)]})]
        )
    return found


def versions_after(session: Session, version: Version) -> Sequence[Version]:
    """The later versions of the same template in their order, without those that were withdrawn."""
    gone = select(TemplateMove.version_id).filter_by(template_code=version.template_code, name="withdraw")
    later = select(Version).filter_by(template_code=version.template_code)
    later = later.where(Version.number > version.number, Version.id.not_in(gone))
    return session.scalars(later.order_by(Version.number)).all()


def get_version(session: Session, version_id: int) -> Version:
    """The version of an id."""
    version = session.get(Version, version_id)
    if version is None:
        raise NotFound("version.unknown", id=str(version_id))
    return version


def load_form(version: Version) -> Form:
    """The form of a version; equal content is read once in a process."""
    return _read(version.file)


def load_program(version: Version, others: Mapping[str, Form], functions: Functions) -> Program:
    """The program of a version, from how it was stored where that still holds."""
    form = load_form(version)
    stored = restore(form, functions, version.compiled) if version.compiled and not others else None
    return stored or compile_form(form, others, functions)


@lru_cache(maxsize=256)
def _read(file: str) -> Form:
    form, findings = read_template(file)
    if form is None:
        raise Invalid(findings)
    return form
