"""Passwords and the one-time codes of printed slips. Only digests leave this module."""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterator

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine.findings import Finding
from expr.text import fold

SHORTEST, LONGEST = 10, 200
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are read for another on paper
CODE_LENGTH, CODE_GROUP = 12, 4  # 60 bits: nobody guesses one, so a plain digest will do

# 19 MiB, 2 passes: the least that OWASP advises. A province signs in at eight o'clock, on one machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODYS = _HASHER.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password; where none is kept, the answer takes as long."""
    try:
        return _HASHER.verify(kept or _NOBODYS, _normal(password)) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def password_faults(password: str, again: str, login: str) -> Iterator[Finding]:
    """Why a new password will not do. Length counts; mixtures of signs are not demanded."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        yield Finding("password.length", facts={"shortest": SHORTEST, "longest": LONGEST})
    elif len(set(password)) < 4 or fold(login) in fold(password):
        yield Finding("password.easy")
    if _normal(password) != _normal(again):
        yield Finding("password.differs")


def draw_code() -> str:
    """A one-time code as it is printed: ABCD-EFGH-JKLM."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + CODE_GROUP] for start in range(0, CODE_LENGTH, CODE_GROUP))


def hash_code(code: str) -> str:
    """What is kept of a code, however its groups and cases are typed."""
    return hashlib.sha256("".join(filter(str.isalnum, code.upper())).encode()).hexdigest()


def _normal(password: str) -> str:
    """Vietnamese keyboards send the same letter in different ways."""
    return unicodedata.normalize("NFKC", password)
