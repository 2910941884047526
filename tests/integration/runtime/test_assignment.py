"""Who belongs to a round: passed on level by level, joined late, left out with a reason; each asked once."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.importer import import_agencies
from agencies.store import read_tree
from core.errors import Conflict, Forbidden, Invalid
from core.jobs import Progress
from engine.sheet import Status
from runtime.filling.desk import lay_out
from runtime.filling.entry import save
from runtime.flow import workflow
from runtime.models import Report, Round
from runtime.programs import program_for
from runtime.rounds.asking import ask
from runtime.rounds.cascade import pass_on, passed_on, proposed_due
from runtime.rounds.closing import ask_again, close_round
from runtime.rounds.membership import join, joined, leave_out, left_out, take_back
from runtime.rounds.opening import assign
from runtime.totals.consolidate import consolidate_round, is_stale
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.builders import NOW, QUARTER, RIGHT, SINCE, row

PLACES = """level,code,name,parent_code
province,31,Thành phố Hải Phòng,
commune,C1,Xã Một,31
commune,C2,Xã Hai,31
commune,C3,Xã Ba,31
department,C1.VP,Văn phòng xã Một,C1
organisation,C1.TT,Trung tâm xã Một,C1
"""
DUE = NOW + timedelta(days=7)
SOONER = DUE - timedelta(days=2)


class Asked:
    """A round of the province; reports by agency code."""

    def __init__(
        self, session: Session, scope: str, flow: str, without: Mapping[str, str] | None = None
    ) -> None:
        self.session = session
        import_agencies(session, PLACES.encode(), valid_from=SINCE)
        form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
        assert form
        version = publish(session, form, actor="test", now=NOW, effective_from=SINCE)
        self.ids = {node.code: node.id for node in read_tree(session, QUARTER.end)}
        flows = {"levels": "levels", "tree": "tree"}
        self.round: Round = ask(
            session,
            version,
            QUARTER,
            self.ids["31"],
            scope=scope,
            flow=flows.get(flow, "direct"),  # type: ignore[arg-type]
            due_at=DUE,
            without=without,
            actor="test",
            now=NOW,
        )
        assert all(isinstance(step, Progress) for step in assign(session, None, self.round.id, now=NOW))

    def reports(self) -> Mapping[str, Report]:
        codes = {agency: code for code, agency in self.ids.items()}
        found = self.session.scalars(select(Report).filter_by(round_id=self.round.id).order_by(Report.id))
        return {codes[report.agency_id]: report for report in found}

    def enter(self, code: str) -> None:
        report = self.reports()[code]
        save(
            self.session,
            report.id,
            base=report.revision,
            idempotency_key=f"{code} {report.revision} saved",
            changes=row("I1", RIGHT),
            actor=code,
            now=NOW,
        )

    def hand_in(self, code: str) -> None:
        self.enter(code)
        report = self.reports()[code]
        workflow.submit(self.session, report.id, actor=code, now=NOW)
        workflow.accept(self.session, report.id, actor="lead", now=NOW)

    def consolidate(self) -> None:
        for _ in consolidate_round(self.session, None, self.round.id, False, now=NOW):
            pass


def test_only_the_first_level_is_asked_and_each_passes_on(session: Session) -> None:
    asked = Asked(session, "level:department", "levels")  # the first of those above them
    assert set(asked.reports()) == {"31", "C1"}
    first = asked.reports()["C1"]
    told = {"due_at": SOONER, "actor": "o-c1", "now": NOW}
    new = pass_on(session, first.id, "codes:C1.VP,C1.TT", **told)  # type: ignore[arg-type]
    assert set(new) == {asked.ids["C1.VP"], asked.ids["C1.TT"]}
    assert list(pass_on(session, first.id, "children", **told)) == []  # type: ignore[arg-type]
    below = asked.reports()["C1.VP"]
    assert (below.receiver_id, below.due_at) == (asked.ids["C1"], SOONER)
    passing = passed_on(session, asked.round.id)
    assert {code: passing[report.id].number for code, report in asked.reports().items() if code != "31"} == {
        "C1": 2,
        "C1.VP": 0,
        "C1.TT": 0,
    }
    asked.hand_in("C1.VP")
    asked.hand_in("C1.TT")
    asked.consolidate()
    workflow.submit(session, first.id, actor="o-c1", now=NOW)
    workflow.accept(session, first.id, actor="lead", now=NOW)
    asked.consolidate()
    lead = asked.reports()["31"]
    assert lead.coverage and lead.coverage["counted"] == 1


def test_who_passes_on_gives_no_later_deadline_and_asks_only_his_own(session: Session) -> None:
    asked = Asked(session, "codes:C1,C2", "levels")
    report = asked.reports()["C1"].id
    for due, code in ((DUE + timedelta(minutes=1), "cascade.late"), (NOW, "round.deadline_past")):
        with pytest.raises(Invalid) as refused:
            pass_on(session, report, "children", due_at=due, actor="o", now=NOW)
        assert refused.value.findings[0].code == code
    with pytest.raises(Invalid):
        pass_on(session, report, "codes:C2", due_at=SOONER, actor="o", now=NOW)
    with pytest.raises(Conflict):
        pass_on(session, asked.reports()["31"].id, "children", due_at=SOONER, actor="o", now=NOW)


def test_a_report_is_split_by_rows_among_those_below(session: Session) -> None:
    asked = Asked(session, "codes:C1,C2", "levels")
    first = asked.reports()["C1"]
    told = {"due_at": SOONER, "actor": "o-c1", "now": NOW}
    lines = "C1.VP; I1, A[I2;4]\nC1.TT; A[I2;6]"
    new = pass_on(session, first.id, "", lines=lines, **told)  # type: ignore[arg-type]
    assert set(new) == {asked.ids["C1.VP"], asked.ids["C1.TT"]}
    for again in ("", lines):
        with pytest.raises(Conflict, match="cascade.shared"):
            pass_on(session, first.id, "children", lines=again, **told)  # type: ignore[arg-type]
    below = asked.reports()
    assert (below["C1.VP"].rows, below["C1.TT"].rows) == ({"A": ["I1", "I2;4"]}, {"A": ["I2;6"]})
    states = {code: program_for(session, below[code]).layout.sections["A"] for code in ("C1", "C1.VP")}
    at = [each.row_at["I1"] * len(each.columns) + each.column_at["4"] for each in states.values()]
    assert [each.cells[i].state for i, each in zip(at, states.values(), strict=True)] == ["locked", "open"]
    asked.hand_in("C1.VP")
    asked.consolidate()
    whole = lay_out(session, first.id).sheet
    assert whole.figure("A", "I1", "4").status == Status.VALUE
    assert first.coverage and first.coverage["rows"]["A"]["I2"]["expected"] == 2
    other = asked.reports()["C2"]
    asked.enter("C2")
    with pytest.raises(Conflict, match="cascade.begun"):
        pass_on(session, other.id, "", lines="C1.VP; I1", **told)  # type: ignore[arg-type]


def test_at_once_stays_as_it_is(session: Session) -> None:
    asked = Asked(session, "level:department", "tree")
    assert {code: report.receiver_id for code, report in asked.reports().items()} == {
        "31": None,
        "C1": asked.ids["31"],
        "C1.VP": asked.ids["C1"],
    }
    with pytest.raises(Conflict, match="cascade.not_by_levels"):
        pass_on(session, asked.reports()["C1"].id, "children", due_at=None, actor="o", now=NOW)


def test_a_deadline_is_proposed_before_ones_own() -> None:
    friday = NOW.replace(month=9, day=25, hour=10)
    assert proposed_due(friday, NOW) == friday - timedelta(days=1)
    assert proposed_due(friday + timedelta(days=3), NOW) == friday  # over the weekend
    assert proposed_due(NOW + timedelta(hours=5), NOW) == NOW + timedelta(hours=2, minutes=30)
    assert proposed_due(None, NOW) is None


def test_late_joiners_are_asked_once(session: Session) -> None:
    asked = Asked(session, "codes:C1", "direct")
    ids = [asked.ids["C1"], asked.ids["C2"]]
    told = {"due_at": SOONER, "reason": "mới thành lập", "actor": "lead", "now": NOW}
    assert list(join(session, asked.round.id, ids, **told)) == [asked.ids["C2"]]  # type: ignore[arg-type]
    assert list(join(session, asked.round.id, ids, **told)) == []  # type: ignore[arg-type]
    assert asked.reports()["C1"].due_at == DUE and asked.reports()["C2"].due_at == SOONER


def test_who_is_left_out_counts_no_more_and_is_on_record(session: Session) -> None:
    asked = Asked(session, "children", "direct", without={"C3": "sáp nhập"})
    assert set(asked.reports()) == {"31", "C1", "C2"}
    asked.hand_in("C1")
    asked.enter("C2")
    asked.consolidate()
    told = {"actor": "lead", "now": NOW}
    with pytest.raises(Forbidden):
        leave_out(session, asked.round.id, asked.ids["C2"], reason="x", by=asked.ids["C1"], **told)  # type: ignore[arg-type]
    assert leave_out(session, asked.round.id, asked.ids["C1"], reason="giải thể", **told)  # type: ignore[arg-type]
    assert not leave_out(session, asked.round.id, asked.ids["C1"], reason="giải thể", **told)  # type: ignore[arg-type]
    gone = {each.code: each.reason for each in left_out(session, asked.round.id)}
    assert gone == {"C1": "giải thể", "C3": "sáp nhập"}
    lead = asked.reports()["31"]
    assert is_stale(session, lead)
    asked.consolidate()
    assert lead.coverage and (lead.coverage["counted"], lead.coverage["expected"]) == (0, 1)
    assert {each["name"]: each["reason"] for each in lead.coverage["left_out"]} == {
        "Xã Một": "giải thể",
        "Xã Ba": "sáp nhập",
    }
    with pytest.raises(Conflict, match="report.left_out"):
        asked.enter("C1")
    with pytest.raises(Conflict, match="report.left_out"):
        workflow.return_(session, asked.reports()["C1"].id, reason="x", actor="lead", now=NOW)
    for code in ("C1", "C3"):
        assert take_back(session, asked.round.id, asked.ids[code], **told)  # type: ignore[arg-type]
        assert not take_back(session, asked.round.id, asked.ids[code], **told)  # type: ignore[arg-type]
    assert left_out(session, asked.round.id) == []
    asked.consolidate()
    assert lead.coverage and (lead.coverage["counted"], lead.coverage["expected"]) == (1, 3)


def test_asking_again_asks_who_joined_and_not_who_was_left_out(session: Session) -> None:
    asked = Asked(session, "codes:C1,C2", "direct")
    told = {"actor": "lead", "now": NOW}
    join(session, asked.round.id, [asked.ids["C3"], asked.ids["C1.TT"]], reason="mới lập", **told)  # type: ignore[arg-type]
    for code, reason in (("C2", "sáp nhập"), ("C1.TT", "nhầm")):
        leave_out(session, asked.round.id, asked.ids[code], reason=reason, **told)  # type: ignore[arg-type]
    close_round(session, asked.round.id, **told)  # type: ignore[arg-type]
    first, asked.round = asked.round.id, ask_again(session, asked.round.id, **told)  # type: ignore[arg-type]
    list(assign(session, None, asked.round.id, now=NOW))
    assert set(asked.reports()) == {"31", "C1", "C3"}
    for told_of in (joined, left_out):
        now, before = (
            [(each.code, each.reason) for each in told_of(session, of)] for of in (asked.round.id, first)
        )
        assert now == before != []


def test_who_others_report_to_is_not_left_out(session: Session) -> None:
    asked = Asked(session, "level:department", "tree")
    with pytest.raises(Conflict, match="round.others_report_to"):
        leave_out(session, asked.round.id, asked.ids["C1"], reason="x", actor="lead", now=NOW)
