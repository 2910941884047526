"""Who came after whom, and whose figures make up whose.

An agency keeps its identity through a reform when all of it, and nothing else, goes on as one agency.
Whatever was joined or divided ends, and new agencies begin: the figures of one agency are always those of one
territory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from agencies.tree import Node, Tree

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Link:
    """On a day `predecessor` ended, and `share` of it went into `successor`; None where nobody knows."""

    predecessor: int
    successor: int
    on: date
    share: Decimal | None = WHOLE
    is_default: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """What an agency gives to, or takes from, the agency that was asked about.

    `is_default` when every division on the way counts it as the main one.
    """

    agency: int
    share: Decimal | None
    is_default: bool


@dataclass(frozen=True)
class Succession:
    """All links, in any order."""

    links: Sequence[Link]

    @cached_property
    def before(self) -> Mapping[int, Sequence[Link]]:
        """The links that lead into each agency."""
        found: dict[int, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.successor, []).append(link)
        return found

    @cached_property
    def after(self) -> Mapping[int, Sequence[Link]]:
        """The links that lead out of each agency."""
        found: dict[int, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.predecessor, []).append(link)
        return found

    def predecessors(self, agency: int, on: date) -> list[Part]:
        """The agencies of an earlier day whose figures make up the agency's; itself when it was there."""
        found: dict[int, Part] = {}
        self._collect_before(found, Part(agency, WHOLE, True), on, date.max)
        return list(found.values())

    def successors(self, agency: int, on: date) -> list[Part]:
        """The agencies of a later day among which the agency was divided; itself when it is still there."""
        found: dict[int, Part] = {}
        self._collect_after(found, Part(agency, WHOLE, True), date.min, on)
        return list(found.values())

    def _collect_before(self, found: dict[int, Part], part: Part, on: date, until: date) -> None:
        links = [link for link in self.before.get(part.agency, ()) if on < link.on < until]
        for link in links:
            self._collect_before(found, _through(part, link, link.predecessor), on, link.on)
        if not links:
            _add(found, part)

    def _collect_after(self, found: dict[int, Part], part: Part, since: date, on: date) -> None:
        links = [link for link in self.after.get(part.agency, ()) if since < link.on <= on]
        for link in links:
            self._collect_after(found, _through(part, link, link.successor), link.on, on)
        if not links:
            _add(found, part)


def divided(parts: Sequence[Part]) -> bool:
    """Whether figures of `parts` cannot be added up, for some was divided and its share is not known."""
    return any(part.share is None for part in parts)


def who_answers(succession: Succession, tree: Tree, agency: int) -> Node | None:
    """Who answers on the tree's day for the figures of an agency: itself, or its main successor.

    None where it was abolished and nobody came after it, as the districts were in 2025.
    """
    for part in succession.successors(agency, tree.on):
        if part.is_default and part.agency in tree.nodes:
            return tree[part.agency]
    return None


def _through(part: Part, link: Link, agency: int) -> Part:
    share = None if part.share is None or link.share is None else part.share * link.share
    return Part(agency, share, part.is_default and link.is_default)


def _add(found: dict[int, Part], part: Part) -> None:
    """An agency may be reached on several ways; what comes on each adds up."""
    other = found.get(part.agency)
    if other:
        share = None if other.share is None or part.share is None else other.share + part.share
        part = Part(part.agency, share, other.is_default or part.is_default)
    found[part.agency] = part
