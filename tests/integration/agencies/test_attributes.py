"""What an administrator says of agencies holds from a day on, and comes with the tree."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.attributes import attributes_of, duty_telephone, set_attribute
from agencies.importer import import_agencies
from agencies.models import AgencyAttribute
from agencies.store import read_tree
from core.audit import Audit
from core.errors import Invalid
from engine.context import Context
from expr.nodes import Attribute

NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
SINCE, MAY, JUNE, JULY = date(2025, 7, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def agency(session: Session) -> int:
    import_agencies(session, b"level,code,name,parent_code\nprovince,31,HP,\n", valid_from=SINCE)
    return read_tree(session, SINCE).with_code("31").id


def say(session: Session, agency: int, name: str, value: str, since: date = SINCE) -> bool:
    return set_attribute(session, agency, name, value, since=since, actor="admin", now=NOW)


def told(session: Session, agency: int, on: date) -> dict[str, str]:
    known = attributes_of(read_tree(session, on), agency)
    return {name: value for name, value in known.items() if name not in ("cấp", "mã", "tên")}


def test_a_value_holds_until_the_next(session: Session, agency: int) -> None:
    assert say(session, agency, "dân số", "100", MAY)
    assert say(session, agency, "Dân_số", "300", JULY)
    assert say(session, agency, "dan so", "200", JUNE)  # said afterwards, of a day between
    assert not say(session, agency, "dân_số", "200", JUNE)
    values = [told(session, agency, day) for day in (SINCE, MAY, JUNE, JULY)]
    assert [list(each.values()) for each in values] == [[], ["100"], ["200"], ["300"]]
    assert values[1] == {"dân_số": "100"}

    assert say(session, agency, "dân_số", "250", JUNE)  # said wrongly before
    assert say(session, agency, "dân_số", "", JULY)
    assert [list(told(session, agency, day).values()) for day in (JUNE, JULY)] == [["250"], []]
    assert not say(session, agency, "dân_số", "", JULY)
    assert session.scalar(select(func.count()).select_from(AgencyAttribute)) == 2
    done = session.scalars(select(Audit.action).filter_by(subject=f"agency/{agency}")).all()
    assert done == ["agency.set"] * 5


def test_rules_read_attributes_but_not_the_telephone(session: Session, agency: int) -> None:
    say(session, agency, "dân số", "4664124")
    say(session, agency, "điện thoại trực", "0225 3842 000")
    tree = read_tree(session, MAY)
    known = attributes_of(tree, agency)
    assert known == {"cấp": "tỉnh", "mã": "31", "tên": "HP", "dân_số": "4664124"}
    assert str(Context(agency=known).attribute(Attribute("agency", "dân_số"))) == "4664124"
    assert duty_telephone(tree, agency) == "0225 3842 000"
    assert attributes_of(read_tree(session, MAY, only=agency), agency) == known


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("", "1", "attribute.name"),
        ("1a", "1", "attribute.name"),
        ("a.b", "1", "attribute.name"),
        ("a" * 61, "1", "attribute.name"),
        ("Mã", "1", "attribute.given"),
        ("level", "1", "attribute.given"),
        ("ghi chú", "a\0", "attribute.value"),
        ("ghi chú", "a" * 301, "attribute.value"),
        ("điện_thoại_trực", "gọi cô Ba", "attribute.telephone"),
    ],
)
def test_what_cannot_be_said(session: Session, agency: int, name: str, value: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        say(session, agency, name, value)
    assert refused.value.findings[0].code == code
