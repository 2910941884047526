"""Regimes, cards, copies with a locked core, states with their clocks, and rounds that they allow."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from agencies.mandate_presets import PRESETS
from agencies.mandates import set_mandates
from core.errors import Conflict, Forbidden, Invalid, NotFound
from designer.permits import demand_permitted
from engine.form import Form, Row, Rule
from runtime.rounds.opening import open_round
from runtime.views.usage import Usage, running_rounds, usage_by_template
from template_library import cards, regimes, states
from template_library.catalogue import Wanted, catalogue, pick
from template_library.drafts import load_draft, save_draft
from template_library.fileformat import read_template
from template_library.regime_file import Regime, data_to_regime, read_regime, regime_to_data, write_regime
from template_library.shelf import load_seeds, seed_files
from template_library.versions import find_version, get_version, load_form, publish
from tests.builders import NOW, QUARTER, SINCE, World, build, start_round

DAY = date(2026, 9, 1)
CODE = "II.06a/VPCP/KSTT"
WHO: dict[str, Any] = {"actor": "author", "now": NOW}


@pytest.fixture
def world(session: Session) -> World:
    return build(session, communes=3)


def form_of(name: str = "II.06a-VPCP-KSTT", **header: Any) -> Form:
    form, _ = read_template(seed_files()[name])
    assert form
    return replace(form, header=replace(form.header, **header))


def issued(session: Session, code: str, agency: int | None = None, now: datetime = NOW, **header: Any) -> int:
    """A version of an agency's own template."""
    cards.take_charge(session, code, agency)
    form = form_of(code=code, **header)
    return publish(session, form, actor="author", now=now, effective_from=SINCE).id


class TestRegimes:
    def test_the_seeds_are_read_and_written_back(self) -> None:
        seeds = regimes.seed_regimes()
        assert len(seeds) > 4
        for regime in seeds:
            assert read_regime(write_regime(regime)) == (regime, [])
            assert data_to_regime(regime_to_data(regime)) == (regime, [])

    def test_faults_are_told_with_their_places(self) -> None:
        bad = {"format": "bieumau-regime/1", "code": "A", "kind": "daily", "legal_basis": [{}], "x": 1}
        regime, findings = data_to_regime(bad)
        assert regime is None
        assert {finding.where for finding in findings} == {"name", "kind", "legal_basis[0].number", "x"}
        newer = data_to_regime({"format": "bieumau-regime/2"})[1]
        assert [finding.code for finding in newer] == ["file.format"]

    def test_a_record_is_found_changed_and_never_overwritten(self, session: Session, world: World) -> None:
        regimes.load_seed_regimes(session, **WHO)
        regimes.load_seed_regimes(session, **WHO)
        assert [kept.regime.code for kept in regimes.find_regimes(session, "tiep cong dan")] == ["TCD"]
        assert [kept.regime.code for kept in regimes.find_regimes(session, template=CODE)] == ["KSTTHC"]
        kept = regimes.get_regime(session, "TCD")
        changed = replace(kept.regime, receiver="Thanh tra tỉnh")
        regimes.save_regime(session, changed, base=1, agency=world.lead, **WHO)
        again = regimes.get_regime(session, "TCD")
        assert (again.regime.receiver, again.revision, again.agency) == ("Thanh tra tỉnh", 2, None)
        with pytest.raises(Conflict):
            regimes.save_regime(session, kept.regime, base=1, agency=None, **WHO)
        with pytest.raises(NotFound):
            regimes.get_regime(session, "không có")

    def test_a_specialised_regime_waits_for_its_approval(self, session: Session, world: World) -> None:
        regime = Regime("N", "Báo cáo ngành", specialised=True, templates=(CODE,))
        regimes.save_regime(session, regime, base=0, agency=world.lead, **WHO)
        with pytest.raises(Conflict) as told:
            start_round(session, world)
        assert told.value.code == "regime.not_approved"
        approved = data_to_regime(
            regime_to_data(regime) | {"approval": {"number": "12/QĐ-UBND", "date": "2026-08-01"}}
        )[0]
        assert approved
        regimes.save_regime(session, approved, base=1, agency=world.lead, **WHO)
        start_round(session, world)


