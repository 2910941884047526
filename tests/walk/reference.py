"""The way of a report told a second time, in the words of those who go it: a line of stops, a place on it.

Nothing here is taken from `runtime.steps`; where the two differ, one of them is wrong.
"""

from dataclasses import dataclass, field

STOPS = {
    "verify": "verified",
    "submit": "submitted",
    "approve": "approved",
    "issue": "issued",
    "send": "sent",
    "accept": "accepted",
}
MOVES = (*STOPS, "refuse", "return", "to_sign", "return_to_sign", "recall", "ask_reopen", "reopen")
WITH_REASON = ("refuse", "return", "to_sign", "return_to_sign", "ask_reopen", "reopen")


def ways() -> list[str]:
    """Every way a round may name: who may stand on it, and whether reports are taken in by themselves."""
    found = []
    for bits in range(16):
        verifier, leader, number, clerk = (bool(bits & 1 << bit) for bit in range(4))
        if number and not leader:
            continue  # nothing is given a number that nobody signed
        names = ["verify"] * verifier + ["submit"] + ["approve"] * leader
        names += ["issue"] * number + ["send"] * clerk + ["accept"]
        found += [",".join(names), ",".join([*names, "auto"])]
    return found


@dataclass
class Paper:
    """A report on its way; `at` counts the stops behind it, `is_back` tells that it was given back.

    It was `begun` once somebody has opened it or typed in it.
    """

    way: str
    has_receiver: bool = True
    at: int = 0
    is_back: bool = False
    begun: bool = False
    kept: list[str] = field(default_factory=list)

    @property
    def stops(self) -> list[str]:
        """Whose hands it goes through: nobody sends or accepts what goes nowhere."""
        named = [name for name in self.way.split(",") if name != "auto"]
        return [name for name in named if self.has_receiver or name not in ("send", "accept")]

    @property
    def state(self) -> str:
        if self.is_back:
            return "returned"
        if self.at:
            return STOPS[self.stops[self.at - 1]]
        return "entering" if self.begun else "assigned"

    @property
    def ahead(self) -> str:
        """Who has it in hand now."""
        return self.stops[self.at] if self.at < len(self.stops) else ""

    def stands_at(self, *hands: str) -> bool:
        """Whether it lies with one of them, or was just let through."""
        behind = self.stops[self.at - 1] if self.at else ""
        return self.ahead in hands or behind in hands

    def may(self, move: str) -> bool:
        """Whether the move can be made."""
        taken_in = self.at > 0 and self.stops[self.at - 1] == "accept"
        under_way = self.at > 0 and not taken_in
        before_receiver = under_way and self.ahead == "accept"
        match move:
            case "recall":
                return under_way
            case "refuse":  # in one's own house: who verifies may, before anybody has; then leader and clerk
                fresh = self.state == "entering" and self.ahead == "verify"
                inside = under_way and self.stops[self.at - 1] != "send"
                return fresh or (inside and self.stands_at("verify", "approve", "issue", "send"))
            case "to_sign":  # the records clerk, once it is signed and before it has left
                signed = under_way and self.stops[self.at - 1] in ("approve", "issue")
                return signed and self.stands_at("issue", "send")
            case "return":
                # who verified is not asked by the receiver: it is not handed in yet
                return before_receiver and self.stops[self.at - 1] != "verify"
            case "return_to_sign":
                return before_receiver and "approve" in self.stops
            case "ask_reopen" | "reopen":
                return taken_in
        return self.ahead == move

    def make(self, move: str, *, is_clean: bool = True) -> None:
        """Make a move that may be made; whatever was moved was begun."""
        self.begun = True
        if move in STOPS:
            self.at, self.is_back = self.at + 1, False
            self.kept.append(self.state)
            if self.way.endswith("auto") and self.ahead == "accept" and is_clean:
                self.at += 1
                self.kept.append(self.state)
        elif move in ("refuse", "return", "reopen"):
            self.at, self.is_back = 0, True
        elif move in ("to_sign", "return_to_sign"):
            self.at = self.stops.index("submit") + 1
        elif move == "recall":
            self.at, self.is_back = 0, False
