"""What rules read besides the report: earlier periods, other forms, attributes, children; a draft never."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from agencies.attributes import set_attribute
from core.errors import Invalid
from engine.form import Form, Rule
from runtime.filling.contexts import context_of
from runtime.filling.entry import Change, save
from runtime.filling.explanations import explain
from runtime.flow import workflow
from runtime.models import Report, Round
from runtime.periods import Period, period_of
from runtime.programs import program_of
from runtime.rounds.opening import assign, open_round
from runtime.totals.consolidate import consolidate_round
from runtime.views.overview import view_report
from template_library.fileformat import read_template
from template_library.models import Version
from template_library.shelf import seed_files
from template_library.versions import load_form, publish
from tests.builders import NOW, SINCE, World, build, report_of

RULES = {
    "T1": "cột 4 >= cột 4 của kỳ trước",
    "T2": "cột 4 >= cột 4 của kỳ trước (2)",
    "T3": "cột 4 >= cột 4 của cùng kỳ năm trước",
    "T4": "cột 4 >= cột 4 của năm trước",
    "T5": "lũy_kế(cột 4) = 60",
}


def with_rules(form: Form, code: str, rules: Mapping[str, str]) -> Form:
    """II.06a under another code, with these rules as warnings in place of its own."""
    section = form.sections[0]
    made = tuple(Rule(id=name, code=name, text=text, severity="warning") for name, text in rules.items())
    computed = tuple(rule for rule in section.rules if rule.computed)
    header = replace(form.header, code=code)
    sections = (replace(section, rules=(*computed, *made)), *form.sections[1:])
    return replace(form, header=header, sections=sections, examples=())


@pytest.fixture
def form() -> Form:
    found, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
    assert found
    return found


@pytest.fixture
def world(session: Session) -> World:
    return build(session, 1)


def ask(session: Session, world: World, version: Version, period: Period) -> Report:
    """The commune's report of a new round."""
    opened = open_round(session, version=version, period=period, lead=world.lead, actor="test", now=NOW)
    for _ in assign(session, None, opened.id, now=NOW):
        pass
    return report_of(session, opened, world.communes["C0001"])


def fill(session: Session, report: Report, figure: str) -> None:
    change = [Change("A", "I1", "4", figure)]
    save(session, report.id, base=report.revision, idempotency_key=figure, changes=change, actor="a", now=NOW)


def hand_in(session: Session, report: Report, figure: str) -> None:
    fill(session, report, figure)
    for found in view_report(session, report).checked.findings:
        explain(session, report.id, (found.rule or found.code, found.where), "vì", actor="a", now=NOW)
    workflow.submit(session, report.id, actor="a", now=NOW)


def verdicts(session: Session, report: Report) -> dict[str, str]:
    found: Mapping[str, Any] = view_report(session, report).checked.verdicts
    return {name: each["I1"] if isinstance(each, Mapping) else each for name, each in found.items()}


def test_earlier_periods(session: Session, world: World, form: Form) -> None:
    made = with_rules(form, "T", RULES)
    version = publish(session, made, actor="test", now=NOW, effective_from=SINCE)
    now = ask(session, world, version, period_of("quarter", 2026, 3))
    fill(session, now, "30")
    assert {name: verdicts(session, now)[name] for name in RULES} == dict.fromkeys(RULES, "na:no_period")

    past = [("quarter", 2026, 2, "20"), ("quarter", 2026, 1, "10")]
    past += [("quarter", 2025, 3, "31"), ("year", 2025, 1, "99")]
    for frequency, year, number, figure in past:
        hand_in(session, ask(session, world, version, period_of(frequency, year, number)), figure)
    draft = open_again(session, world, version)
    fill(session, draft, "1000")
    assert {name: verdicts(session, now)[name] for name in RULES} == {
        "T1": "pass",
        "T2": "pass",
        "T3": "fail",
        "T4": "fail",
        "T5": "pass",
    }
    hand_in(session, now, "30")
    kept = now.context
    assert kept is not None
    assert kept["previous"]["A"]["I1"]["4"] == "20"
    assert kept["periods"]["kỳ trước(2)"]["A"]["I1"]["4"] == "10"
    assert [each["A"]["I1"]["4"] for each in kept["year_to_date"]] == ["10", "20"]
    assert (kept["same_period_last_year"]["A"]["I1"]["4"], kept["last_year"]["A"]["I1"]["4"]) == ("31", "99")


