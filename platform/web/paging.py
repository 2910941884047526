"""Long lists a page at a time; what else was asked for stays in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

PAGE = 200
"""Lines: a province has fewer communes, whose list is looked over as a whole."""
LONGEST_NUMBER = 6  # digits

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """The items of one page out of `total`; pages are numbered from 1."""

    items: Sequence[Item]
    number: int
    last: int
    total: int

    def address(self, number: int) -> str:
        """The same list at another page."""
        args: dict[str, Any] = {
            **request.args.to_dict(flat=False),
            **(request.view_args or {}),
            "page": number,
        }
        return url_for(request.endpoint or "", **args | {"page": number})


def page_of(items: Sequence[Item], size: int = PAGE) -> Page[Item]:
    """The page that was asked for, the nearest there is."""
    text = request.args.get("page", "1")
    asked = int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 1
    last = max(-(-len(items) // size), 1)
    number = min(max(asked, 1), last)
    return Page(items[(number - 1) * size : number * size], number, last, len(items))
