"""The compiled form of a version, compiled once in a process."""

from sqlalchemy.orm import Session

from engine.program import Program, compile_form
from template_library.versions import get_version, load_form

_COMPILED: dict[str, Program] = {}


def program_of(session: Session, version_id: int) -> Program:
    """The program of a frozen version; equal content shares one."""
    version = get_version(session, version_id)
    if version.content_hash not in _COMPILED:
        _COMPILED[version.content_hash] = compile_form(load_form(version))
    return _COMPILED[version.content_hash]
