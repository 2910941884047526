"""In which order formulas are computed, across sections; or the cells that wait for each other."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from engine.formulas import Fill, reads
from engine.sheet import Place
from expr.names import Directory


def in_order(fills: Mapping[Place, Fill], directory: Directory) -> tuple[list[Fill], list[Place]]:
    """(fills with each after what it reads, the cells of a cycle); cells on a cycle make the order empty."""
    graph = {
        place: [needed for needed in reads(fill, directory) if needed in fills]
        for place, fill in fills.items()
    }
    try:
        return [fills[place] for place in TopologicalSorter(graph).static_order()], []
    except CycleError as error:
        cycle: list[Place] = error.args[1]
        return [], cycle
