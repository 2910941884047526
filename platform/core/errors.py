"""The four ways a request is refused. An error carries a code and facts; its sentence is made at the edge."""

from collections.abc import Sequence

from engine.findings import Finding


class Refusal(Exception):
    """What the four kinds share, so that the edge maps them in one place."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class NotFound(Refusal):
    """What was named does not exist."""


class Forbidden(Refusal):
    """The actor may not do this."""


class Conflict(Refusal):
    """The state of things does not allow this now."""


class Invalid(Refusal):
    """What was given is faulty; all faults at once, each a finding. The first gives the code."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings[0].code, **findings[0].facts)
        self.findings = tuple(findings)
