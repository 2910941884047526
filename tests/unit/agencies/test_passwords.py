"""Passwords and one-time codes."""

import unicodedata

import pytest

from agencies.passwords import draw_code, hash_code, hash_password, matches, password_faults


def test_a_password_matches_itself_alone() -> None:
    kept = hash_password("một câu đủ dài")
    assert kept.startswith("$argon2id$") and kept != hash_password("một câu đủ dài")
    assert matches(kept, "một câu đủ dài")
    assert matches(kept, unicodedata.normalize("NFD", "một câu đủ dài"))  # another keyboard
    assert not matches(kept, "một câu đủ dài ") and not matches(None, "x") and not matches("broken", "x")


@pytest.mark.parametrize(
    ("password", "again", "codes"),
    [
        ("một câu đủ dài", "một câu đủ dài", []),
        ("chín ký t", "chín ký t", ["password.length"]),
        ("x" * 201, "x" * 201, ["password.length"]),
        ("abababababab", "abababababab", ["password.easy"]),
        ("Xa-00001 2026", "Xa-00001 2026", ["password.easy"]),
        ("một câu đủ dài", "một câu khác", ["password.differs"]),
    ],
)
def test_new_passwords(password: str, again: str, codes: list[str]) -> None:
    assert [finding.code for finding in password_faults(password, again, "xa-00001")] == codes


def test_codes_differ_and_bear_careless_typing() -> None:
    codes = {draw_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    code = codes.pop()
    assert hash_code(code) == hash_code(f" {code.lower().replace('-', ' ')} ")
    assert hash_code(code) != hash_code(codes.pop())
