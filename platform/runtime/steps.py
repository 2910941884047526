"""The way of a report from hand to hand, as one table; `workflow` walks it under the report's row lock.

A report goes forward through the steps its round uses: a short round has it submitted and accepted, a long
one approved by a leader and sent by the records clerk between. At each gate it may come back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Conflict

STATES = ("entering", "submitted", "approved", "sent", "accepted", "returned")
EDITABLE = ("entering", "returned")
"""States in which figures may be entered and summed up."""
HANDED_IN = ("submitted", "approved", "sent", "accepted")
"""States whose figures other reports may read, the better last; a draft is never read."""

PATHS = ("submit,accept", "submit,approve,accept", "submit,send,accept", "submit,approve,send,accept")
SHORT, LONG = PATHS[0], PATHS[-1]


@dataclass(frozen=True)
class Step:
    """A move: from where, to where, whether a reason must be given.

    `before` is the step at whose gate it is made: while the report waits for that, or is beyond it.
    """

    name: str
    starts: Sequence[str]
    end: str
    wants_reason: bool = False
    before: str = ""


SUBMIT = Step("submit", EDITABLE, "submitted")
APPROVE = Step("approve", ("submitted",), "approved")
SEND = Step("send", ("submitted", "approved"), "sent")
ACCEPT = Step("accept", ("submitted", "approved", "sent"), "accepted")
REFUSE = Step("refuse", ("submitted", "approved"), "returned", wants_reason=True, before="approve")
RETURN = Step("return", HANDED_IN, "returned", wants_reason=True, before="accept")
RECALL = Step("recall", ("submitted", "approved", "sent"), "entering")
MOVES = {step.name: step for step in (SUBMIT, APPROVE, SEND, ACCEPT, REFUSE, RETURN, RECALL)}


def path_of(steps: str, *, has_receiver: bool) -> tuple[str, ...]:
    """The steps forward that a report takes; one without a receiver is neither sent nor accepted."""
    names = tuple(steps.split(","))
    return names if has_receiver else tuple(name for name in names if name in ("submit", "approve"))


def next_step(state: str, path: Sequence[str]) -> str | None:
    """The step forward that a report in this state waits for; none at the end of its path."""
    if state in EDITABLE:
        return path[0]
    at = next((number for number, name in enumerate(path, start=1) if MOVES[name].end == state), len(path))
    return path[at] if at < len(path) else None


def allows(step: Step, state: str, path: Sequence[str]) -> bool:
    """Whether a report in this state may make this move on its path."""
    if state not in step.starts:
        return False
    ahead = next_step(state, path)
    if step.before:
        return step.before in path and (ahead == step.before or state == MOVES[step.before].end)
    return step is RECALL or ahead == step.name


def moves_from(state: str, path: Sequence[str]) -> list[Step]:
    """The moves that a report in this state may make."""
    return [step for step in MOVES.values() if allows(step, state, path)]


def demand_editable(state: str) -> None:
    """Raise Conflict where a report's state does not allow writing figures."""
    if state not in EDITABLE:
        raise Conflict(f"report.closed.{state}", state=state, step="enter")
