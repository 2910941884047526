"""The reform of 1 July 2025 replayed: the nation before beside that of today, and who came after whom."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from agencies.importer import Imported, import_agencies
from agencies.listing import REFORM, SHIPPED, shipped_listing
from agencies.models import Agency, AgencySuccession
from agencies.store import last_known, read_agency, read_succession, read_tree
from agencies.succession import divided, who_answers
from agencies.succession_file import shipped_succession
from agencies.succession_importer import import_succession
from agencies.tree import Tree
from core.errors import Invalid

EVE, TODAY = date(2025, 6, 30), date(2026, 9, 14)
KEPT = 143  # 11 provinces and 132 communes
COUNTS = list(
    csv.DictReader((Path(__file__).parent / "admin_counts.csv").read_text(encoding="utf-8").splitlines())
)


def load(session: Session, name: str, province: str | None = None) -> Imported:
    listed = SHIPPED[name]
    return import_agencies(
        session,
        shipped_listing(name),
        valid_from=listed.valid_from,
        valid_to=listed.valid_to,
        province=province,
        succession=shipped_succession(),
    )


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def levels(tree: Tree, above: int | None = None) -> Counter[str]:
    return Counter(node.level for node in tree.descendants(above))


@pytest.mark.parametrize("order", [("before", "today"), ("today", "before")])
def test_both_nations_in_either_order_and_twice(session: Session, order: tuple[str, str]) -> None:
    first, second = (load(session, name) for name in order)
    assert (first.continued, second.continued) == (0, KEPT)
    assert {first.added, second.added} == {10_794, 3_355}
    assert [load(session, name).added for name in order] == [0, 0]
    linked = import_succession(session, shipped_succession(), on=REFORM)
    assert (linked.added, linked.kept, linked.skipped) == (10_665 - KEPT, KEPT, 0)
    again = import_succession(session, shipped_succession(), on=REFORM)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 10_665 - KEPT)
    assert session.scalar(select(func.count()).select_from(Agency)) == 1 + 10_794 + 3_355 - KEPT

    with counting(session) as sent:
        before, today = read_tree(session, EVE), read_tree(session, TODAY)
    assert len(sent) == 4
    assert levels(before) == {"nation": 1, "province": 63, "district": 696, "commune": 10_035}
    assert levels(today) == {"nation": 1, "province": 34, "commune": 3_321}
    _counts_are_those_of_the_decrees(session, before, today)
    _identities(before, today)
    _successions(session, before, today)


def _counts_are_those_of_the_decrees(session: Session, before: Tree, today: Tree) -> None:
    succession = read_succession(session)
    for row in COUNTS:
        if row["province_before"] == "NATIONAL":
            continue
        old, new = named(before, row["province_before"]), named(today, row["province_after"])
        below = levels(before, old)
        assert below["district"] == int(row["districts_before"])
        assert below["commune"] == int(row["communes_before"])
        assert levels(today, new) == {"commune": int(row["communes_after_whole_new_province"])}
        of_old = {
            part.agency for node in before.descendants(old) for part in succession.successors(node.id, TODAY)
        }
        assert len(of_old & today.nodes.keys()) == int(
            row["communes_after_on_old_territory(conversion table)"]
        )


def named(tree: Tree, name: str) -> int:
    return next(node.id for node in tree if node.level == "province" and node.name.endswith(f" {name}"))


def _identities(before: Tree, today: Tree) -> None:
    """Who goes on whole and alone is the same agency; who was joined or divided is not, whatever its code."""
    assert before.with_code("01").id == today.with_code("01").id  # Hà Nội
    assert before.with_code("46").id == today.with_code("46").id  # Huế
    assert before.with_code("31").id != today.with_code("31").id  # Hải Phòng took in Hải Dương
    assert (before.with_code("44").name, today.with_code("44").name) == ("Tỉnh Quảng Bình", "Tỉnh Quảng Trị")
    assert before.with_code("44").id != today.with_code("44").id
    renamed = before.with_code("14845")
    assert (renamed.name, today[renamed.id].name) == ("Thị trấn Mường Lát", "Xã Mường Lát")
    assert today[today[renamed.id].parent or 0].name == "Tỉnh Thanh Hóa"  # it was below a district
    reused = [node for node in before if node.code in {"00004", "44"}]
    assert [node.id in today.nodes for node in reused] == [False, False]

    islands = {"318", "471", "498", "536", "755"}
    empty = {node.code for node in before if node.level == "district" and not before.children(node.id)}
    assert empty == islands


def _successions(session: Session, before: Tree, today: Tree) -> None:
    succession = read_succession(session)

    def came_from(code: str) -> list[str]:
        parts = succession.predecessors(today.with_code(code).id, EVE)
        assert not divided(parts)
        return sorted(before[part.agency].name for part in parts)

    def answers(code: str) -> str | None:
        node = who_answers(succession, today, before.with_code(code).id)
        return node.name if node else None

    assert came_from("31") == ["Thành phố Hải Phòng", "Tỉnh Hải Dương"]
    assert came_from("44") == ["Tỉnh Quảng Bình", "Tỉnh Quảng Trị"]
    assert came_from("86") == ["Tỉnh Bến Tre", "Tỉnh Trà Vinh", "Tỉnh Vĩnh Long"]
    assert came_from("01") == ["Thành phố Hà Nội"]
    assert came_from("11948") == ["Huyện Bạch Long Vĩ"]
    assert [answers(code) for code in ("30", "31", "44", "45")] == [
        "Thành phố Hải Phòng",
        "Thành phố Hải Phòng",
        "Tỉnh Quảng Trị",
        "Tỉnh Quảng Trị",
    ]
    assert answers("318") == "Đặc khu Bạch Long Vĩ"
    assert answers("001") is None  # Quận Ba Đình was abolished with its level

    shared = before.with_code("00316")  # Phường Đại Kim was divided, nobody knows how
    heirs = succession.successors(shared.id, TODAY)
    assert {part.share for part in heirs} == {None}
    assert answers("00316") == "Phường Định Công"
    assert all(divided(succession.predecessors(part.agency, EVE)) for part in heirs)


def test_one_province_and_then_shares(session: Session) -> None:
    """An installation with one province takes the lines that concern it; shares may become known later."""
    assert load(session, "today", "31").added == 115
    assert load(session, "before", "31").added == 1 + 15 + 167
    done = import_succession(session, shipped_succession(), on=REFORM, partial=True)
    assert done.added + done.kept + done.skipped == 10_665
    assert done.added > 0 < done.skipped
    with pytest.raises(Invalid) as refused:
        import_succession(session, shipped_succession(), on=REFORM)
    assert {finding.code for finding in refused.value.findings} == {"succession.unknown"}

    def both(share: str) -> bytes:
        head = "predecessor_code,successor_code,extent,share,is_default"
        return f"{head}\n{parts[0]},part,{share},1\n{parts[1]},part,,0".encode()

    tree, before = read_tree(session, TODAY), read_tree(session, EVE)
    rows = session.execute(
        select(AgencySuccession.predecessor_id, AgencySuccession.successor_id, AgencySuccession.is_default)
        .filter_by(extent="part")
        .order_by(AgencySuccession.predecessor_id, AgencySuccession.is_default.desc())
    ).all()
    one = next(row[0] for row in rows if Counter(row[0] for row in rows)[row[0]] == 2)
    parts = [f"{before[row[0]].code},{tree[row[1]].code}" for row in rows if row[0] == one]
    done = import_succession(session, both("0.25"), on=REFORM)
    assert (done.added, done.changed) == (0, 1)
    shares = sorted(str(part.share) for part in read_succession(session).successors(one, TODAY))
    assert shares == ["0.25", "None"]


def test_who_neither_ended_nor_began_is_refused(session: Session) -> None:
    head = "level,code,name,parent_code\n"
    import_agencies(session, f"{head}province,1,A,\nprovince,2,B,".encode(), valid_from=date(2020, 1, 1))
    with pytest.raises(Invalid) as refused:
        import_succession(session, b"predecessor_code,successor_code\n1,2", on=REFORM)
    assert [(f.code, f.facts["code"]) for f in refused.value.findings] == [
        ("succession.continues", "1"),
        ("succession.continues", "2"),
    ]


def test_a_closed_agency_is_known_as_it_last_was(session: Session) -> None:
    load(session, "before", "31")
    gone = read_tree(session, EVE).with_code("31")
    with counting(session) as sent:
        tree = read_tree(session, TODAY, besides=[gone.id])
    assert len(sent) == 3
    assert (tree[gone.id], tree.with_code("31")) == (gone, gone)
    assert gone.id not in {node.id for node in tree}
    assert [node.name for node in tree.ancestors(gone.id)] == ["Cả nước"]
    assert read_agency(session, gone.id, TODAY) == gone
    assert last_known(session, [gone.id], date(1990, 1, 1)) == {}


def test_departments_and_organisations(session: Session) -> None:
    load(session, "today", "31")
    assert load(session, "departments").added == 13
    assert load(session, "departments").added == 0
    lines = (
        "level,code,name,parent_code\norganisation,TH.1,Trường A,10507\norganisation,TH.2,Trung tâm B,31.SYT"
    )
    import_agencies(session, lines.encode(), valid_from=REFORM)
    tree = read_tree(session, TODAY)
    assert sorted(levels(tree)) == ["commune", "department", "nation", "organisation", "province"]
    province = tree.with_code("31")
    assert len(list(tree.descendants(province.id, "department"))) == 13
    assert len(list(tree.descendants(province.id, "commune"))) == 114
    assert tree.with_code("31.STC").level_name == "sở"
    assert [node.code for node in tree.ancestors(tree.with_code("TH.1").id)] == ["10507", "31", "VN"]
    with pytest.raises(Invalid) as refused:
        import_agencies(session, b"level,code,name,parent_code\ncommune,C1,X,31.STC", valid_from=REFORM)
    assert refused.value.findings[0].code == "agencies.parent_level"
