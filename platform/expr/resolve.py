"""From names as typed to ids, with every fault of naming: unknown, ambiguous, reversed, misplaced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from expr import nodes
from expr.faults import Fault
from expr.hints import near_misses
from expr.names import Axis, Directory, FormNames, Index, Named, SectionNames
from expr.nodes import Between, Call, Children, Name, Node, One, Parent, Reference, Selector, Several
from expr.signatures import Functions, built_in

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Resolved:
    """The tree over ids, or what keeps the names from being found."""

    rule: nodes.Rule | None
    faults: tuple[Fault, ...] = ()


def resolve(
    rule: nodes.Rule, directory: Directory, section: SectionNames, functions: Functions | None = None
) -> Resolved:
    """`rule`, written in `section`, with ids for names and canonical names for functions."""
    work = _Resolver(directory, section, functions or built_in())
    found = work.rule(rule)
    return Resolved(None if work.faults else found, tuple(work.faults))


class _Resolver:
    def __init__(self, directory: Directory, section: SectionNames, functions: Functions) -> None:
        self.directory = directory
        self.section = section
        self.functions = functions
        self.faults: list[Fault] = []

    def fault(
        self, code: str, at: Any, detail: str = "", suggestions: Sequence[str] = (), **facts: Any
    ) -> None:
        if suggestions:
            facts["suggestions"] = list(suggestions)
            detail = detail or "near"
        self.faults.append(Fault(code, at.start, at.end, detail, facts, tuple(suggestions)))

    def rule(self, rule: nodes.Rule) -> nodes.Rule:
        statement = self.node(rule.statement)
        when = self.node(rule.when) if rule.when else None
        narrowings = tuple(self.narrowing(n) for n in rule.narrowings)
        done = replace(rule, statement=statement, when=when, narrowings=narrowings)
        self.faults.extend(_shape_faults(done, self.section))
        return done

    def narrowing(self, narrowing: nodes.Narrowing) -> nodes.Narrowing:
        picks = self.selector(narrowing.picks, narrowing.axis, self.section)
        return replace(narrowing, picks=picks)

    def node(self, node: Node, *, sets: bool = False) -> Node:
        if isinstance(node, Reference):
            return self.reference(node, sets)
        if isinstance(node, Call):
            return self.call(node)
        below = nodes.PARTS[type(node)]
        if not below:
            return node
        return type(node)(
            *[
                self.below(value) if name in below else value
                for name in type(node).__match_args__
                for value in (getattr(node, name),)
            ]
        )

    def below(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple([self.node(part) for part in value])
        return None if value is None else self.node(value)

    def call(self, call: Call) -> Node:
        signature = self.functions.find(call.name)
        if signature is None:
            near = near_misses(call.name, self.functions.spellings())
            self.fault("E_FUNC", call, suggestions=near, found=call.name)
            return replace(call, arguments=tuple(self.node(a, sets=True) for a in call.arguments))
        if not signature.accepts(len(call.arguments)):
            least, most = signature.least, len(signature.arguments)
            detail = "least" if signature.repeats else "exact" if least == most else ""
            facts: dict[str, Any] = {
                "function": signature.name,
                "least": least,
                "most": most,
                "found": len(call.arguments),
            }
            self.fault("E_ARITY", call, detail, **facts)
        arguments = []
        for position, argument in enumerate(call.arguments):
            kind = signature.kind(position)
            arguments.append(self.node(argument, sets=kind == "cells"))
            if kind == "reference" and not isinstance(argument, Reference):
                self.fault("E_TYPE", call, "reference", function=signature.name)
            if isinstance(argument, nodes.Criterion) and kind != "criterion":
                self.fault("E_TYPE", call, "criterion", function=signature.name)
        return replace(call, name=signature.name, arguments=tuple(arguments))

    # --- references

    def reference(self, reference: Reference, sets: bool) -> Reference:
        candidates = list(self.sections(reference))
        if not candidates:
            return reference
        tries = []
        for form, section in candidates:
            before, self.faults = self.faults, []
            tries.append((self.within(reference, form, section), self.faults))
            self.faults = before
        good = [found for found, faults in tries if not faults]
        if len(good) > 1:
            names = [section.code for _, section in candidates]
            self.fault("E_AMBIGUOUS", reference, "section", names)
        found = good[0] if good else tries[0][0]
        if not good:
            self.faults.extend(tries[0][1])
        elif not sets and (found.is_set or self.is_repeated(found)):
            self.fault("E_SET", reference)
        return found

    def is_repeated(self, reference: Reference) -> bool:
        names = self.directory.names_of(reference.source.form)
        section = names.section[reference.section]
        elsewhere = section is not self.section or reference.source.form is not None
        return section.repeats and elsewhere and reference.rows is not None

    def sections(self, reference: Reference) -> Iterator[tuple[Name | None, SectionNames]]:
        """Where a reference may lead: (other template or None, section)."""
        wanted = reference.source.form
        if wanted is None:
            yield None, self.section
            return
        own = self.directory.form
        inside = [s for s in own.sections if s.code == wanted.text]
        if inside or wanted.text == own.code:
            yield from ((None, section) for section in inside or own.sections)
            return
        code = _other_form(self.directory, wanted.text)
        if code is None:
            known = [s.code for s in own.sections] + list(self.directory.others)
            near = near_misses(wanted.text, known) or tuple(known[:_SHOWN])
            self.fault("E_FORM", wanted, suggestions=near, found=wanted.text)
            return
        name = replace(wanted, text=code)
        yield from ((name, section) for section in self.directory.others[code].sections)

    def within(self, reference: Reference, form: Name | None, section: SectionNames) -> Reference:
        rows = columns = None
        if reference.rows is not None:
            rows = self.selector(reference.rows, "row", section, reference)
        if reference.columns is not None:
            columns = self.selector(reference.columns, "column", section, reference)
        source = reference.source
        if source.form is not form:
            source = replace(source, form=form)
        return Reference(rows, columns, source, section.id, start=reference.start, end=reference.end)

    def selector(
        self,
        selector: Selector,
        axis: Axis,
        section: SectionNames,
        at: Reference | None = None,
    ) -> Selector:
        match selector:
            case One(name):
                return One(self.name(name, axis, section))
            case Between(first, last):
                found = Between(self.name(first, axis, section), self.name(last, axis, section))
                at_first, at_last = (section.place[axis].get(n.text) for n in (found.first, found.last))
                if at_first is not None and at_last is not None and at_first > at_last:
                    self.fault("E_RANGE", replace(first, end=last.end), first=first.text, last=last.text)
                return found
            case Several(picks):
                return Several(tuple(self.selector(p, axis, section) for p in picks))  # type: ignore[misc]
            case Children(Name() as of):
                row = self.name(of, axis, section)
                known_row = section.row.get(row.text)
                if known_row and known_row.kind != "open" and not section.summed_children(row.text):
                    self.fault("E_NOKIDS", of, row=of.text)
                return Children(row)
            case Children() | Parent():
                if at and not any(r.kind == "open" or section.summed_children(r.id) for r in section.rows):
                    self.fault("E_NOKIDS", at, "form", form=section.code)
        return selector

    def name(self, name: Name, axis: Axis, section: SectionNames) -> Name:
        index = section.index[axis]
        found = index.find(name.text)
        if len(found) == 1:
            return Name(found[0], start=name.start, end=name.end)
        by_id = index.by_id
        facts: dict[str, Any] = {"found": name.text, "form": section.code}
        if found:
            self.fault("E_AMBIGUOUS", name, axis, [_shown(by_id[i]) for i in found[:_SHOWN]], **facts)
        else:
            known: dict[str, Named] = {}
            for thing in by_id.values():
                for spelling in (thing.ordinal, thing.code, thing.title):
                    known.setdefault(spelling, thing)
            near = list(
                dict.fromkeys(_shown(known[m]) for m in near_misses(name.text, filter(None, known), 6))
            )
            self.fault("E_REF", name, f"{axis}_near" if near else axis, near[:_SHOWN], **facts)
        return name


def _other_form(directory: Directory, text: str) -> str | None:
    if text in directory.others:
        return text
    codes = Index(_CodeOnly(code) for code in directory.others).find(text)
    return codes[0] if len(codes) == 1 else None


@dataclass(frozen=True, slots=True)
class _CodeOnly:
    code: str
    ordinal: str = ""
    title: str = ""

    @property
    def id(self) -> str:
        return self.code


def _shown(thing: Named) -> str:
    return f"{thing.ordinal or thing.code} ({thing.title})" if thing.title else thing.code


def _shape_faults(rule: nodes.Rule, section: SectionNames) -> Iterator[Fault]:
    """Clauses and references that do not go together."""
    refs = list(nodes.references(rule))
    kinds = {reference.kind: reference for reference in reversed(refs)}
    first, second = kinds.get("row"), kinds.get("column")
    has_parent = any(isinstance(reference.rows, Parent) for reference in refs)
    if first and second:
        late = max(first, second, key=lambda reference: reference.start)
        yield Fault("E_MIX", late.start, late.end)
    for reference in refs:
        if isinstance(reference.rows, Children) and reference.rows.of is None and not has_parent:
            yield Fault("E_SCOPE", reference.start, reference.end, "children")
    for narrowing in rule.narrowings:
        runs_over = "column" if first else "row" if second else ""
        if narrowing.axis != runs_over and not (has_parent and first):
            yield Fault("E_SCOPE", narrowing.start, narrowing.end, "narrowing", {"axis": narrowing.axis})
    compares = any(
        isinstance(node, nodes.Compare | nodes.Criterion | nodes.OneOf)
        for part in nodes.parts(rule)
        for node in nodes.walk(part)
    )
    if rule.blanks and not compares:
        yield Fault("E_SCOPE", 0, 0, "clause")


def names_of(directory: Directory, reference: Reference) -> tuple[FormNames, SectionNames]:
    """The template and section that a resolved reference leads to."""
    form = directory.names_of(reference.source.form)
    return form, form.section[reference.section]