def open_again(session: Session, world: World, version: Version) -> Report:
    """A second round for the second quarter, which nobody hands in."""
    period = period_of("quarter", 2026, 2)
    opened = open_round(
        session, version=version, period=period, lead=world.lead, sequence=2, actor="test", now=NOW
    )
    for _ in assign(session, None, opened.id, now=NOW):
        pass
    return report_of(session, opened, world.communes["C0001"])


def test_other_forms(session: Session, world: World, form: Form) -> None:
    plan = publish(session, with_rules(form, "PLAN", {}), actor="test", now=NOW, effective_from=SINCE)
    rules = {"F1": "cột 4 <= cột 4 của biểu PLAN"}
    made = with_rules(form, "DONE", rules)
    version = publish(
        session, made, actor="test", now=NOW, effective_from=SINCE, others={"PLAN": load_form(plan)}
    )
    done = ask(session, world, version, period_of("quarter", 2026, 3))
    fill(session, done, "7")
    assert verdicts(session, done)["F1"] == "na:no_form"
    hand_in(session, ask(session, world, plan, period_of("year", 2026, 1)), "5")
    assert verdicts(session, done)["F1"] == "fail"
    hand_in(session, ask(session, world, plan, period_of("quarter", 2026, 3)), "9")  # the same period wins
    assert verdicts(session, done)["F1"] == "pass"


def test_attributes_and_children(session: Session, world: World, form: Form) -> None:
    rules = {"C1": "tổng_đơn_vị_con(cột 4) = cột 4", "C2": "cột 4 < đơn vị.dân_số"}
    made = with_rules(form, "C", rules)
    version = publish(session, made, actor="test", now=NOW, effective_from=SINCE)
    report = ask(session, world, version, period_of("quarter", 2026, 3))
    commune = world.communes["C0001"]
    set_attribute(session, commune, "dân số", "400", since=SINCE, actor="test", now=NOW)
    hand_in(session, report, "12")
    assert verdicts(session, report)["C2"] == "pass"
    workflow.accept(session, report.id, actor="b", now=NOW)
    opened = session.get_one(Round, report.round_id)
    total = report_of(session, opened, world.lead)
    assert verdicts(session, total)["C1"] == "na:no_children"
    for _ in consolidate_round(session, None, opened.id, False, now=NOW):
        pass
    assert verdicts(session, total)["C1"] == "pass"


def test_only_what_the_rules_read_is_gathered(session: Session, world: World) -> None:
    version = session.get_one(Version, world.version)
    report = ask(session, world, version, period_of("quarter", 2026, 3))
    _, kept = context_of(session, program_of(session, version.id), report)
    assert set(kept["agency"]) == {"mã", "tên", "cấp"}
    assert "year_to_date" not in kept
    assert kept["forms"] == {}


def test_a_figure_ten_times_that_of_the_last_period_is_a_warning(
    session: Session, world: World, form: Form
) -> None:
    """Also where no rule reads an earlier report."""
    made = with_rules(form, "J", {})
    version = publish(session, made, actor="test", now=NOW, effective_from=SINCE)
    hand_in(session, ask(session, world, version, period_of("quarter", 2026, 2)), "30")
    now = ask(session, world, version, period_of("quarter", 2026, 3))
    fill(session, now, "300")
    found = [f for f in view_report(session, now).checked.findings if f.code == "figure.jump"]
    assert [(f.where, f.severity, f.facts["before"]) for f in found] == [("A[I1;4]", "warning", Decimal(30))]
    with pytest.raises(Invalid) as refused:
        workflow.submit(session, now.id, actor="a", now=NOW)
    assert refused.value.findings
