"""Drafts and versions on real databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from engine.form import Form, Row, Rule
from template_library.drafts import load_draft, save_draft
from template_library.fileformat import read_template
from template_library.models import Version
from template_library.shelf import list_versions, load_seeds, seed_files
from template_library.versions import find_version, get_version, load_form, publish

NOW = datetime(2026, 1, 2, 3, tzinfo=UTC)
START = date(2026, 1, 1)


@pytest.fixture
def form() -> Form:
    form, findings = read_template(seed_files()["NTM-11"])
    assert form and not findings
    return form


def renamed(form: Form, name: str) -> Form:
    return replace(form, header=replace(form.header, name=name))


def with_rule(form: Form, text: str) -> Form:
    section = form.sections[0]
    return replace(form, sections=(replace(section, rules=(*section.rules, Rule("N", "N", text))),))


def issue(session: Session, form: Form, start: date = START) -> Version:
    return publish(session, form, actor="author", now=NOW, effective_from=start)


def test_the_same_content_is_published_once(session: Session, form: Form) -> None:
    first = issue(session, form)
    assert (first.number, first.published_by, first.published_at) == (1, "author", NOW)
    assert issue(session, form, date(2026, 5, 1)).id == first.id
    assert issue(session, renamed(form, "Khác")).number == 2
    assert get_version(session, first.id).effective_from == START


def test_what_was_published_is_exported_byte_for_byte(session: Session) -> None:
    versions = load_seeds(session, actor="author", now=NOW, effective_from=START)
    session.expire_all()
    assert {version.file.encode() for version in versions} == set(seed_files().values())
    assert load_form(versions[0]) is load_form(versions[0])
    again = load_seeds(session, actor="another", now=NOW, effective_from=START)
    assert [version.id for version in again] == [version.id for version in versions]
    assert list_versions(session) == sorted(versions, key=lambda version: version.template_code)


def test_rules_are_published_in_their_canonical_form(session: Session, form: Form) -> None:
    version = issue(session, with_rule(form, "CỘT  2<=cột 1"))
    assert load_form(version).sections[0].rules[-1].text == "cột 2 <= cột 1"


def test_a_faulty_form_is_refused_with_every_fault(session: Session, form: Form) -> None:
    with pytest.raises(Invalid) as refused:
        issue(session, with_rule(with_rule(form, "cột 2 <= cột 99"), "cột 2 <= "))
    assert [finding.code for finding in refused.value.findings] == ["E_REF", "E_SYNTAX"]


def test_an_example_that_no_longer_holds_is_refused(session: Session, form: Form) -> None:
    with pytest.raises(Invalid) as refused:
        issue(session, with_rule(form, "ô [T; 1] = 0"))
    assert {(finding.code, finding.where) for finding in refused.value.findings} == {
        ("file.example", f"examples[{index}].expect") for index in range(3)
    }


def test_the_version_in_force_depends_on_the_day(session: Session, form: Form) -> None:
    issue(session, form)
    issue(session, renamed(form, "Từ tháng 5"), date(2026, 5, 1))
    code = form.header.code
    assert [find_version(session, code, on=date(2026, month, 1)).number for month in (1, 4, 5)] == [1, 1, 2]
    with pytest.raises(NotFound) as refused:
        find_version(session, code, on=date(2025, 12, 31))
    assert refused.value.code == "template.not_in_force"
    with pytest.raises(NotFound) as refused:
        find_version(session, "99", on=START)
    assert refused.value.code == "template.unknown"
    with pytest.raises(NotFound):
        get_version(session, 0)


def test_a_draft_is_saved_on_top_of_what_its_author_saw(session: Session, form: Form) -> None:
    unfinished = with_rule(form, "cột 2 <=")
    assert save_draft(session, form, base=0, actor="author", now=NOW).revision == 1
    assert save_draft(session, unfinished, base=1, actor="author", now=NOW).revision == 2
    with pytest.raises(Conflict) as refused:
        save_draft(session, form, base=1, actor="another", now=NOW)
    assert refused.value.facts == {"found": 2, "base": 1}
    assert load_draft(session, form.header.code) == (unfinished, 2)
    with pytest.raises(NotFound):
        load_draft(session, "99")


def with_row_code(form: Form, ident: str, code: str | None) -> Form:
    """The form with another code for a row, or without it."""

    def changed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        kept = (row for row in rows if code or row.id != ident)
        return tuple(
            replace(row, code=code if code and row.id == ident else row.code, children=changed(row.children))
            for row in kept
        )

    section = form.sections[0]
    rows = replace(section.rows, items=changed(section.rows.items))
    return replace(form, sections=(replace(section, rows=rows),))


def test_rules_follow_renamed_rows_from_version_to_version(session: Session, form: Form) -> None:
    form = replace(with_rule(form, "ô [I; 2] <= ô [I; 1] + 1000000"), examples=())
    first = load_form(issue(session, form))
    assert load_form(issue(session, with_row_code(first, "I", "MOI"))).sections[0].rules[-1].text == (
        "ô [MOI; 2] <= ô [MOI; 1] + 1000000"
    )


def test_rules_that_point_to_retired_rows_are_told(session: Session, form: Form) -> None:
    form = replace(with_rule(form, "ô [I; 2] <= ô [I; 1] + 1000000"), examples=())
    first = load_form(issue(session, form))
    with pytest.raises(Invalid) as refused:
        issue(session, with_row_code(first, "I", None))
    assert ("rule.gone.row", "N") in {(finding.key, finding.rule) for finding in refused.value.findings}


def test_rules_that_contradict_each_other_are_refused(session: Session, form: Form) -> None:
    form = replace(with_rule(with_rule(form, "ô [I; 2] = 1"), "ô [I; 2] = 2"), examples=())
    with pytest.raises(Invalid) as refused:
        issue(session, form)
    assert [finding.code for finding in refused.value.findings] == ["rule.contradiction"]
