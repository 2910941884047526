"""Who must report in a round and to whom, from the agency tree of the period's last day."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from agencies.conditions import meeting
from agencies.tree import Node, Tree
from core.errors import Invalid
from engine.findings import Finding

Flow = Literal["direct", "tree", "levels"]
"""Straight to the lead unit; through each agency between it and those who report; or level by level.

Level by level only those right below the lead unit are asked, and each passes it on itself (`cascade`).
"""
FLOWS: Sequence[Flow] = get_args(Flow)


def read_flow(text: str) -> Flow:
    """The flow of a name; straight where it is none."""
    return next((flow for flow in FLOWS if flow == text), "direct")


def receivers(tree: Tree, lead: int, scope: str, flow: Flow) -> Mapping[int, int | None]:
    """Each agency with a report in the round, and the agency it goes to; the lead unit's goes to none.

    `scope` is `children` or `level:<code>` (of the agencies below the lead unit), `level:<code>:<agency>` (of
    those below another agency), or `codes:<code>,…`; each may go on with a condition on attributes:
    `children?đơn vị.dân_số > 10000`.
    """
    members = [node for node in members_of(tree, lead, scope) if node.id != lead]
    if not members:
        raise Invalid([Finding("round.nobody", facts={"scope": scope, "lead": tree[lead].name})])
    found: dict[int, int | None] = {lead: None}
    for member in members:
        chain = {member.id: lead} if flow == "direct" else _chain(tree, member, lead)
        found |= {agency: to for agency, to in chain.items() if flow != "levels" or to == lead}
    return found


def members_of(tree: Tree, lead: int, scope: str) -> list[Node]:
    """The agencies that a scope names; after a question mark, those of them of whom a condition holds."""
    whom, asks, condition = scope.partition("?")
    named = _named(tree, lead, whom)
    return meeting(tree, named, condition) if asks else named


def _named(tree: Tree, lead: int, scope: str) -> list[Node]:
    kind, _, rest = scope.partition(":")
    match kind:
        case "children":
            return tree.children(lead)
        case "level":
            level, _, area = rest.partition(":")
            return list(tree.descendants(tree.with_code(area).id if area else lead, level))
        case "codes":
            return _present(tree, codes_of(scope))
    raise Invalid([Finding("round.scope", facts={"scope": scope})])


def codes_of(scope: str) -> list[str]:
    """The codes of agencies that a scope names one by one."""
    kind, _, rest = scope.partition("?")[0].partition(":")
    return [code.strip() for code in rest.split(",")] if kind == "codes" else []


def without_gone(tree: Tree, scope: str) -> str:
    """The scope of those who are there on the tree's day, for who goes on without the others, if any are."""
    codes = codes_of(scope)
    there = {node.code for node in tree}
    left = [code for code in codes if code in there]
    condition = scope.partition("?")[1:]
    return f"codes:{','.join(left)}{''.join(condition)}" if left else scope


def _present(tree: Tree, codes: Sequence[str]) -> list[Node]:
    """The agencies of these codes; Invalid names each that is gone, as it last was if the tree knows it."""
    there = {node.code: node for node in tree}
    names = {node.code: node.name for node in tree.closed.values()}
    gone = [
        Finding("round.agency_gone", where=code, facts={"name": names.get(code, code), "on": tree.on})
        for code in codes
        if code not in there
    ]
    if gone:
        raise Invalid(gone)
    return [there[code] for code in codes]


def _chain(tree: Tree, member: Node, lead: int) -> Mapping[int, int]:
    """Each agency from `member` up to the one below the lead unit, with the one above it."""
    above = [node.id for node in tree.ancestors(member.id)]
    if lead not in above:
        return {member.id: lead}  # not below the lead unit: it reports straight to it
    path = [member.id, *above[: above.index(lead) + 1]]
    return dict(zip(path, path[1:], strict=False))
