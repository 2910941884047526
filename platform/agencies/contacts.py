"""How a person signs in, is called and reached: what people type in one spelling, and what is wrong in it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,99}")
_TELEPHONE = re.compile(r"\+?\d{8,12}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Contact:
    """A person as he is written down; telephone and e-mail may be empty."""

    name: str
    telephone: str = ""
    email: str = ""


def read_contact(name: str, telephone: str, email: str) -> Contact:
    """The texts in the spelling that is kept: blanks in order, a telephone without signs between digits."""
    return Contact(one_line(name), re.sub(r"[\s.()-]", "", telephone), one_line(email))


def faulty_fields(contact: Contact) -> Iterator[str]:
    """The fields that cannot be kept as they are."""
    if not 0 < len(contact.name) <= LONGEST or not contact.name.isprintable():
        yield "name"
    if contact.telephone and not _TELEPHONE.fullmatch(contact.telephone):
        yield "telephone"
    if contact.email and (len(contact.email) > LONGEST or not _EMAIL.fullmatch(contact.email)):
        yield "email"


def is_login(text: str) -> bool:
    """Whether somebody may sign in by this name."""
    return bool(_LOGIN.fullmatch(text))


def one_line(text: str) -> str:
    """A text as one line, its marks composed."""
    return unicodedata.normalize("NFC", " ".join(text.split()))
