"""A monthly table by departments, each filling its rows: entry, checks, the whole, where a figure is from."""

from collections.abc import Mapping

import pytest
from sqlalchemy.orm import Session

from agencies.importer import import_agencies
from agencies.store import read_tree
from core.errors import Invalid
from core.jobs import Progress
from runtime.filling.desk import lay_out
from runtime.filling.entry import Change, save
from runtime.flow import workflow
from runtime.models import Report, Round
from runtime.periods import period_of
from runtime.programs import program_of
from runtime.rounds.assignment import read_assignment, share_out
from runtime.rounds.opening import assign, open_round
from runtime.totals.consolidate import consolidate_round
from runtime.totals.trace import trace_figure
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import get_version, publish
from tests.builders import NOW, SINCE

PLACES = """level,code,name,parent_code
province,31,Thành phố Hải Phòng,
department,S.TC,Sở Tài chính,31
department,S.CT,Sở Công Thương,31
department,S.NN,Sở Nông nghiệp và Môi trường,31
department,S.NV,Sở Nội vụ,31
"""
ROWS = "S.TC; THU, THU_ND, GN\nS.CT; IIP\nS.NN; LUA, HN\nS.NV; VL, HN"
JUNE = period_of("month", 2026, 6)


class Shared:
    """The round of the province with its reports by agency code."""

    def __init__(self, session: Session, rows: str = ROWS) -> None:
        self.session = session
        import_agencies(session, PLACES.encode(), valid_from=SINCE)
        form, _ = read_template(seed_files()["KTXH-01"])
        assert form
        version = publish(session, form, actor="test", now=NOW, effective_from=SINCE)
        tree = read_tree(session, JUNE.end)
        lead = tree.with_code("31").id
        layout = program_of(session, version.id).layout
        scope, given = share_out(tree, layout, read_assignment(tree, layout, rows), lead)
        self.round = open_round(
            session,
            version=version,
            period=JUNE,
            lead=lead,
            scope=scope,
            rows=given,
            actor="test",
            now=NOW,
        )
        assert all(isinstance(step, Progress) for step in assign(session, None, self.round.id, now=NOW))
        codes = {node.id: node.code for node in tree}
        found = session.query(Report).filter_by(round_id=self.round.id)
        self.reports: Mapping[str, Report] = {codes[report.agency_id]: report for report in found}

    def enter(self, code: str, **figures: str) -> list[str]:
        """Save figures named like `THU_3`; what the answer finds, as codes and places."""
        report = self.reports[code]
        cells = [(name.rpartition("_"), value) for name, value in figures.items()]
        saved = save(
            self.session,
            report.id,
            base=report.revision,
            idempotency_key=f"{code}{report.revision}{figures}",
            changes=[Change("A", row, column, value) for (row, _, column), value in cells],
            actor=code,
            now=NOW,
        )
        return [f"{finding.code} {finding.rule or finding.where}" for finding in saved.findings]

    def take_in(self, *codes: str) -> None:
        for code in codes:
            for name in ("submit", "accept"):
                workflow.move(self.session, self.reports[code].id, name, actor=code, now=NOW)

    def sum_up(self) -> Report:
        for _ in consolidate_round(self.session, None, self.round.id, False, now=NOW):
            pass
        return self.reports["31"]

    def whole(self) -> dict[str, str]:
        sheet = lay_out(self.session, self.reports["31"].id).sheet
        return {f"{row}_{column}": str(figure.number) for (_, row, column), _, figure in sheet.figures()}


@pytest.fixture
def shared(session: Session) -> Shared:
    return Shared(session)


def test_a_department_fills_its_rows_and_no_others(shared: Shared) -> None:
    assert shared.enter("S.TC", THU_3="100", IIP_3="107.5") == ["figure.others_row A[IIP;3]"]
    assert shared.enter("S.TC", THU_ND_3="101") == ["rule.failed K5", "part.of_which A[THU;3]"]
    assert shared.enter("S.TC", THU_ND_3="90") == []
    desk = lay_out(shared.session, shared.reports["S.TC"].id)
    assert desk.standing == {"cells": 12, "filled": 2, "errors": 0, "warnings": 0, "failed": []}
    assert shared.enter("31", IIP_3="1") == ["figure.others_row A[IIP;3]"]
    assert shared.enter("31", NTM_3="89") == []


