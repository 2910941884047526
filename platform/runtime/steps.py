"""The way of a report from hand to hand, as one table; `workflow` walks it under the report's row lock.

A report goes forward through the gates its round uses: a short round has it submitted and accepted, the
longest one verified, approved by a leader, issued and sent by the records clerk between. At each gate it may
come back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from core.errors import Conflict

ASSIGNED, ENTERING = "assigned", "entering"
STATES = (ASSIGNED, ENTERING, "verified", "submitted", "approved", "issued", "sent", "accepted", "returned")
EDITABLE = (ASSIGNED, ENTERING, "returned")
"""States in which figures may be entered and summed up."""
UNSENT = (*EDITABLE, "verified")
"""States of a report that its agency still owes; deadlines and locks are about these."""
HANDED_IN = ("submitted", "approved", "issued", "sent", "accepted")
"""States whose figures other reports may read, the better last; a draft is never read."""

GATES = ("verify", "submit", "approve", "issue", "send", "accept")
"""The steps forward, in the order in which a round may use them."""
AUTO = "auto"
"""Ends a path whose reports are accepted by themselves where no rule fails."""
SHORT, LONG = "submit,accept", "submit,approve,send,accept"


def _paths() -> tuple[str, ...]:
    """Every choice of gates that makes sense: a report is submitted and accepted, and issued once signed."""
    between = [gate for gate in GATES if gate not in ("submit", "accept")]
    chosen = [set(some) for count in range(len(between) + 1) for some in combinations(between, count)]
    ways = [
        ",".join(gate for gate in GATES if gate in some or gate not in between)
        for some in chosen
        if "approve" in some or "issue" not in some
    ]
    return (*ways, *(f"{way},{AUTO}" for way in ways))


PATHS = _paths()


@dataclass(frozen=True)
class Step:
    """A move: from where, to where, whether a reason must be given.

    What does not lead forward is made `at` gates: while the report waits there, or has just passed. `needs`
    is a gate without which there is nothing to go back to.
    """

    name: str
    starts: Sequence[str]
    end: str
    wants_reason: bool = False
    at: Sequence[str] = ()
    needs: str = ""


VERIFY = Step("verify", EDITABLE, "verified")
SUBMIT = Step("submit", (*EDITABLE, "verified"), "submitted")
APPROVE = Step("approve", ("submitted",), "approved")
ISSUE = Step("issue", ("approved",), "issued")
SEND = Step("send", ("submitted", "approved", "issued"), "sent")
ACCEPT = Step("accept", ("submitted", "approved", "issued", "sent"), "accepted")
REFUSE = Step(
    "refuse",
    (ENTERING, "verified", "submitted", "approved", "issued"),
    "returned",
    wants_reason=True,
    at=("verify", "approve", "issue", "send"),
)
RETURN = Step(
    "return", ("submitted", "approved", "issued", "sent"), "returned", wants_reason=True, at=("accept",)
)
TO_SIGN = Step("to_sign", ("approved", "issued"), "submitted", wants_reason=True, at=("issue", "send"))
RETURN_TO_SIGN = Step(
    "return_to_sign",
    ("approved", "issued", "sent"),
    "submitted",
    wants_reason=True,
    at=("accept",),
    needs="approve",
)
RECALL = Step("recall", ("verified", "submitted", "approved", "issued", "sent"), ENTERING)
ASK_REOPEN = Step("ask_reopen", ("accepted",), "accepted", wants_reason=True, at=("accept",))
REOPEN = Step("reopen", ("accepted",), "returned", wants_reason=True, at=("accept",))

FORWARD = (VERIFY, SUBMIT, APPROVE, ISSUE, SEND, ACCEPT)
BACK = (REFUSE, RETURN, REOPEN)
"""Moves that give a report back to be put right; they may mark cells."""
MOVES = {
    step.name: step
    for step in (*FORWARD, REFUSE, RETURN, TO_SIGN, RETURN_TO_SIGN, RECALL, ASK_REOPEN, REOPEN)
}


def path_of(steps: str, *, has_receiver: bool) -> tuple[str, ...]:
    """The steps forward that a report takes; one without a receiver is neither sent nor accepted."""
    names = tuple(name for name in steps.split(",") if name != AUTO)
    return names if has_receiver else tuple(name for name in names if name not in ("send", "accept"))


def begun(state: str) -> str:
    """The state of a report once somebody of its agency has opened it, or anybody typed in it."""
    return ENTERING if state == ASSIGNED else state


def next_step(state: str, path: Sequence[str]) -> str | None:
    """The step forward that a report in this state waits for; none at the end of its path."""
    if state in EDITABLE:
        return path[0]
    at = next((number for number, name in enumerate(path, start=1) if MOVES[name].end == state), len(path))
    return path[at] if at < len(path) else None


def allows(step: Step, state: str, path: Sequence[str]) -> bool:
    """Whether a report in this state may make this move on its path."""
    if state not in step.starts or (step.needs and step.needs not in path):
        return False
    ahead = next_step(state, path)
    if step.at:
        return any(gate in path and (ahead == gate or state == MOVES[gate].end) for gate in step.at)
    return step is RECALL or ahead == step.name


def moves_from(state: str, path: Sequence[str]) -> list[Step]:
    """The moves that a report in this state may make."""
    return [step for step in MOVES.values() if allows(step, state, path)]


def accepts_by_itself(steps: str, state: str) -> bool:
    """Whether a report that came into this state is taken in without anybody, if no rule fails."""
    return steps.endswith(f",{AUTO}") and next_step(state, path_of(steps, has_receiver=True)) == ACCEPT.name


def demand_editable(state: str) -> None:
    """Raise Conflict where a report's state does not allow writing figures."""
    if state not in EDITABLE:
        raise Conflict(f"report.closed.{state}", state=state, step="enter")
