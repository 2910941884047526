"""What changed from one form to another, thing by thing, and what each change does to figures entered before.

*cosmetic*: nobody's figures care. *compatible*: every figure keeps its place; more or less may be asked, or
checked. *mapping*: somebody has to say what becomes of figures. *breaking*: figures lose their place. Things
are the same by id; a renamed or moved row is the same row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal, TypeAlias, get_args

from engine.form import CellOverride, Column, Example, Form, Header, OutlinePart, Row, Section
from expr.text import fold
from template_library.impacts import ASPECTS, Impact, of_adding, of_removing

Kind = Literal["template", "section", "column", "row", "cell", "rule", "part", "example"]
IMPACTS: Sequence[Impact] = get_args(Impact)
"""From the lightest to the heaviest."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change of one thing. `section` and `id` say of which, `name` what people call it.

    `what` is `added`, `removed`, `replaced`, `moved`, `reordered` or the aspect that changed from the fact
    `old` to `new`. `becomes` is the id of what seems to stand in the place of a thing that is gone.
    """

    what: str
    impact: Impact
    kind: Kind
    section: str
    id: str
    name: str
    becomes: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def compare(before: Form, after: Form) -> Sequence[Difference]:
    """Every difference: of the template, its sections, then within each section; ending with its examples."""
    old, new = ({example.name: example for example in form.examples} for form in (before, after))
    was, now = ({section.id: (section, "") for section in form.sections} for form in (before, after))
    within = (
        difference
        for section in after.sections
        if section.id in before.section_by_id
        for difference in _within(before.section_by_id[section.id], section)
    )
    return [
        *_aspects("template", before.header, after.header),
        *_aspects("template", before, after),
        *_things("section", before.section_by_id, after.section_by_id),
        *_moves("section", was, now, ""),
        *within,
        *_things("example", old, new),
    ]


def heaviest(differences: Sequence[Difference]) -> Impact:
    """What all of them together do; cosmetic where there are none."""
    return max((each.impact for each in differences), key=IMPACTS.index, default="cosmetic")


def label(thing: object) -> str:
    """What people call a thing: `1.1 (Chứng thực)`, a code, a place."""
    match thing:
        case Form():
            return label(thing.header)
        case Header(code=code):
            return code
        case Example(name=name):
            return name
        case CellOverride(row=row, column=column):
            return f"[{row};{column}]"
        case Section() | OutlinePart() | Column() | Row():
            number = getattr(thing, "ordinal", "") or thing.code
            return f"{number} ({thing.title})" if thing.title else number
    return str(getattr(thing, "code", ""))


def _within(old: Section, new: Section) -> Iterator[Difference]:
    trees: Sequence[tuple[Kind, Tree, Tree]] = (
        ("column", _placed(old.columns), _placed(new.columns)),
        ("row", _placed(old.rows.items), _placed(new.rows.items)),
        ("part", _placed(old.parts), _placed(new.parts)),
    )
    for kind, before, after in trees:
        yield from _things(kind, _bare(before), _bare(after), new.id)
        yield from _moves(kind, before, after, new.id)
    was, now = ({rule.id: rule for rule in section.rules} for section in (old, new))
    yield from _things("rule", was, now, new.id)
    rows, columns = old.row_by_id.keys() & new.row_by_id, old.column_by_id.keys() & new.column_by_id
    for row, column in dict.fromkeys((*new.overrides, *old.overrides)):
        if row in rows and column in columns:
            bare = CellOverride(row, column)
            before_it, after_it = (each.overrides.get((row, column), bare) for each in (old, new))
            yield from _aspects("cell", before_it, after_it, new.id, f"{row}/{column}")


Tree: TypeAlias = Mapping[str, tuple[Any, str]]
"""By id: a thing and the id of the one above."""


def _placed(items: Sequence[Column] | Sequence[Row] | Sequence[OutlinePart], above: str = "") -> Tree:
    found: dict[str, tuple[Any, str]] = {}
    for item in items:
        found[item.id] = (item, above)
        found |= _placed(item.children, item.id)
    return found


def _bare(tree: Tree) -> Mapping[str, Any]:
    return {ident: thing for ident, (thing, _) in tree.items()}


def _aspects(kind: Kind, old: Any, new: Any, section: str = "", ident: str = "") -> Iterator[Difference]:
    for name, judge in ASPECTS[kind].items():
        before, after = _aspect(old, name), _aspect(new, name)
        if before != after:
            facts = {"old": before, "new": after}
            what = name.rpartition(".")[2] if name.startswith("properties.") else name
            yield Difference(what, judge(before, after), kind, section, ident, label(new), facts=facts)


def _aspect(thing: Any, name: str) -> Any:
    """The value of an aspect; of children, only whether there are any."""
    for part in name.split("."):
        thing = getattr(thing, part, None)
    return bool(thing) if name == "children" else thing


def _things(
    kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], section: str = ""
) -> Iterator[Difference]:
    """What came, what changed, what is gone."""
    gone = {ident: thing for ident, thing in before.items() if ident not in after}
    come = {ident: thing for ident, thing in after.items() if ident not in before}
    pairs = dict(_pairs(gone, come))
    for ident, thing in after.items():
        if ident in before:
            yield from _aspects(kind, before[ident], thing, section, ident)
        elif ident not in pairs.values():
            yield Difference("added", of_adding(thing), kind, section, ident, label(thing))
    for ident, thing in gone.items():
        if ident in pairs:
            impact = min(of_removing(thing), "mapping", key=IMPACTS.index)
            facts = {"new": label(after[pairs[ident]])}
            yield Difference("replaced", impact, kind, section, ident, label(thing), pairs[ident], facts)
        else:
            yield Difference("removed", of_removing(thing), kind, section, ident, label(thing))


def _pairs(gone: Mapping[str, Any], come: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is gone and what seems to have come in its place: of the same code, else of the same title."""
    gone, come = dict(gone), dict(come)
    for name in ("code", "title"):
        by_name: dict[str, list[str]] = {}
        for ident, thing in come.items():
            by_name.setdefault(fold(getattr(thing, name, "")), []).append(ident)
        for ident, thing in list(gone.items()):
            words = fold(getattr(thing, name, ""))
            same = by_name.pop(words, []) if words else []
            if len(same) == 1:
                del gone[ident], come[same[0]]
                yield ident, same[0]


def _moves(kind: Kind, before: Tree, after: Tree, section: str) -> Iterator[Difference]:
    """Things that stand elsewhere: below another one, or in another order among those they stand with."""
    stayed: dict[str, list[str]] = {}
    for ident, (thing, parent) in after.items():
        if ident not in before:
            continue
        if before[ident][1] == parent:
            stayed.setdefault(parent, []).append(ident)
        else:
            yield Difference("moved", "compatible", kind, section, ident, label(thing))
    place = {ident: number for number, ident in enumerate(before)}
    for now in stayed.values():
        then = sorted(now, key=lambda ident: place[ident])
        blocks = SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks() if then != now else []
        kept = {ident for block in blocks for ident in now[block.b : block.b + block.size]}
        for ident in now if blocks else ():
            if ident not in kept:
                yield Difference("reordered", "cosmetic", kind, section, ident, label(after[ident][0]))
