"""Narratives and documents: saved, judged, handed in and read as figures are."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from runtime.filling.attachments import COLUMN, PIECE, attach, attachments, detach, read_attachment
from runtime.filling.desk import lay_out
from runtime.filling.entry import Change, save
from runtime.filling.explanations import explain
from runtime.filling.words import chapters, chapters_below
from runtime.flow import workflow
from runtime.models import Report, Round
from runtime.periods import period_of
from runtime.rounds.opening import assign, open_round
from runtime.totals.consolidate import consolidate_round
from runtime.views.overview import view_report
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.builders import NOW, SINCE, World, build, report_of

MONTH = period_of("month", 2026, 8)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
CITED = {"LUA_4": "120", "LUA_5": "100", "IIP_3": "104", "IIP_4": "103", "THU_4": "90", "GN_4": "31"}
"""What is cited, or is computed from, by row and column."""


def docx(*more: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name in ("docProps/app.xml", "word/document.xml", *more, "[Content_Types].xml"):
            archive.writestr(name, "<x/>")
    return file.getvalue()


@pytest.fixture
def world(session: Session) -> World:
    return build(session, 2)


def ask(session: Session, world: World, name: str) -> Round:
    form, _ = read_template(seed_files()[name])
    assert form
    version = publish(session, form, actor="test", now=NOW, effective_from=SINCE)
    opened = open_round(session, version=version, period=MONTH, lead=world.lead, actor="test", now=NOW)
    for _ in assign(session, None, opened.id, now=NOW):
        pass
    return opened


@pytest.fixture
def told(session: Session, world: World) -> Round:
    ask(session, world, "KTXH-01")
    return ask(session, world, "BCTM-KTXH-T")


@pytest.fixture
def report(session: Session, told: Round, world: World) -> Report:
    return report_of(session, told, world.communes["C0001"])


def write(session: Session, report: Report, part: str, value: str, **more: Any) -> Any:
    given: dict[str, Any] = {"base": report.revision, "idempotency_key": part + value[:20], "actor": "a"}
    given |= more
    return save(session, report.id, changes=[Change("D", part, "text", value)], now=NOW, **given)


def figures(session: Session, report: Report) -> Report:
    """The agency's report of figures for the same period."""
    query = "SELECT r.id FROM report r JOIN round o ON o.id = r.round_id "
    query += "WHERE o.template_code = 'KTXH-01' AND r.agency_id = :a"
    found = session.get(Report, session.execute(text(query), {"a": report.agency_id}).scalar_one())
    assert found
    return found


def send_figures(session: Session, report: Report, **more: str) -> None:
    """Sent past its checks: this is about who cites it."""
    source = figures(session, report)
    changes = [Change("A", place[:-2], place[-1], value) for place, value in (CITED | more).items()]
    key = f"k{source.revision}"
    save(session, source.id, base=source.revision, idempotency_key=key, changes=changes, actor="a", now=NOW)
    source.state = "submitted"
    session.flush()


def ready(session: Session, report: Report) -> None:
    """Two prepared texts cite what only the province knows: they are written anew."""
    send_figures(session, report)
    for part, row in (("I.4", "THU"), ("I.5", "GN")):
        write(session, report, part, f'Đạt {{{{"KTXH-01"[{row};4]}}}} tỷ đồng.')


def codes(session: Session, report: Report) -> list[tuple[str, str]]:
    return [(f.code, f.where) for f in view_report(session, report).checked.findings]


def test_a_prepared_text_waits_for_its_figures(session: Session, report: Report) -> None:
    """K1 of the paper: every field has a value before the report is signed."""
    assert ("narrative.blank", "D[I.1;text]") in codes(session, report)
    with pytest.raises(Invalid) as refused:
        workflow.submit(session, report.id, actor="a", now=NOW)
    assert refused.value.code == "narrative.blank"
    ready(session, report)
    assert codes(session, report) == []
    desk = lay_out(session, report.id)
    (chapter,) = chapters(desk.program, desk.sheet, desk.context, desk.words)
    (first,) = (each for each in chapter.passages if each.part.id == "I.1")
    assert [(piece.text, piece.field) for piece in first.pieces][1] == ("120", '"KTXH-01"[LUA;4]')
    assert desk.standing["cells"] == desk.standing["filled"] == 4
    workflow.submit(session, report.id, actor="a", now=NOW)


