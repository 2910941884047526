"""What is offered while a rule is typed: `|` stands for the cursor."""

import pytest

from engine.program import compile_form
from expr.complete import KEYWORDS, Completion, _grammar, complete
from tests.grids import form_of, read_grid

PROGRAM = compile_form(
    form_of(
        read_grid(
            """
                                  | KH #3 Kế hoạch | TH #4 Thực hiện
            A1 #1 Thu ngân sách    |                |
              A1_1 #1.1 Thu nội địa |              |
            B2 #2 Chi thường xuyên |                |
            to #3 Tồn quỹ          |                |
            """
        )
    )
)
SECTION = PROGRAM.directory.form.sections[0]


def offered(typed: str, lang: str = "vi") -> list[Completion]:
    cursor = typed.index("|")
    text = typed.replace("|", "")
    return complete(text, cursor, SECTION, PROGRAM.directory, PROGRAM.functions, lang)


def texts(typed: str, lang: str = "vi") -> list[str]:
    return [each.text for each in offered(typed, lang)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("|", ["tổng(", "trung_bình("]),
        ("dòng |", ["A1", "A1_1", "B2", '"to"']),
        ("cột |", ["KH", "TH"]),
        ("ô [|", ["A1", "A1_1", "B2", '"to"']),
        ("ô [A1; |", ["KH", "TH"]),
        ("ô [cột 3; |", ["A1", "A1_1", "B2", '"to"']),
        ("ô [(A1; |", ["A1", "A1_1", "B2", '"to"']),
        ("ô [(A1; B2); |", ["KH", "TH"]),
        ("tổng(ô [A1; KH]; dòng |", ["A1", "A1_1", "B2", '"to"']),
        ("dòng con của |", ["A1", "A1_1", "B2", '"to"']),
        ("dòng A1 đến |", ["A1", "A1_1", "B2", '"to"']),
        ("dòng A1 = dòng B2 trừ cột |", ["KH", "TH"]),
        ("dòng chi|", ["B2"]),
        ("dòng thuong|", ["B2"]),
        ("dòng 1.|", ["A1_1"]),
        ('dòng "Thu n|', ["A1", "A1_1"]),
        ("cột ke|", ["KH"]),
        ("cột KH = lam|", ["làm_tròn("]),
        ("cột KH = rou|", ["round("]),
        ("cột KH của |", ["biểu"]),
        ("cột KH của kỳ tr|", ["kỳ trước", "kỳ trước trong năm"]),
        ("cột KH của cung ky n|", ["cùng kỳ năm trước"]),
        ("cột KH của biểu |", ["A"]),
        ("cột KH ph|", ["phải nhập"]),
        ("cột KH phải n|", ["phải nhập"]),
        ("cột KH phải |", ["phải nhập"]),
        ("dòng con c|", ["dòng con của"]),
        ("neu cột|", []),
        ("nếu ô [A1; KH] > 0 |", ["và", "hoặc"]),
        ("kỳ.t|", ["kỳ.tháng", "kỳ.từ"]),
        ("cột KH = cột TH bo qua|", ["bỏ qua nếu trống"]),
        ('thông báo "|', []),
        ("cột KH = cột TH x y|", []),
    ],
)
def test_what_is_offered(typed: str, first: list[str]) -> None:
    found = texts(typed)
    wanted = {*first}
    assert [text for text in found if text in wanted] == sorted(first, key=found.index)
    assert wanted <= set(found) and (first or not found)


def test_rows_and_columns_carry_their_titles() -> None:
    assert [(each.text, each.title, each.kind) for each in offered("cột |")] == [
        ("KH", "3. Kế hoạch", "column"),
        ("TH", "4. Thực hiện", "column"),
    ]
    (function,) = [each for each in offered("cột KH = làm|") if each.kind == "function"]
    assert function.title == "làm_tròn(số; số chữ số)"


def test_a_completion_stands_for_what_was_typed() -> None:
    typed = "cột KH của kỳ tr"
    found = offered(f"{typed}|")[0]
    assert typed[: found.start] + found.text == "cột KH của kỳ trước"
    quoted = offered('dòng "Thu n|')[0]
    assert quoted.start == 5


def test_english_words_are_offered_to_who_reads_english() -> None:
    assert "row" in texts("|", "en") and "dòng" not in texts("|", "en")
    assert "previous period" in texts("cột KH of prev|")


def test_only_what_stands_before_the_cursor_counts() -> None:
    assert texts("dòng | = dòng B2") == texts("dòng |")


def test_every_keyword_of_the_grammar_is_known() -> None:
    words = {terminal.name for terminal in _grammar().terminals if terminal.priority >= 3}
    assert words - {"ATTRIBUTE"} == set(KEYWORDS)


@pytest.mark.parametrize("text", ["(" * 4_000, '"', "dòng " * 800, "\x00", "ô [" * 100, "۱", "…" * 100])
def test_odd_texts_are_answered(text: str) -> None:
    for cursor in (0, len(text) // 2, len(text), len(text) + 5):
        assert isinstance(complete(text, cursor, SECTION, PROGRAM.directory, PROGRAM.functions, "vi"), list)
