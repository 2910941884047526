"""What marshmallow says of a file, as findings with the paths of their places."""

from collections.abc import Iterator
from typing import Any

from engine.findings import Finding
from template_library.jsontext import path_to


def flatten(messages: Any, where: str = "") -> Iterator[Finding]:
    """A finding for each fault, wherever it is nested."""
    if isinstance(messages, dict):
        for key, below in messages.items():
            yield from flatten(below, where if key == "_schema" else path_to(where, key))
    else:
        for fault in messages:
            facts, variant = getattr(fault, "facts", {}), getattr(fault, "variant", "")
            yield Finding(str(fault), where=where, facts=facts, variant=variant)