class TestCopies:
    def test_a_copy_is_a_draft_that_knows_where_it_comes_from(self, session: Session, world: World) -> None:
        own, other = world.lead, world.communes["C0001"]
        origin = issued(session, "RIENG", own)
        with pytest.raises(Forbidden):
            cards.take_copy(session, get_version(session, origin), "SAO", agency=other, **WHO)
        cards.share(session, "RIENG", True, core_locked=False, **WHO)
        draft = cards.take_copy(session, get_version(session, origin), "SAO", agency=other, **WHO)
        card = cards.find_card(session, "SAO")
        assert card and (draft.agency_id, card.agency_id, card.origin_id, card.core_id) == (
            other,
            other,
            origin,
            None,
        )
        assert load_draft(session, "SAO")[0].sections == load_form(get_version(session, origin)).sections
        with pytest.raises(Conflict):
            cards.take_copy(session, get_version(session, origin), "SAO", agency=own, **WHO)
        with pytest.raises(Forbidden):
            demand_permitted(session, own, load_draft(session, "SAO")[0], "draft", now=NOW)

    def test_a_locked_core_takes_rows_and_nothing_else(self, session: Session, world: World) -> None:
        origin = issued(session, "LOI", world.lead)
        cards.share(session, "LOI", True, core_locked=True, **WHO)
        agency = world.communes["C0001"]
        cards.take_copy(session, get_version(session, origin), "SAO", agency=agency, **WHO)
        form = load_draft(session, "SAO")[0]
        named = replace(form, header=replace(form.header, name="Tên của xã"))
        cards.demand_core(session, with_row(named))
        cards.demand_core(session, with_rule(with_row(form), "dòng RIENG: cột 4 >= 0"))
        for departed in (
            without_rule(form),
            with_title(form),
            with_rule(form, "cột 5 = cột 4", computed=True),
            retold(form),
        ):
            with pytest.raises(Invalid) as told:
                demand_permitted(session, agency, departed, "draft", now=NOW)
            assert {finding.code for finding in told.value.findings} == {"core.locked"}

    def test_tags_are_few_and_short(self, session: Session, world: World) -> None:
        issued(session, "RIENG", world.lead)
        cards.set_tags(session, "RIENG", [" một  cửa ", "", "TTHC", "một cửa"], **WHO)
        card = cards.find_card(session, "RIENG")
        assert card and card.tags == ["TTHC", "một cửa"]
        for tags in (["x" * 100], [str(number) for number in range(50)]):
            with pytest.raises(Invalid):
                cards.set_tags(session, "RIENG", tags, **WHO)


def with_row(form: Form) -> Form:
    section = form.sections[0]
    [group, *others] = section.rows.items
    own = replace(group, children=(*group.children, Row("rieng", "RIENG", "Lĩnh vực của xã")))
    changed = replace(section, rows=replace(section.rows, items=(own, *others)))
    return replace(form, sections=(changed, *form.sections[1:]))


def with_rule(form: Form, text: str, *, computed: bool = False) -> Form:
    section = form.sections[0]
    rules = (*section.rules, Rule("moi", "MOI", text, computed))
    return replace(form, sections=(replace(section, rules=rules), *form.sections[1:]))


def without_rule(form: Form) -> Form:
    section = form.sections[0]
    return replace(form, sections=(replace(section, rules=section.rules[1:]), *form.sections[1:]))


def with_title(form: Form) -> Form:
    section = form.sections[0]
    first = replace(section.columns[0], title="Khác")
    return replace(
        form, sections=(replace(section, columns=(first, *section.columns[1:])), *form.sections[1:])
    )


def retold(form: Form) -> Form:
    section = form.sections[0]
    first = replace(section.rules[0], text="cột 3 = cột 4")
    return replace(form, sections=(replace(section, rules=(first, *section.rules[1:])), *form.sections[1:]))


