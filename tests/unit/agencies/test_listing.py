import pytest

from agencies.listing import read_listing, shipped_listing
from engine.findings import Finding

HEAD = "level,code,name,type,parent_code\n"


def read(text: str, known: dict[str, str] | None = None) -> list[Finding]:
    return read_listing(text.encode(), known or {})[1]


@pytest.mark.parametrize(
    ("lines", "code", "facts"),
    [
        ("", "agencies.empty", {}),
        ("region,1,A,,", "agencies.unknown_level", {"line": "2", "level": "region"}),
        ("nation,VN,A,,", "agencies.unknown_level", {"line": "2"}),
        ("province,,A,,", "agencies.bad_code", {"line": "2"}),
        ("province,a b,A,,", "agencies.bad_code", {"line": "2"}),
        ("province,1,,,", "agencies.bad_name", {"line": "2"}),
        ("province,1,A\0B,,", "agencies.bad_name", {"line": "2"}),
        ("province,1", "agencies.bad_name", {"line": "2"}),
        ("province,1,A,,\nprovince,1,B,,", "agencies.duplicate_code", {"line": "3", "first": "2"}),
        ("commune,1,A,,9", "agencies.unknown_parent", {"line": "2", "parent": "9"}),
        ("district,1,A,,2\ndistrict,2,B,,1", "agencies.cycle", {"line": "3"}),
        ("district,1,A,,1", "agencies.cycle", {"line": "2"}),
        ("district,2,B,,\nprovince,1,A,,2", "agencies.parent_level", {"line": "3"}),
        ('province,1,"A', "agencies.csv", {"line": "2"}),
    ],
)
def test_a_fault_names_its_line(lines: str, code: str, facts: dict[str, str]) -> None:
    found = {finding.code: finding for finding in read(HEAD + lines)}
    assert code in found
    assert facts.items() <= found[code].facts.items()


def test_all_faults_at_once() -> None:
    found = read(HEAD + "region,1,A,,\nprovince,2,,,\ncommune,3,C,,8")
    assert [finding.facts["line"] for finding in found] == ["2", "3", "4"]


def test_a_missing_column_and_a_wrong_encoding() -> None:
    assert read("level,code\nprovince,1")[0].facts["columns"] == ["name", "parent_code"]
    assert read("")[0].code == "agencies.missing_column"
    data = (HEAD + "province,1,Hà Nội,,").encode("utf-16")
    assert read_listing(data, {})[1][0].code == "agencies.encoding"
    windows = (HEAD + "province,1,Đà").encode("cp1258", "replace")
    assert read_listing(windows, {})[1][0].facts == {"line": "2"}


def test_a_parent_may_be_known_already() -> None:
    assert read(HEAD + "commune,1,A,,31", {"31": "province"}) == []


def test_today_has_34_provinces_and_3321_communes() -> None:
    entries, findings = read_listing(shipped_listing(), {})
    assert findings == []
    assert [sum(e.level == level for e in entries) for level in ("province", "commune")] == [34, 3321]
    assert sum(e.parent == "31" for e in entries) == 114
