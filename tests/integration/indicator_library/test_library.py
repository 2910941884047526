"""Indicators kept: codes that stay, meanings that change from a day on, who answers, what is proposed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from indicator_library import assignments, catalogue, importer, proposals
from indicator_library.meaning import Meaning
from tests.builders import build

NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
FIRST, LATER = date(2026, 1, 1), date(2026, 7, 1)
PEOPLE = Meaning("Dân số", "người", "integer", 0)


@pytest.fixture
def kept(session: Session) -> int:
    info = catalogue.SetInfo("T", "Bộ chỉ tiêu tỉnh")
    return catalogue.save_set(session, info, agency=None, actor="a", now=NOW).id


def define(session: Session, kept: int, code: str, meaning: Meaning, since: date = FIRST) -> bool:
    return catalogue.define(session, code, meaning, set_id=kept, group="", since=since, actor="a", now=NOW)


def test_a_meaning_holds_from_its_day(session: Session, kept: int) -> None:
    assert define(session, kept, "T1", PEOPLE)
    assert not define(session, kept, "T1", PEOPLE)  # twice is once
    assert define(session, kept, "T1", replace(PEOPLE, name="Dân số trung bình"), LATER)
    for on, name in ((FIRST, "Dân số"), (LATER, "Dân số trung bình"), (date(2020, 1, 1), "Dân số")):
        assert catalogue.get(session, "T1", on).meaning.name == name
    with pytest.raises(Invalid):  # what held is not rewritten
        define(session, kept, "T1", PEOPLE, FIRST)


def test_a_code_is_never_given_again(session: Session, kept: int) -> None:
    define(session, kept, "T1", PEOPLE)
    catalogue.retire(session, "T1", on=LATER, actor="a", now=NOW)
    assert catalogue.find(session, LATER) == []
    assert [each.code for each in catalogue.find(session, FIRST)] == ["T1"]
    other = catalogue.save_set(session, catalogue.SetInfo("X", "Xã"), agency=None, actor="a", now=NOW)
    with pytest.raises(Conflict):
        define(session, other.id, "T1", PEOPLE)


@pytest.mark.parametrize(
    ("text", "found"), [("dan so", ["T1"]), ("DÂN", ["T1"]), ("t2", ["T2"]), ("%", []), ("", ["T1", "T2"])]
)
def test_indicators_are_found_without_marks(session: Session, kept: int, text: str, found: list[str]) -> None:
    define(session, kept, "T1", PEOPLE)
    define(session, kept, "T2", Meaning("Đất"))
    assert [each.code for each in catalogue.find(session, FIRST, text=text)] == found


def test_the_starting_set_comes_in_once(session: Session) -> None:
    first = importer.load_seeds(session, actor="a", now=NOW)
    again = importer.load_seeds(session, actor="a", now=NOW)
    assert {change.kind for change in first} == {"new"} and len(first) == 198
    assert {change.kind for change in again} == {"same"}


def test_a_list_tells_what_it_would_change_and_then_does(session: Session, kept: int) -> None:
    define(session, kept, "T1", PEOPLE)
    data = "Mã số,Tên chỉ tiêu,Đơn vị tính\nT1,Dân số,nghìn người\nT2,Diện tích,ha\n".encode()

    def bring(dry_run: bool) -> list[tuple[str, str]]:
        changes = importer.import_indicators(
            session, data, set_id=kept, since=LATER, actor="a", now=NOW, dry_run=dry_run
        )
        return [(change.code, change.kind) for change in changes]

    assert bring(True) == [("T1", "changed"), ("T2", "new")]
    assert [each.code for each in catalogue.find(session, LATER)] == ["T1"]
    assert bring(False) == [("T1", "changed"), ("T2", "new")]
    assert bring(False) == [("T1", "same"), ("T2", "same")]
    assert [each.meaning.unit for each in catalogue.find(session, LATER)] == ["nghìn người", "ha"]
    assert catalogue.get(session, "T1", FIRST).meaning.unit == "người"


def test_one_agency_is_responsible_at_a_time(session: Session, kept: int) -> None:
    first, second = build(session, 2).communes.values()
    define(session, kept, "T1", PEOPLE)

    def give(agency: int, since: date) -> int:
        told = {"decision": "QĐ 1", "until": None, "actor": "a", "now": NOW}
        return assignments.assign(session, ["T1"], agency, "responsible", since=since, **told)  # type: ignore[arg-type]

    def responsible(on: date) -> list[int]:
        return [each.agency_id for each in assignments.assignments(session, on, codes=["T1"])]

    assert give(first, FIRST) == 1
    assert give(first, FIRST) == 0
    assert give(second, LATER) == 1
    assert (responsible(FIRST), responsible(LATER)) == ([first], [second])
    with pytest.raises(Invalid):
        give(first, FIRST.replace(month=3))  # somebody else answers later: said, not overwritten


def test_a_proposal_is_answered_once(session: Session, kept: int) -> None:
    agency = build(session, 1).lead
    told = {"set_id": kept, "group": "", "reason": "cần", "agency": agency, "actor": "b", "now": NOW}
    asked = proposals.propose(session, "T9", PEOPLE, **told)  # type: ignore[arg-type]
    assert proposals.difference(session, asked, FIRST)["name"] == (None, "Dân số")

    def answer(accept: bool, text: str = "") -> None:
        proposals.answer(session, asked.id, accept=accept, text=text, since=FIRST, actor="a", now=NOW)

    with pytest.raises(Invalid):
        answer(False)  # no without a reason
    answer(True)
    assert catalogue.get(session, "T9", FIRST).meaning == PEOPLE
    with pytest.raises(Conflict):
        answer(False, "muộn")