def test_the_parts_become_one_report(shared: Shared) -> None:
    shared.enter("S.TC", THU_2="50", THU_3="100", THU_ND_3="90")
    shared.enter("S.CT", IIP_3="108.12", IIP_4="107.9", IIP_5="105.21")
    shared.enter("S.NN", LUA_3="4210", HN_3="2.41", HN_4="2.41")
    shared.enter("31", NTM_2="88", NTM_3="89")
    shared.take_in("S.TC", "S.CT")
    report = shared.sum_up()
    whole = shared.whole()
    assert (whole["THU_3"], whole["THU_6"], whole["THU_ND_3"]) == ("100.0", "200.0", "90.0")
    assert (whole["IIP_3"], whole["IIP_7"]) == ("108.12", "2.7")  # a rate stands as it was typed
    assert (whole["NTM_3"], whole["NTM_6"]) == ("89", "101.1")
    assert "LUA_3" not in whole
    assert report.coverage
    told = report.coverage["rows"]["A"]
    assert told["THU"] == {"counted": 1, "expected": 1, "lacking": []}
    assert (told["HN"]["counted"], told["HN"]["expected"]) == (0, 2)
    assert [each["code"] for each in told["HN"]["lacking"]] == ["S.NN", "S.NV"]
    assert (report.coverage["counted"], report.coverage["expected"]) == (2, 4)
    assert report.coverage["cells"] == {}
    traced = trace_figure(shared.session, report, "A[IIP;3]")
    assert [(part.code, part.value, part.entries[0].actor) for part in traced.parts] == [
        ("S.CT", "108.12", "S.CT")
    ]
    shared.take_in("S.NN")
    workflow.move(shared.session, shared.reports["S.CT"].id, "reopen", reason="sai", actor="31", now=NOW)
    shared.sum_up()
    assert "IIP_3" not in shared.whole()
    assert shared.whole()["LUA_3"] == "4210"


def test_what_only_the_whole_can_show_is_found_where_it_is_gathered(session: Session) -> None:
    shared = Shared(session, "S.TC; THU, GN\nS.CT; THU_ND, IIP\nS.NN; LUA, HN\nS.NV; VL")
    assert shared.enter("S.TC", THU_3="100") == []
    assert shared.enter("S.CT", THU_ND_3="120") == []
    shared.take_in("S.TC", "S.CT")
    report = shared.sum_up()
    found = {each.finding.rule for each in lay_out(session, report.id).found}
    assert "K5" in found
    with pytest.raises(Invalid):
        workflow.submit(session, report.id, actor="31", now=NOW)


def test_rows_must_be_for_those_who_report(shared: Shared) -> None:
    other = shared.session.get_one(Round, shared.round.id)
    with pytest.raises(Invalid) as refused:
        open_round(
            shared.session,
            version=get_version(shared.session, other.version_id),
            period=period_of("month", 2026, 7),
            lead=other.lead_id,
            scope="codes:S.TC",
            rows=other.rows,
            actor="test",
            now=NOW,
        )
    assert refused.value.code == "assignment.others"


def test_columns_of_one_row_come_from_two_agencies(session: Session) -> None:
    shared = Shared(session, "S.TC; THU, A[IIP;3]\nS.CT; A[IIP;4], A[IIP;5]")
    assert shared.enter("S.TC", IIP_3="108.12", IIP_4="1") == ["figure.others_column A[IIP;4]"]
    shared.enter("S.TC", IIP_3="108.12")
    assert shared.enter("S.CT", THU_3="1") == ["figure.others_row A[THU;3]"]
    shared.enter("S.CT", IIP_4="107.9", IIP_5="105.21")
    shared.take_in("S.TC", "S.CT")
    report, whole = shared.sum_up(), shared.whole()
    assert (whole["IIP_3"], whole["IIP_4"], whole["IIP_5"]) == ("108.12", "107.90", "105.21")
    assert report.coverage and report.coverage["cells"] == {}
    assert (report.coverage["rows"]["A"]["IIP"]["counted"], report.coverage["counted"]) == (2, 2)
