"""The earlier periods that rules read: figures are made up for them first, so that such rules are tried."""

from collections.abc import Iterator, Mapping, Sequence

from engine.program import CompiledRule, Program
from expr import nodes
from runtime.periods import NUMBERED, Period, period_of, previous, same_period_last_year

TO_DATE = "lũy_kế"


def periods_read(program: Program, period: Period) -> Sequence[Period]:
    """The earlier periods that the rules of a form read, the earliest first."""
    read = [each for rule in program.rules for each in _read(rule.tree, period).values()]
    found = {(each.start, each.end): each for each in read if each}
    return [found[key] for key in sorted(found)]


def untried(program: Program, period: Period, tried: Sequence[Period]) -> Iterator[CompiledRule]:
    """The rules that read what a rehearsal lacks: other forms, other agencies, periods not `tried`."""
    for rule in program.rules:
        sources = [reference.source for reference in nodes.references(rule.tree)]
        elsewhere = any(source.form is not None or source.agency is not None for source in sources)
        if elsewhere or not all(each in tried for each in _read(rule.tree, period).values()):
            yield rule


def _read(tree: nodes.Rule, period: Period) -> Mapping[str, Period | None]:
    """The periods a rule reads, by how it calls them; None for one that cannot be told."""
    found: dict[str, Period | None] = {}
    for reference in nodes.references(tree):
        time = reference.source.time
        if time is None:
            continue
        if time.kind == "previous":
            span: Period | None = period
            for back in range(1, time.back + 1):
                span = previous(span) if span else None
                found[f"back {back}"] = span
        elif period.frequency in NUMBERED:
            is_same = time.kind == "same_period_last_year"
            year = period.year - 1
            found[time.kind] = same_period_last_year(period) if is_same else period_of("year", year, 1)
        else:
            found[time.kind] = None
    calls = (node for part in nodes.parts(tree) for node in nodes.walk(part) if isinstance(node, nodes.Call))
    if any(call.name == TO_DATE for call in calls):
        if period.frequency in NUMBERED:
            numbers = range(1, period.number)
            found |= {f"number {n}": period_of(period.frequency, period.year, n) for n in numbers}
        else:
            found[TO_DATE] = None
    return found