def test_texts_are_cells_of_a_save(session: Session, report: Report) -> None:
    """Revision, journal and conflict are those of figures; the same save twice is stored once."""
    saved = write(session, report, "III", "Ổn định.")
    assert (saved.revision, saved.stored, report.revision) == (1, 1, 1)
    assert write(session, report, "III", "Ổn định.", base=0) == saved
    theirs = write(session, report, "III", "Giữ vững.", actor="b")
    assert theirs.revision == 2
    mine = write(session, report, "III", "Khác.", base=1)
    assert [(c.where, c.mine, c.theirs) for c in mine.conflicts] == [("D[III;text]", "Khác.", "Giữ vững.")]
    assert mine.stored == 0
    assert lay_out(session, report.id).words.texts["D", "III"].text == "Giữ vững."
    rows = session.execute(text('SELECT "row", "column", old, new, actor FROM journal ORDER BY id')).all()
    assert [tuple(row) for row in rows] == [
        ("III", "text", "", "Ổn định.", "a"),
        ("III", "text", "Ổn định.", "Giữ vững.", "b"),
    ]


def test_what_cannot_be_kept_is_told(session: Session, report: Report) -> None:
    given = [("IX", "text", "x"), ("III", "4", "x"), ("III", "text", "x" * 20_001)]
    changes = [Change("D", *each) for each in given]
    saved = save(session, report.id, base=0, idempotency_key="k", changes=changes, actor="a", now=NOW)
    found = [(f.key, f.where) for f in saved.findings if f.code.startswith(("figure.", "E_"))]
    assert found == [
        ("figure.row", "D[IX;text]"),
        ("figure.column", "D[III;4]"),
        ("E_LIMIT.text", "D[III;text]"),
    ]
    assert report.revision == 0


def test_a_required_point_must_be_written_or_a_document_stand_in_its_place(
    session: Session, report: Report
) -> None:
    ready(session, report)
    write(session, report, "I.2", "")
    assert codes(session, report) == [("narrative.missing", "D[I.2;text]")]
    attach(session, report.id, "D", "Báo cáo.pdf", PDF, actor="a", now=NOW)
    assert codes(session, report) == []


def test_a_field_that_names_nothing_is_told(session: Session, report: Report) -> None:
    ready(session, report)
    write(session, report, "V", 'Đạt {{"KTXH-01"[XX;4]}}, {{ABC}}, {{"GN"[1;2]}}.')
    assert codes(session, report) == [("narrative.field", "D[V;text]")] * 3


def test_words_tell_when_their_number_changed(session: Session, report: Report) -> None:
    """Written for 120, now 98: to be looked at again, or explained."""
    ready(session, report)
    words = 'Được mùa: {{"KTXH-01"[LUA;4]}} ha.'
    write(session, report, "IV", words)
    figures(session, report).state = "returned"
    send_figures(session, report, LUA_4="98")
    (found,) = (f for f in view_report(session, report).checked.findings)
    assert (found.code, found.severity, dict(found.facts)["field"]) == (
        "narrative.moved",
        "warning",
        '"KTXH-01"[LUA;4]',
    )
    with pytest.raises(Invalid):
        workflow.submit(session, report.id, actor="a", now=NOW)
    explain(session, report.id, ("narrative.moved", "D[IV;text]"), "Đã xem.", actor="a", now=NOW)
    workflow.submit(session, report.id, actor="a", now=NOW)
    workflow.move(session, report.id, "recall", actor="a", now=NOW)
    write(session, report, "IV", words, idempotency_key="again")  # saved again, it is written for 98
    assert codes(session, report) == []


