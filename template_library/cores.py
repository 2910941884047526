"""A locked core: a copy of a template may add rows of its own and say whose form it is, no more."""

from collections.abc import Mapping, Sequence

from engine.findings import Finding
from engine.form import Form, Rule
from engine.program import compile_form
from expr import nodes
from template_library.compare import Difference, compare

OF_ITS_OWN = frozenset({"code", "name", "field", "addressee", "notes", "layout", "legal_basis", "headline"})
"""Aspects of the whole template that a copy states for itself."""


def departures(core: Form, form: Form) -> Sequence[Finding]:
    """A finding for each change of the core itself; rows added to it, with checks of them, are none.

    A rule of the core may be spelled anew, as it is when rows around it are; its tree is over ids.
    """
    changes = [each for each in compare(core, form) if not _is_local(each, form)]
    if any(each.what == "text" and each.kind == "rule" for each in changes):
        before, now = _trees(core), _trees(form)
        changes = [each for each in changes if not _means_the_same(each, before, now)]
    return [_finding(each, form) for each in changes]


Trees = Mapping[tuple[str, str], nodes.Rule]


def _trees(form: Form) -> Trees:
    return {(rule.section, rule.rule.id): rule.tree for rule in compile_form(form).rules}


def _means_the_same(change: Difference, before: Trees, now: Trees) -> bool:
    key = (change.section, change.id)
    return change.kind == "rule" and change.what == "text" and key in before and before[key] == now.get(key)


def _is_local(change: Difference, form: Form) -> bool:
    match change.kind:
        case "template":
            return change.what in OF_ITS_OWN
        case "example":
            return True
        case "rule":
            return change.what == "added" and not _rule(form, change).computed
        case "row":
            return change.what == "added"
    return False


def _rule(form: Form, change: Difference) -> Rule:
    return next(rule for rule in form.section_by_id[change.section].rules if rule.id == change.id)


def _finding(change: Difference, form: Form) -> Finding:
    section = form.section_by_id.get(change.section)
    facts = {"name": change.name}
    return Finding("core.locked", facts=facts, section=section.code if section else "", variant=change.kind)
