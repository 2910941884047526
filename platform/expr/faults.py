"""What is wrong with a text of the language: a code, a place, facts. Sentences are made at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CODES = (
    "E_SYNTAX",
    "E_REF",
    "E_AMBIGUOUS",
    "E_FUNC",
    "E_ARITY",
    "E_TYPE",
    "E_UNIT",
    "E_MIX",
    "E_SCOPE",
    "E_SET",
    "E_RANGE",
    "E_NOKIDS",
    "E_NUM",
    "E_DECIMALS",
    "E_FORM",
    "E_PERIOD",
    "E_LIMIT",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One error in a rule text. `detail` tells variants of a code apart; sentences: `code.detail`."""

    code: str
    start: int
    end: int
    detail: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key of its sentence in the catalogue."""
        return f"{self.code}.{self.detail}" if self.detail else self.code
