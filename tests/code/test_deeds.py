"""Every deed that goes into the audit has words for the page that shows it."""

import ast
from collections.abc import Iterator

from core.messages import catalogue
from tests.code.source import calls, modules


def deeds() -> Iterator[str]:
    """The action that each call of `audit.record` names, as far as it is written out."""
    for path in modules():
        for name, call in calls(path):
            if name in ("record", "record_each") and len(call.args) > 3:
                match call.args[2]:
                    case ast.Constant(value=str(action)):
                        yield action.partition(":")[0]
                    case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
                        yield beginning.partition(":")[0]


def test_every_deed_has_words() -> None:
    known = [code.removeprefix("deed.") for code in catalogue("vi") if code.startswith("deed.")]
    found = set(deeds())
    assert len(found) > 15
    assert [deed for deed in sorted(found) if not any(code.startswith(deed) for code in known)] == []
