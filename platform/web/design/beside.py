"""The figures beside a form that is tried: earlier periods and other forms, as its rules read them.

An example of the form stands for an earlier period of it, one of another form for that form's figures. What
was chosen is kept with the example that comes of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from engine.form import Example
from engine.program import Program
from expr import nodes
from runtime.programs import needs_of
from template_library.fileformat import template_to_data

BACK, FORM = "back-", "form-"


@dataclass(frozen=True)
class Beside:
    """Something that rules read besides the form's own figures: its name in the address, words, examples."""

    name: str
    told: str
    examples: Sequence[Example]


def beside(program: Program) -> Sequence[Beside]:
    """What the rules of a form read, and the period before, which every check compares with."""
    return [each for each in _read(program) if each.examples]


def _read(program: Program) -> Iterator[Beside]:
    own, needs = program.form.examples, needs_of(program)
    times = {
        reference.source.time.kind
        for rule in program.rules
        for reference in nodes.references(rule.tree)
        if reference.source.time
    }
    yield Beside("previous", _("Kỳ trước"), own)
    for back in range(2, needs.back + 1):
        yield Beside(f"{BACK}{back}", _("%(back)s kỳ trước", back=back), own)
    if "same_period_last_year" in times:
        yield Beside("same_period_last_year", _("Cùng kỳ năm trước"), own)
    if "last_year" in times:
        yield Beside("last_year", _("Cả năm trước"), own)
    if needs.year_to_date:
        yield Beside("year_to_date", _("Lũy kế các kỳ trước trong năm"), own)
    for code, layout in program.others.items():
        yield Beside(f"{FORM}{code}", _("Biểu %(code)s", code=code), layout.form.examples)


def context_beside(program: Program, chosen: Mapping[str, str]) -> Mapping[str, Any]:
    """The context of the examples that were chosen by name, in exchange form."""
    context: dict[str, Any] = {}
    for each in beside(program):
        example = next((one for one in each.examples if one.name == chosen.get(each.name)), None)
        if example is None:
            continue
        if each.name.startswith(FORM):
            code = each.name.removeprefix(FORM)
            entry = {"template": template_to_data(program.others[code].form), "figures": example.figures}
            context.setdefault("forms", {})[code] = entry
        elif each.name.startswith(BACK):
            name = f"kỳ trước({each.name.removeprefix(BACK)})"
            context.setdefault("periods", {})[name] = example.figures
        else:
            context[each.name] = [example.figures] if each.name == "year_to_date" else example.figures
    return context
