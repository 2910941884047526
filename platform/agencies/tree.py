"""The agency tree of one day, as a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from core.errors import NotFound
from expr.text import fold


@dataclass(frozen=True, slots=True)
class Node:
    """An agency as it was on the tree's day."""

    id: int
    code: str
    name: str
    level: str
    level_name: str
    parent: int | None
    sort_key: str


@dataclass(frozen=True)
class Tree:
    """All agencies of a day with their attributes; lists come in the Vietnamese order of names.

    `closed` holds agencies that were asked for although they were gone by that day, as they last were, or
    were yet to come, as they first were. They are found by id and by code, and stand in no list.
    """

    on: date
    nodes: Mapping[int, Node]
    attributes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    closed: Mapping[int, Node] = field(default_factory=dict)

    def __getitem__(self, agency: int) -> Node:
        return self.nodes.get(agency) or self.closed[agency]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    @cached_property
    def _by_code(self) -> Mapping[str, Node]:
        return {node.code: node for node in (*self.closed.values(), *self)}

    @cached_property
    def _below(self) -> Mapping[int | None, list[Node]]:
        below: dict[int | None, list[Node]] = {}
        for node in sorted(self, key=lambda node: node.sort_key):
            below.setdefault(node.parent, []).append(node)
        return below

    def with_code(self, code: str) -> Node:
        """The agency that bore `code` on this day."""
        if code not in self._by_code:
            raise NotFound("agency.unknown_code", code=code, on=self.on)
        return self._by_code[code]

    def children(self, agency: int | None) -> list[Node]:
        """The agencies directly below; of None, the roots."""
        return self._below.get(agency, [])

    def descendants(self, agency: int | None, level: str | None = None) -> Iterator[Node]:
        """All agencies below, parents before children, or those of one level."""
        stack = self.children(agency)[::-1]
        while stack:
            node = stack.pop()
            stack += self.children(node.id)[::-1]
            if level is None or node.level == level:
                yield node

    def ancestors(self, agency: int) -> Iterator[Node]:
        """The agencies above, the nearest first."""
        above = self.nodes.get(self[agency].parent or 0)
        while above is not None:
            yield above
            above = self.nodes.get(above.parent or 0)

    def matching(self, text: str) -> list[Node]:
        """Agencies whose name holds `text` (marks and case aside), or whose code it is."""
        wanted = fold(text)
        return [node for node in self.descendants(None) if wanted in fold(node.name) or node.code == text]