def test_what_was_sent_stands_still(session: Session, report: Report) -> None:
    ready(session, report)
    write(session, report, "III", "Ổn định.")
    attach(session, report.id, "D", "a.pdf", PDF, actor="a", now=NOW)
    workflow.submit(session, report.id, actor="a", now=NOW)
    figures(session, report).state = "returned"
    send_figures(session, report, LUA_4="98")
    desk = lay_out(session, report.id)
    pieces = chapters(desk.program, desk.sheet, desk.context, desk.words)[0].passages[1].pieces
    assert pieces[1].text == "120"
    with pytest.raises(Conflict):
        write(session, report, "III", "Khác.", base=2)
    with pytest.raises(Conflict):
        detach(session, report.id, "D", desk.words.files[0].digest, actor="a", now=NOW)
    workflow.accept(session, report.id, actor="lead", now=NOW)
    for change in ("UPDATE report_text SET text = 'x'", "DELETE FROM report_file", "DELETE FROM file_piece"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(change))


def test_documents_are_kept_once_and_told_in_the_journal(session: Session, report: Report) -> None:
    content = PDF + b"\n" * 3 * PIECE + b"%%EOF"
    first = attach(session, report.id, "D", r"C:\x\..\Báo cáo: tháng 8?.PDF", content, actor="a", now=NOW)
    again = attach(session, report.id, "D", "khác.pdf", content, actor="b", now=NOW)
    assert first == again
    assert (first.name, first.kind, first.size) == ("Báo cáo tháng 8.pdf", "pdf", len(content))
    assert report.revision == 1
    assert read_attachment(session, report.id, first.digest) == (first, content)
    detach(session, report.id, "D", first.digest, actor="a", now=NOW)
    detach(session, report.id, "D", first.digest, actor="a", now=NOW)
    assert report.revision == 2
    assert attachments(session, [report.id]) == {report.id: []}
    with pytest.raises(NotFound):
        read_attachment(session, report.id, first.digest)
    told = session.execute(text('SELECT "column", old, new FROM journal ORDER BY id')).all()
    assert [tuple(entry) for entry in told] == [(COLUMN, "", first.name), (COLUMN, first.name, "")]
    assert session.execute(text("SELECT count(*) FROM file_piece")).scalar_one() == 4


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.docx", b"", "attachment.empty"),
        ("a.pdf", b"%PDF" + b"0" * 15_000_000, "attachment.large"),
        ("a.pdf", b"MZ\x90\x00 a program", "attachment.kind"),
        ("a.pdf", b"<html><script>alert(1)</script>", "attachment.kind"),
        ("torn.pdf", PDF[:20], "attachment.kind"),
        ("a.docx", docx("word/vbaProject.bin"), "attachment.kind"),
        ("torn.docx", docx()[:60], "attachment.kind"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 100, "attachment.kind"),
        ("sheet.docx", docx().replace(b"word/", b"xlxx/"), "attachment.kind"),
    ],
)
def test_a_document_is_what_is_in_it(
    session: Session, report: Report, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        attach(session, report.id, "D", name, content, actor="a", now=NOW)
    assert refused.value.code == code
    assert attach(session, report.id, "D", "không.exe", docx(), actor="a", now=NOW).name == "không.exe.docx"


def test_a_total_lists_what_its_children_say(session: Session, world: World, told: Round) -> None:
    for code, said in (("C0001", "Một."), ("C0002", "Hai.")):
        child = report_of(session, told, world.communes[code])
        ready(session, child)
        write(session, child, "III", said)
        attach(session, child.id, "D", f"{code}.docx", docx(code), actor="a", now=NOW)
        workflow.submit(session, child.id, actor="a", now=NOW)
        workflow.accept(session, child.id, actor="lead", now=NOW)
    total = report_of(session, told, world.lead)
    for _ in consolidate_round(session, None, told.id, False, now=NOW):
        pass
    assert total.coverage and total.coverage["counted"] == 2
    count, below = chapters_below(session, total, "D", 0, 50)
    assert count == 2
    assert [(node.name, {p.part.id: p.text for p in c.passages}["III"]) for node, _, c in below] == [
        ("Xã 1", "Một."),
        ("Xã 2", "Hai."),
    ]
    assert [file.name for _, _, c in below for file in c.files] == ["C0001.docx", "C0002.docx"]
    assert [len(chapters_below(session, total, "D", start, 1)[1]) for start in (0, 1, 2)] == [1, 1, 0]
