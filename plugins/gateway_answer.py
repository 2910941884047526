"""What a provider's answer means: taken, to be tried again, or refused for good."""

import json
from collections.abc import Mapping
from typing import Any

from core.notices import Receipt

LONGEST = 64_000
"""Bytes read of an answer."""
KEPT = 500
"""Characters of it that are kept."""
AGAIN = frozenset({408, 425, 429})
"""Statuses that ask to come back, beside those of the provider's own faults."""


def read_answer(values: Mapping[str, str], secret: str, status: int, body: bytes) -> Receipt:
    """The receipt of an answer; the secret is blotted out, should the provider repeat it."""
    text = body.decode("utf-8", "replace")
    kept = (text.replace(secret, "•••") if secret else text)[:KEPT].replace("\0", "")
    if status in AGAIN or status >= 500:
        return Receipt("later", "gateway.busy", status, answer=kept)
    if not 200 <= status < 300:
        return Receipt("failed", "gateway.refused", status, answer=kept)
    wanted = values["success"].partition("=")
    if not (wanted[1] or values["id_path"]):
        return Receipt("sent", "", status, answer=kept)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        # It may have gone out: trying again could tell a person twice.
        return Receipt("failed", "gateway.unreadable", status, answer=kept)
    if wanted[1] and _told(told, wanted[0]) != wanted[2].strip().strip('"'):
        return Receipt("failed", "gateway.refused", status, answer=kept)
    return Receipt("sent", "", status, _told(told, values["id_path"])[:100], kept)


def _told(answer: Any, path: str) -> str:
    """The value at `data.0.id`, as text; empty where there is none."""
    for step in path.strip().split("."):
        if isinstance(answer, dict):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return ""
    if isinstance(answer, str | int | float):
        return answer if isinstance(answer, str) else json.dumps(answer)
    return ""
