"""One question over rows: who, in which relation, in which state."""

import pytest

from agencies.access import Actor, Role, Subject, allowed, row

TABLE = (
    row("door.see", "guest"),
    row("room.enter", "member"),
    row("form.fill", "entry verifier", "own", ["entering", "returned"]),
    row("form.read", "reader", "own"),
    row("form.read", "aggregator", "receiver"),
)


def who(*roles: Role) -> Actor:
    return Actor(1, "xa", "Xã", 7, frozenset(roles))


def may(actor: Actor | None, action: str, *relations: str, state: str | None = None) -> bool:
    return allowed(TABLE, actor, action, Subject(frozenset(relations), state))


def test_guests_and_members() -> None:
    assert may(None, "door.see") and may(who(), "door.see")
    assert may(who(), "room.enter") and not may(None, "room.enter")


@pytest.mark.parametrize("role", [Role.ENTRY, Role.VERIFIER])
@pytest.mark.parametrize(
    ("state", "fits"), [("entering", True), ("returned", True), ("accepted", False), (None, False)]
)
def test_states(role: Role, state: str | None, fits: bool) -> None:
    assert may(who(role), "form.fill", "own", state=state) == fits


def test_role_and_relation_belong_to_one_row() -> None:
    assert may(who(Role.READER), "form.read", "own")
    assert may(who(Role.AGGREGATOR), "form.read", "receiver")
    assert not may(who(Role.READER), "form.read", "receiver")
    assert not may(who(Role.READER), "form.fill", "own", state="entering")
    assert may(who(Role.READER, Role.AGGREGATOR), "form.read", "receiver", "lead")


def test_what_no_row_allows_is_refused() -> None:
    assert not may(who(*Role), "form.burn", "own", "receiver", "lead", "above", "unit", "self")


def test_a_row_names_roles_that_there_are() -> None:
    with pytest.raises(ValueError, match="boss"):
        row("form.fill", "boss")
