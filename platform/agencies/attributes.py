"""What an administrator says of agencies beyond code, name and place, each holding from a day on.

Rules read it as `đơn vị.dân_số`. The telephone of the duty person and the language of messages to it are
attributes too, for people only.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.models import Agency, AgencyAttribute
from agencies.tree import Tree
from core import audit
from core.db import lock_row
from core.errors import Invalid
from core.messages import LANGUAGES
from engine.findings import Finding
from expr.text import fold

DUTY_TELEPHONE = "điện_thoại_trực"
NOTICE_LANGUAGE = "ngôn_ngữ_tin_nhắn"
FOR_PEOPLE = frozenset({fold(DUTY_TELEPHONE), fold(NOTICE_LANGUAGE)})
"""Attributes that rules do not read."""
LONGEST_VALUE = 300
_GIVEN = frozenset({"ma", "ten", "cap", "code", "name", "level"})  # these come from the tree
_NAME = re.compile(r"[^\W\d]\w{0,59}")  # a name the language can read
_TELEPHONE = re.compile(r"\+?[0-9][0-9 .()-]{2,23}")


def set_attribute(
    session: Session, agency: int, name: str, value: str, *, since: date, actor: str, now: datetime
) -> bool:
    """Have the agency's attribute hold `value` from a day until the next one set; empty ends it.

    Returns whether anything changed. The words of the name may be joined by blanks or by `_`.
    """
    name = "_".join(unicodedata.normalize("NFC", name).lower().split())
    value = " ".join(unicodedata.normalize("NFC", value).split())
    key = fold(name)
    _demand_valid(key, name, value)
    lock_row(session, Agency, agency)
    query = select(AgencyAttribute).filter_by(agency_id=agency, key=key).order_by(AgencyAttribute.valid_from)
    told = session.scalars(query).all()
    holding = next((fact for fact in told if _holds(fact, since)), None)
    if (holding.value if holding else "") == value:
        return False
    if holding:
        holding.valid_to = since
    same_day = next((fact for fact in told if fact.valid_from == since), None)
    if same_day:  # said wrongly: what was said for this very day gives way
        session.delete(same_day)
        session.flush()
    if value:
        until = next((fact.valid_from for fact in told if fact.valid_from > since), None)
        dates = {"valid_from": since, "valid_to": until}
        session.add(AgencyAttribute(agency_id=agency, key=key, name=name, value=value, **dates))
    facts = {"name": name, "value": value, "since": since}
    audit.record(session, actor, "agency.set", f"agency/{agency}", now=now, **facts)
    return True


def attributes_of(tree: Tree, agency: int) -> Mapping[str, str]:
    """What rules may ask of an agency: `cấp`, `mã`, `tên` and what an administrator set."""
    node = tree[agency]
    given = {
        name: value for name, value in tree.attributes.get(agency, {}).items() if fold(name) not in FOR_PEOPLE
    }
    return given | {"cấp": node.level_name, "mã": node.code, "tên": node.name}


def duty_telephone(tree: Tree, agency: int) -> str:
    """The telephone of who is on duty in an agency; empty where nobody said."""
    return _for_people(tree, agency, DUTY_TELEPHONE)


def notice_language(tree: Tree, agency: int) -> str:
    """The language in which an agency is told: Vietnamese where nobody said."""
    return _for_people(tree, agency, NOTICE_LANGUAGE) or LANGUAGES[0]


def _for_people(tree: Tree, agency: int, wanted: str) -> str:
    told = tree.attributes.get(agency, {})
    return next((value for name, value in told.items() if fold(name) == fold(wanted)), "")


def _demand_valid(key: str, name: str, value: str) -> None:
    facts = {"name": name, "value": value, "longest": LONGEST_VALUE}
    if not _NAME.fullmatch(name):
        raise Invalid([Finding("attribute.name", facts=facts)])
    if key in _GIVEN:
        raise Invalid([Finding("attribute.given", facts=facts)])
    if len(value) > LONGEST_VALUE or not value.isprintable():
        raise Invalid([Finding("attribute.value", facts=facts)])
    if key == fold(DUTY_TELEPHONE) and value and not _TELEPHONE.fullmatch(value):
        raise Invalid([Finding("attribute.telephone", facts=facts)])
    if key == fold(NOTICE_LANGUAGE) and value and value not in LANGUAGES:
        raise Invalid([Finding("attribute.language", facts=facts | {"known": list(LANGUAGES)})])


def _holds(fact: AgencyAttribute, on: date) -> bool:
    return fact.valid_from <= on and (fact.valid_to is None or on < fact.valid_to)
