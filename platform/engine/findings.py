"""What a check says: a value with a code and facts; the sentence is made at the edge from `core.messages`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    `variant` picks the sentence among those of one code. `where` is a path in a file
    (`sections[0].rules[2].text`), a cell (`A[I1;3]`) or a target of a rule (`I1`, `I1/3`); `position` and
    `end` count characters inside the text at `where`.
    """

    code: str
    severity: Severity = "error"
    where: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    section: str = ""
    rule: str = ""
    verdict: str = ""
    position: int | None = None
    end: int | None = None
    variant: str = ""

    @property
    def key(self) -> str:
        """The key of its sentence in the catalogue."""
        return f"{self.code}.{self.variant}" if self.variant else self.code


def has_errors(findings: Iterable[Finding]) -> bool:
    """True when one finding blocks what was asked."""
    return any(finding.severity == "error" for finding in findings)
