"""A whole round is rehearsed: nothing of it stays, and what is wrong with the form is told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.accounts import demo_people
from agencies.importer import import_agencies
from agencies.store import read_tree
from core.clock import VIETNAM
from core.errors import Invalid, NotFound
from engine.form import Form, Rule, Section
from rehearsal.models import Rehearsal
from rehearsal.rehearse import rehearse
from rehearsal.requests import list_rehearsals, request_rehearsal
from runtime.models import Journal, Report, Round
from template_library.drafts import save_draft
from template_library.fileformat import read_template
from template_library.models import Version
from template_library.shelf import seed_files
from template_library.versions import get_version, load_form
from tests.builders import NOW, QUARTER, SINCE, World, build

BELOW = "level,code,name,parent_code\ndepartment,TRAM,Trạm y tế,C0001\n"
DUE = datetime(2026, 9, 20, 17, 0, tzinfo=VIETNAM)
"""A Sunday."""


@pytest.fixture
def world(session: Session) -> World:
    return build(session, 6)


def with_rules(form: Form, *rules: Rule) -> Form:
    section = form.sections[0]
    return replace(form, sections=(replace(section, rules=(*section.rules, *rules)),), examples=())


def ask(
    session: Session, world: World, form: Form, due_at: datetime | None = None, scope: str = "children"
) -> Rehearsal:
    save_draft(session, form, base=0, actor="designer", now=NOW)
    return request_rehearsal(
        session,
        form.header.code,
        agency=world.lead,
        scope=scope,
        period=QUARTER,
        due_at=due_at,
        actor="designer",
        now=NOW,
    )


def perform(session: Session, asked: Rehearsal) -> Mapping[str, Any]:
    steps = list(rehearse(session, None, asked.id, now=NOW))
    assert not steps or steps[-1].done == steps[-1].total
    assert asked.result is not None
    return dict(asked.result)


def seed(session: Session, world: World) -> Form:
    return load_form(get_version(session, world.version))


def test_a_sound_form_is_filled_by_everybody_and_sums_up(session: Session, world: World) -> None:
    tables = (Round, Report, Journal, Version)
    before = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    found = perform(session, ask(session, world, with_rules(seed(session, world))))
    assert (found["reports"], found["handed_in"], found["filled"]) == (6, 6, 6 * 64)
    assert (found["failed"], found["unfillable"], found["wrong"], found["total"]) == ([], [], [], [])
    assert (found["earlier"], found["untried"]) == (["quý II/2026"], [])
    assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == before


def test_agencies_between_fill_and_sum_up_and_what_was_not_tried_is_named(
    session: Session, world: World
) -> None:
    import_agencies(session, BELOW.encode(), valid_from=SINCE)
    rule = Rule(id="K8", code="K8", text="cột 3 >= 0 * cột 3 của cùng kỳ năm trước", severity="warning")
    form = with_rules(seed(session, world), rule)
    found = perform(session, ask(session, world, form, scope="codes:TRAM,C0002"))
    assert (found["reports"], found["handed_in"]) == (3, 3)  # C0001 lies between
    assert (found["wrong"], found["total"]) == ([], [])
    assert found["earlier"] == ["quý III/2025", "quý II/2026"]
    assert found["untried"] == []


@pytest.mark.parametrize(
    ("text", "contradicting"),
    [("nếu kỳ.quý = 3 thì cột 4 >= cột 3 + 1", ["K8"]), ("cột 4 * cột 5 < 0", [])],
)
def test_rules_that_no_figures_satisfy_are_named(
    session: Session, world: World, text: str, contradicting: list[str]
) -> None:
    form = with_rules(seed(session, world), Rule(id="K8", code="K8", text=text))
    found = perform(session, ask(session, world, form))
    assert found["contradicting"] == contradicting
    assert [(each["finding"]["rule"], each["reports"]) for each in found["failed"]] == [("K8", 6)]
    assert (found["handed_in"], found["total"]) == (0, [])


def test_a_form_with_errors_is_not_tried(session: Session, world: World) -> None:
    broken = Rule(id="K8", code="K8", text="cột 99 = 1")
    found = perform(session, ask(session, world, with_rules(seed(session, world), broken)))
    assert [finding["code"] for finding in found["findings"]] == ["E_REF"]


def test_who_is_missing_and_which_deadlines_are_days_off(session: Session, world: World) -> None:
    tree = read_tree(session, SINCE)
    first = tree.with_code("C0001")
    demo_people(session, [first], prefix="o", password="một câu đủ dài", now=NOW)
    found = perform(session, ask(session, world, with_rules(seed(session, world)), DUE))
    assert sorted({name for name, _ in found["nobody"]}) == [f"Xã {number}" for number in range(2, 7)]
    assert {role for _, role in found["nobody"]} == {"entry", "approver"}
    assert found["days_off"][0] == {"day": "2026-09-20", "name": "", "next": "2026-09-21"}
    assert len(list_rehearsals(session, seed(session, world).header.code)) == 1


def test_nobody_rehearses_what_is_none_of_their_business(session: Session, world: World) -> None:
    form = with_rules(seed(session, world))
    save_draft(session, form, base=0, actor="designer", now=NOW)
    facts: dict[str, Any] = {"period": QUARTER, "due_at": None, "actor": "designer", "now": NOW}
    with pytest.raises(NotFound):
        request_rehearsal(session, "no such", agency=world.lead, scope="children", **facts)
    commune = world.communes["C0001"]
    for agency, scope in ((commune, "codes:C0002"), (commune, "children"), (world.lead, "?")):
        with pytest.raises(Invalid):
            request_rehearsal(session, form.header.code, agency=agency, scope=scope, **facts)


def test_narratives_are_written_and_documents_attached(session: Session, world: World) -> None:
    form, _ = read_template(seed_files()["BCTM-KTXH-T"])
    assert form
    paper = Section("E", "E", "attachment", required=True, types=("pdf",))
    more = replace(form, sections=(*form.sections, paper), examples=())
    found = perform(session, ask(session, world, more))
    errors = [each for each in found["failed"] if each["finding"]["severity"] == "error"]
    assert (errors, found["handed_in"]) == ([], 6)
