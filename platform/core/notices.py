"""What a plug-in that tells people something speaks in: plain data, no table, no web."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.findings import Finding

Told = Mapping[str, str]
"""Words by language."""
MEDIA = ("telephone", "email")
"""What a channel may reach people at."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing an administrator sets; `choices` are values with their words, `lines` takes several lines."""

    name: str
    title: Told
    hint: Told = field(default_factory=dict)
    default: str = ""
    lines: bool = False
    choices: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told. `request` is the same whenever the same message is tried again.

    `address` is a telephone or a mailbox; `title` is for ways that have a line above the text.
    """

    request: str
    address: str
    kind: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of trying: a message that is `later` may be tried again, one that `failed` may not.

    `code` names the sentence that says why not; `answer` is the beginning of what the provider said.
    """

    outcome: Literal["sent", "later", "failed"]
    code: str = ""
    status: int | None = None
    provider_id: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to people. `deliver(values, secret, message)` waits for the provider but raises nothing."""

    name: str
    title: Told
    settings: Sequence[Setting]
    check: Callable[[Mapping[str, str], bool], Sequence[Finding]]
    """The faults of an administrator's values; is there a secret?"""
    deliver: Callable[[Mapping[str, str], str, Message], Receipt]
    medium: str = "telephone"
