"""In which order formulas are computed, across sections; or the cells that wait for each other."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from engine.formulas import Fill, reads
from engine.sheet import Place
from expr.names import Directory


def in_order(fills: Mapping[Place, Fill], directory: Directory) -> tuple[list[list[Fill]], list[Place]]:
    """(fills in groups, each after all it reads; the cells of a cycle, which leaves no order)."""
    graph = {
        place: [needed for needed in reads(fill, directory) if needed in fills]
        for place, fill in fills.items()
    }
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        cycle: list[Place] = error.args[1]
        return [], cycle
    groups = []
    while sorter.is_active():
        ready = sorter.get_ready()
        groups.append([fills[place] for place in ready])
        sorter.done(*ready)
    return groups, []
