"""Documents read and compiled, each state once: a save, its review and the next save ask for the same one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import VIETNAM
from core.plugins import known_functions
from designer.document import Document, walk
from engine.form import Form
from engine.layout import Layout
from engine.program import Program, compile_form
from expr.signatures import Functions
from template_library.fileformat import data_to_template
from template_library.models import Version
from template_library.versions import find_version, load_form

MOST_KEPT = 16
_FORMS: dict[str, Form | None] = {}
_PROGRAMS: dict[tuple[object, ...], Program] = {}


def digest(document: Document) -> str:
    """The same for the same document."""
    return sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def form_of(document: Document) -> Form | None:
    """The form that a document holds; None where it is no template."""
    key = digest(document)
    if key not in _FORMS:
        form = data_to_template(document)[0]
        _make_room(_FORMS)
        _FORMS[key] = form
    return _FORMS[key]


@dataclass(frozen=True)
class Compiler:
    """What rules are compiled against: the templates they may name, the functions they may call."""

    others: Mapping[str, Form] = field(default_factory=dict)
    functions: Functions | None = None

    def names(self, document: Document) -> Program | None:
        """The form with its name tables, none of its rules read."""
        form = form_of(document)
        layouts = {code: Layout(other) for code, other in self.others.items()}
        return Program(form, Layout(form), self.functions or known_functions(), layouts) if form else None

    def program(self, document: Document) -> Program | None:
        """The form compiled."""
        key = (digest(document), *sorted((code, id(form)) for code, form in self.others.items()))
        if key not in _PROGRAMS:
            form = form_of(document)
            if form is None:
                return None
            _make_room(_PROGRAMS)
            _PROGRAMS[key] = compile_form(form, self.others, self.functions or known_functions())
        return _PROGRAMS[key]


def compiler_for(session: Session, document: Document, now: datetime) -> Compiler:
    """The compiler with those of the forms in force today that the texts of rules mention."""
    on = now.astimezone(VIETNAM).date()
    texts = "\n".join(str(node.get("text")) for kind, node, _section in walk(document) if kind == "rule")
    codes = session.scalars(select(Version.template_code).where(Version.effective_from <= on).distinct())
    named = [code for code in codes if code in texts]
    others = {code: load_form(find_version(session, code, on=on)) for code in named}
    return Compiler(others, known_functions())


def _make_room(kept: dict[Any, Any]) -> None:
    while len(kept) >= MOST_KEPT:
        kept.pop(next(iter(kept)), None)