class TestStates:
    def test_the_way_of_a_template(self, session: Session) -> None:
        save_draft(session, form_of(code="T"), base=0, **WHO)

        def state(on: date = DAY) -> tuple[str, list[str]]:
            found = states.standing(session, "T", on=on, periodic=True)
            return found.state, [clock.name for clock in found.clocks]

        assert state() == ("draft", [])
        with pytest.raises(Conflict):
            states.move(session, "T", "retire", since=DAY, reason="x", **WHO)
        states.move(session, "T", "test", since=DAY, **WHO)
        states.move(session, "T", "decide", since=DAY, reason="5/QĐ-UBND", **WHO)
        assert state() == ("testing", ["testing", "following"])
        found = states.standing(session, "T", on=DAY, periodic=True)
        # the 2nd of September is a holiday, the 5th and 6th a weekend
        assert found.clocks[0].until == date(2026, 9, 9)
        assert found.clocks[1].until == DAY + timedelta(days=10)
        assert states.standing(session, "T", on=date(2026, 9, 20), periodic=True).clocks[0].left < 0
        assert not states.standing(session, "T", on=DAY, periodic=False).clocks
        issued(session, "T", now=NOW + timedelta(days=1))
        assert state() == ("published", [])
        with pytest.raises(Invalid):
            states.move(session, "T", "retire", since=DAY, **WHO)
        states.move(session, "T", "retire", since=DAY, reason="hết hiệu lực", **WHO)
        assert state() == ("retired", [])
        assert state(DAY - timedelta(days=1))[0] == "published"
        states.move(session, "T", "restore", since=DAY, **WHO)
        assert state()[0] == "published"

    def test_no_round_is_opened_with_what_is_retired(self, session: Session, world: World) -> None:
        states.move(session, CODE, "retire", since=date(2026, 9, 10), reason="thay mẫu", **WHO)
        with pytest.raises(Conflict) as told:
            start_round(session, world)
        assert told.value.code == "template.retired"

    def test_a_version_that_is_withdrawn_gives_way_to_the_one_before(
        self, session: Session, world: World
    ) -> None:
        later = issued(session, CODE, notes="lần hai")
        assert find_version(session, CODE, on=DAY).id == later
        states.move(session, CODE, "withdraw", since=DAY, reason="sai cột", version=later, **WHO)
        assert find_version(session, CODE, on=DAY).id == world.version
        assert find_version(session, CODE, on=DAY - timedelta(days=1)).id == later
        with pytest.raises(Conflict):
            states.move(session, CODE, "withdraw", since=DAY, reason="nữa", version=later, **WHO)


class TestShelves:
    def test_templates_are_found_by_what_people_know_of_them(self, session: Session, world: World) -> None:
        load_seeds(session, actor="author", now=NOW, effective_from=SINCE)
        issued(session, "RIENG", world.lead)
        cards.set_tags(session, "RIENG", ["thí điểm"], **WHO)
        entries = catalogue(session, on=DAY)

        def codes(**wanted: Any) -> list[str]:
            return [entry.shelved.code for entry in pick(entries, Wanted(**wanted))]

        assert codes(text="ho ngheo") == ["RSHN-02"]
        assert codes(text="thi diem") == codes(tag="thí điểm") == ["RIENG"]
        assert codes(field="Thi đua, khen thưởng") == ["0601.N/BNV-TĐKT"]
        assert codes(regime="urgent") == ["01/TKTH"]
        assert codes(state="retired") == []
        assert codes(agencies=frozenset({world.lead})) == ["RIENG"]
        own = next(entry for entry in entries if entry.shelved.code == "RIENG")
        assert own.is_offered([world.lead]) and not own.is_offered([world.communes["C0001"]])

    def test_use_is_counted(self, session: Session, world: World) -> None:
        assert usage_by_template(session) == {}
        opened = start_round(session, world)
        assert usage_by_template(session) == {CODE: Usage(1, 1, 4)}
        [running] = running_rounds(session, CODE)
        assert (running.id, running.version_id, running.reports) == (opened.id, world.version, 4)


def test_mandates_are_asked_where_templates_are_made_and_rounds_opened(
    session: Session, world: World
) -> None:
    set_mandates(session, PRESETS["quang_binh"], since=SINCE, **WHO)
    commune = world.communes["C0001"]
    for regime, allowed in (("urgent", True), ("thematic", False), ("periodic", False)):
        form = form_of(code="T", regime=regime)
        if allowed:
            demand_permitted(session, commune, form, "set_up", now=NOW)
        else:
            with pytest.raises(Forbidden):
                demand_permitted(session, commune, form, "set_up", now=NOW)
    version = get_version(session, world.version)
    start_round(session, world)  # the province issues periodic ones
    with pytest.raises(Forbidden) as told:
        open_round(session, version=version, period=QUARTER, lead=commune, scope="codes:C0002", **WHO)
    assert told.value.code == "mandate.refused.issue.periodic"
