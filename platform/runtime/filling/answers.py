"""The answer to a save: what was stored, what was not and why, and what the checks say now.

An answer is kept as JSON beside its idempotency key; numbers and dates in the facts of a finding stay what
they are, so that an answer read back says the same sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from engine.findings import Finding
from engine.repair import Suggestion


@dataclass(frozen=True)
class CellConflict:
    """A cell another hand changed since the save's base, with both values; theirs stands."""

    where: str
    mine: str
    theirs: str
    actor: str
    at: str


@dataclass(frozen=True)
class Saved:
    """`findings` are of the figures given (not stored when faulty) and of the whole report as it is now.

    Each of `suggestions` by itself would repair what failed.
    """

    revision: int
    stored: int
    conflicts: Sequence[CellConflict]
    findings: Sequence[Finding]
    suggestions: Sequence[Suggestion] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        return {
            "revision": self.revision,
            "stored": self.stored,
            "conflicts": [asdict(conflict) for conflict in self.conflicts],
            "findings": [finding_to_json(finding) for finding in self.findings],
            "suggestions": [asdict(suggestion) for suggestion in self.suggestions],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Saved":
        """The answer that `to_json` wrote."""
        return cls(
            data["revision"],
            data["stored"],
            [CellConflict(**conflict) for conflict in data["conflicts"]],
            [finding_of(finding) for finding in data["findings"]],
            tuple(_suggestion(suggestion) for suggestion in data.get("suggestions", ())),
        )


def _suggestion(data: Mapping[str, Any]) -> Suggestion:
    section, row, column = data["place"]
    return Suggestion(**{**data, "place": (section, row, column), "rules": tuple(data["rules"])})


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """A finding with every field, facts as JSON values."""
    plain = {field.name: getattr(finding, field.name) for field in fields(finding)}
    return {**plain, "facts": _write(dict(finding.facts))}


def finding_of(data: Mapping[str, Any]) -> Finding:
    """The finding that `finding_to_json` wrote."""
    return Finding(**{**data, "facts": _read(data["facts"])})


def _write(value: object) -> Any:
    match value:
        case Decimal():
            return {"decimal": str(value)}
        case date():
            return {"date": value.isoformat()}
        case Mapping():
            return {"facts": {str(key): _write(item) for key, item in value.items()}}
        case list() | tuple():
            return [_write(item) for item in value]
        case None | str() | bool() | int():
            return value
    return str(value)


def _read(value: Any) -> Any:
    match value:
        case {"decimal": str(number)}:
            return Decimal(number)
        case {"date": str(day)}:
            return date.fromisoformat(day)
        case {"facts": Mapping() as facts}:
            return {key: _read(item) for key, item in facts.items()}
        case list():
            return [_read(item) for item in value]
    return value
