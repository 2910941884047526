import pytest

from agencies.succession_file import Line, kept, read_succession_file, shipped_succession

HEAD = "predecessor_code,successor_code,extent,share,is_default\n"


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("", ["succession.empty"]),
        ("1,2,most,,1", ["succession.extent"]),
        ("1,2,whole,0.5,1", ["succession.share"]),
        ("1,2,part,x,1\n1,3,part,NaN,0", ["succession.share", "succession.share"]),
        ("1,2,part,1.5,1\n1,3,part,-0.5,0", ["succession.share", "succession.share"]),
        ("1,2,whole,,maybe", ["succession.default", "succession.main"]),
        ("1,2,whole,,1\n1,2,whole,,1", ["succession.duplicate"]),
        ("1,2,whole,,1\n1,3,whole,,0", ["succession.whole"]),
        ("1,2,part,,1", ["succession.whole"]),
        ("1,2,part,,1\n1,3,part,,1", ["succession.main"]),
        ("1,2,part,0.4,1\n1,3,part,0.5,0", ["succession.shares"]),
        ("1,2,part,0.4,1\n1,3,part,0.6,0\n1,4,part,,0", ["succession.shares"]),
        ("1,2,part,0.4,1\n1,3,part,0.6,0", []),
        ("1,2,part,0.4,1\n1,3,part,,0", []),
    ],
)
def test_faults_of_a_file(lines: str, codes: list[str]) -> None:
    _, findings = read_succession_file((HEAD + lines).encode())
    assert [finding.code for finding in findings] == codes
    assert all(finding.facts["line"] for finding in findings if finding.code != "succession.empty")


def test_a_conversion_table_is_read_by_its_own_headings() -> None:
    lines, findings = read_succession_file(b"old_province_code,new_province_code\n92,92\n93,92\n")
    assert (lines, findings) == (
        [Line(2, "92", "92", "whole", None, True), Line(3, "93", "92", "whole", None, True)],
        [],
    )
    assert read_succession_file(b"a,b\n1,2")[1][0].code == "agencies.missing_column"


def test_what_goes_on_whole_and_alone_is_kept() -> None:
    table = (
        "1,1,whole,,1\n2,20,whole,,1\n3,30,whole,,1\n4,30,whole,,1\n5,50,part,,1\n5,1,part,,0\n6,60,whole,,1"
    )
    lines, findings = read_succession_file((HEAD + table).encode())
    assert findings == []
    assert kept(lines) == {"2": "20", "6": "60"}  # 1 takes in a part of 5


def test_the_reform_of_2025() -> None:
    lines, findings = read_succession_file(shipped_succession())
    assert (len(lines), findings) == (63 + 5 + 10_597, [])
    assert len({line.predecessor for line in lines}) == 63 + 5 + 10_035
    assert len({line.successor for line in lines}) == 34 + 3_321
    same = kept(lines)
    assert sum(len(code) == 2 for code in same) == 11
    assert sum(len(code) == 5 for code in same) == 132
    assert all(before == after for before, after in same.items() if len(before) != 3)
