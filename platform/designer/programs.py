"""Documents read and compiled, each state once: a save, its review and the next save ask for the same one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from threading import Lock
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import VIETNAM
from core.plugins import known_functions
from designer.document import Document, walk
from engine.form import Form
from engine.layout import Layout
from engine.program import CompiledRule, Program, compile_form
from expr import nodes
from expr.parser import parse
from expr.resolve import resolve
from expr.signatures import Functions, built_in
from template_library.fileformat import data_to_template
from template_library.models import Version
from template_library.versions import find_version, load_form

MOST_KEPT = 16
_FORMS: dict[str, tuple[Form | None]] = {}
_PROGRAMS: dict[tuple[object, ...], Program] = {}
_LOCK = Lock()
Key = TypeVar("Key")
Value = TypeVar("Value")


def digest(document: Document) -> str:
    """The same for the same document."""
    return sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def form_of(document: Document) -> Form | None:
    """The form that a document holds; None where it is no template."""
    key = digest(document)
    read = _FORMS.get(key) or _keep(_FORMS, key, (data_to_template(document)[0],))
    return read[0]


@dataclass(frozen=True)
class Compiler:
    """What rules are compiled against: the templates they may name, the functions they may call."""

    others: Mapping[str, Form] = field(default_factory=dict)
    functions: Functions = field(default_factory=built_in)

    def names(self, document: Document) -> Program | None:
        """The form with its name tables and the rules that can be read, whether they are sound or not."""
        form = form_of(document)
        if form is None:
            return None
        layouts = {code: Layout(other) for code, other in self.others.items()}
        program = Program(form, Layout(form), self.functions, layouts)
        rules = [
            CompiledRule(rule, section.id, f"sections[{i}].rules[{j}].text", partial(_itself, tree))
            for i, section in enumerate(form.sections)
            for j, rule in enumerate(section.rules)
            if (tree := read_rule(program, section.id, rule.text)) is not None
        ]
        return replace(program, rules=rules)

    def program(self, document: Document) -> Program | None:
        """The form compiled."""
        form = form_of(document)
        if form is None:
            return None
        others = sorted((code, id(other)) for code, other in self.others.items())
        key = (digest(document), id(self.functions), *others)
        known = _PROGRAMS.get(key)
        return known or _keep(_PROGRAMS, key, compile_form(form, self.others, self.functions))


def read_rule(program: Program, section: str, text: str) -> nodes.Rule | None:
    """The tree of a rule's text over the ids of a form; None where it does not read."""
    names = program.directory.form.section.get(section)
    parsed = parse(text).rule
    return resolve(parsed, program.directory, names, program.functions).rule if parsed and names else None


def _itself(tree: nodes.Rule) -> nodes.Rule:
    return tree


def compiler_for(session: Session, document: Document, now: datetime) -> Compiler:
    """The compiler with those of the forms in force today that the texts of rules mention."""
    on = now.astimezone(VIETNAM).date()
    texts = "\n".join(str(node.get("text")) for kind, node, _section in walk(document) if kind == "rule")
    codes = session.scalars(select(Version.template_code).where(Version.effective_from <= on).distinct())
    named = [code for code in codes if code in texts]
    others = {code: load_form(find_version(session, code, on=on)) for code in named}
    return Compiler(others, known_functions())


def _keep(kept: dict[Key, Value], key: Key, value: Value) -> Value:
    """Keep the latest few; several requests are answered at once."""
    with _LOCK:
        while len(kept) >= MOST_KEPT:
            del kept[next(iter(kept))]
        kept[key] = value
    return value
