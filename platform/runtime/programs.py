"""The compiled form of a version with the templates its rules name, compiled once in a process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.plugins import known_functions
from engine.form import Form
from engine.formulas import OVER_CHILDREN
from engine.merging import named_forms
from engine.program import Program, compile_form
from engine.rollup.share import part_of, whole_for
from expr import nodes
from expr.parser import parse
from runtime.gathering import gathers, rows_of
from runtime.models import Report
from template_library.models import Version
from template_library.versions import get_version, load_form, load_program

_NAMED: dict[str, Sequence[str]] = {}
_COMPILED: dict[tuple[object, ...], Program] = {}
_SHARED: dict[tuple[object, ...], Program] = {}


@dataclass(frozen=True)
class Needs:
    """What the rules of a form read besides the reports before it, which every check compares with."""

    back: int
    year_to_date: bool
    children: bool


def program_of(session: Session, version_id: int) -> Program:
    """The program of a frozen version; other templates stand in it as they were published last."""
    version = get_version(session, version_id)
    others = _others(session, version)
    functions = known_functions()
    key = (functions, version.content_hash, *(other.content_hash for other in others))
    if key not in _COMPILED:
        _COMPILED[key] = load_program(version, _forms(others), functions)
    return _COMPILED[key]


def program_for(session: Session, report: Report) -> Program:
    """The program of a report: of its version, or of its agency's part where agencies share a form."""
    program = program_of(session, report.version_id)
    if report.rows is None:
        return program
    rows = rows_of(report)
    whole = gathers(report)
    version = get_version(session, report.version_id)
    others = _others(session, version)
    key = (program.functions, version.content_hash, *(each.content_hash for each in others), rows, whole)
    if key not in _SHARED:
        form = (whole_for if whole else part_of)(program, rows)
        _SHARED[key] = compile_form(form, _forms(others), program.functions)
    return _SHARED[key]


@lru_cache(maxsize=256)
def needs_of(program: Program) -> Needs:
    """What must be gathered before the program can run."""
    trees = [rule.tree for rule in program.rules]
    times = [found.source.time for tree in trees for found in nodes.references(tree) if found.source.time]
    calls = {
        node.name
        for tree in trees
        for part in nodes.parts(tree)
        for node in nodes.walk(part)
        if isinstance(node, nodes.Call)
    }
    return Needs(
        max((time.back for time in times), default=1),
        "lũy_kế" in calls,
        not calls.isdisjoint(OVER_CHILDREN),
    )


def _named(form: Form) -> Iterator[str]:
    """The forms that rules name; sections of this one may be among them."""
    for section in form.sections:
        for rule in section.rules:
            tree = parse(rule.text).rule
            for reference in nodes.references(tree) if tree else ():
                if reference.source.form is not None:
                    yield reference.source.form.text


def _others(session: Session, version: Version) -> list[Version]:
    """The templates that the rules and prepared texts of a version name, as they were published last."""
    if version.content_hash not in _NAMED:
        form = load_form(version)
        named = () if version.compiled else _named(form)
        _NAMED[version.content_hash] = sorted({*named, *named_forms(form)})
    codes = _NAMED[version.content_hash]
    return _latest(session, codes) if codes else []


def _forms(versions: Sequence[Version]) -> dict[str, Form]:
    return {version.template_code: load_form(version) for version in versions}


def _latest(session: Session, codes: Sequence[str]) -> list[Version]:
    found = session.scalars(select(Version).where(Version.template_code.in_(codes)).order_by(Version.number))
    latest = {version.template_code: version for version in found}
    return [latest[code] for code in sorted(latest)]
