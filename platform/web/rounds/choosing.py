"""Which reports of a round's board are looked at: by state, who has to act, level, receiver, name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from flask import request

from expr.text import fold
from runtime.views.board import Line


@dataclass(frozen=True)
class Chosen:
    """What was asked for; empty texts ask for all."""

    state: str = ""
    step: str = ""
    level: str = ""
    area: str = ""
    q: str = ""

    def takes(self, line: Line) -> bool:
        """Whether a line is asked for."""
        flags = {"late": line.late, "owed": line.is_owed, "locked": line.lock is not None}
        return (
            flags.get(self.state, self.state in ("", line.state))
            and self.step in ("", line.step)
            and self.level in ("", line.level)
            and self.area in ("", str(line.receiver_id))
            and fold(self.q) in fold(f"{line.code} {line.agency}")
        )

    @property
    def args(self) -> Mapping[str, str]:
        """What stands in an address that asks for the same."""
        return {name: text for name, text in vars(self).items() if text}


@dataclass(frozen=True)
class Choices:
    """What there is to choose from on a board, each with its name."""

    steps: Sequence[str]
    levels: Mapping[str, str]
    areas: Mapping[str, str]


def read_chosen() -> Chosen:
    """What the request asks for, in its address or its form."""
    return Chosen(**{each.name: request.values.get(each.name, "").strip()[:200] for each in fields(Chosen)})


def choices_of(lines: Sequence[Line]) -> Choices:
    """What differs on a board."""
    return Choices(
        list(dict.fromkeys(line.step for line in lines if line.step)),
        {line.level: line.level_name for line in lines},
        {str(line.receiver_id): line.receiver for line in lines},
    )
