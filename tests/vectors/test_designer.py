"""The designer's page edits as the server does; its tools make the operations that a person would expect."""

import json
from pathlib import Path
from typing import Any

from tests.browser_evaluator import build

VECTORS = json.loads((Path(__file__).parent / "edits.json").read_text(encoding="utf-8"))


def ask(*questions: list[Any]) -> list[Any]:
    told = build("designer", "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in questions))
    return [json.loads(line) for line in told.splitlines()]


def form(columns: str = "", rows: str = "") -> Any:
    """A document with one table. Each line is a node, deeper where it is indented: columns `code title`, rows
    `id ordinal title`."""
    section: dict[str, Any] = {"id": "A", "code": "A", "kind": "table"}
    section["columns"] = _tree(columns, lambda code, title: {"id": code, "code": code, "title": title})
    section["rows"] = {"items": _tree(rows, _row)}
    return {"format": "bieumau-template/1", "code": "X", "name": "X", "sections": [section]}


def _row(id: str, told: str) -> dict[str, Any]:
    ordinal, _, title = told.partition(" ")
    return {"id": id, "code": id, "title": title, **({"ordinal": ordinal} if ordinal != "_" else {})}


def _tree(text: str, node: Any) -> list[Any]:
    path: list[tuple[int, list[Any]]] = [(-1, [])]
    for line in filter(str.strip, text.splitlines()):
        indent = len(line) - len(line.lstrip())
        while path[-1][0] >= indent:
            path.pop()
        first, _, rest = line.strip().partition(" ")
        made = node(first, rest)
        parent = path[-1][1]
        parent.append(made)
        path.append((indent, made.setdefault("children", [])))
    _prune(path[0][1])
    return path[0][1]


def _prune(nodes: list[Any]) -> None:
    for node in nodes:
        _prune(node["children"])
        if not node["children"]:
            del node["children"]


def shown(document: Any, what: str) -> list[str]:
    """Rows as `ordinal title`, columns as `label title`, deeper ones further in."""
    section = document["sections"][0]
    nodes = section["columns"] if what == "columns" else section["rows"]["items"]

    def lines(node: Any, depth: int) -> list[str]:
        label = node.get("ordinal", node["code"] if what == "columns" else "_")
        below = [line for child in node.get("children", ()) for line in lines(child, depth + 1)]
        return ["  " * depth + f"{label} {node['title']}", *below]

    return [line for node in nodes for line in lines(node, 0)]


def after(document: Any, what: str, *tools: list[Any]) -> list[list[str]]:
    """What stands there after each tool with its arguments, on its own."""
    return [
        shown(done, what) for done in ask(*(["edited", tool, document, *given] for tool, *given in tools))
    ]


def test_vectors() -> None:
    cases = VECTORS["cases"]
    answers = ask(*(["applyEdit", VECTORS["document"], case["ops"]] for case in cases))
    for case, answer in zip(cases, answers, strict=True):
        assert answer == case.get("after"), case["name"]


TREE = """
    a I Kinh tế
      b 1 Thu
      c 2 Chi
    d II Xã hội
      e 1 Việc làm
"""


def test_rows_go_in_and_out_with_their_ordinals() -> None:
    document = form(rows=TREE)
    inward, outward, nothing = after(
        document, "rows", ["indent", ["c"]], ["outdent", ["b"]], ["indent", ["a"]]
    )
    assert inward == ["I Kinh tế", "  1 Thu", "    1.1 Chi", "II Xã hội", "  1 Việc làm"]
    assert outward == ["I Kinh tế", "II Thu", "  1 Chi", "III Xã hội", "  1 Việc làm"]
    assert nothing == shown(document, "rows")


def test_rows_move_with_what_is_below_them() -> None:
    moved = ["I Xã hội", "  1 Việc làm", "II Kinh tế", "  1 Thu", "  2 Chi"]
    tools = ["shiftRows", ["d"], -1], ["shiftRows", ["a"], 1]
    assert after(form(rows=TREE), "rows", *tools) == [moved, moved]


def test_a_new_row_takes_the_next_ordinal_and_those_behind_follow() -> None:
    new = [{"id": "n", "title": "Nợ"}]
    more, less = after(form(rows=TREE), "rows", ["insertRows", new, "a", "b"], ["deleteRows", ["a"]])
    assert more[1:4] == ["  1 Thu", "  2 Nợ", "  3 Chi"]
    assert less == ["I Xã hội", "  1 Việc làm"]


def test_ordinals_written_by_hand_are_left_alone() -> None:
    new = [{"id": "n", "title": "Mới"}]
    document = form(rows="a 1 Một\nb 5 Năm\nc 7 Bảy")
    assert after(document, "rows", ["insertRows", new, None, "a"]) == [["1 Một", "_ Mới", "5 Năm", "7 Bảy"]]


def test_columns() -> None:
    """The number line runs on by itself; what is no number stays."""
    document = form("1 Tổng\ng Chia ra\n  2 Nam\n  3 Nữ\nGC Ghi chú")
    new = [{"id": "n", "title": "Mới"}]
    tools: list[list[Any]] = [
        ["insertColumns", new, None, "1"],
        ["group", ["1", "g"], "n", "Cả"],
        ["ungroup", "g"],
        ["split", "1", ["n", "m"]],
        ["merge", ["g"]],
        ["shiftColumns", ["g"], -1],
        ["moveColumns", ["1"], "g", "2"],
        ["deleteColumns", ["2", "3"]],
    ]
    assert after(document, "columns", *tools) == [
        ["1 Tổng", "2 Mới", "g Chia ra", "  3 Nam", "  4 Nữ", "GC Ghi chú"],
        ["g1 Cả", "  1 Tổng", "  g Chia ra", "    2 Nam", "    3 Nữ", "GC Ghi chú"],
        ["1 Tổng", "2 Nam", "3 Nữ", "GC Ghi chú"],
        ["g1 Tổng", "  1 ", "  2 ", "g Chia ra", "  3 Nam", "  4 Nữ", "GC Ghi chú"],
        ["1 Tổng", "2 Chia ra", "GC Ghi chú"],
        ["g Chia ra", "  1 Nam", "  2 Nữ", "3 Tổng", "GC Ghi chú"],
        ["g Chia ra", "  1 Nam", "  2 Tổng", "  3 Nữ", "GC Ghi chú"],
        ["1 Tổng", "GC Ghi chú"],
    ]


def test_six_levels_are_the_most() -> None:
    document = form("a A\n b B\n  c C\n   d D\n    e E\n     f F")
    assert ask(["group", document, document["sections"][0], ["a"], "n", ""]) == [[]]


def rows_named(text: str) -> list[str]:
    (found,) = ask(["rowsOfText", text])
    return shown({"sections": [{"rows": {"items": found}}]}, "rows")


def test_names_from_a_spreadsheet_become_rows() -> None:
    assert rows_named("I\tKinh tế\t\n1\tThu\ttỷ đồng\n2\tChi\ttỷ đồng\nII\tXã hội\t") == [
        "I Kinh tế",
        "  1 Thu",
        "  2 Chi",
        "II Xã hội",
    ]
    assert rows_named("1. Một\n1.1. Con\n2. Hai") == ["1 Một", "  1.1 Con", "2 Hai"]
    assert rows_named("Tổng\n  Nam\n  Nữ") == ["_ Tổng", "  _ Nam", "  _ Nữ"]
    assert rows_named("Tổng\t\n\tNam\n\tNữ") == ["_ Tổng", "  _ Nam", "  _ Nữ"]


def test_names_from_a_spreadsheet_become_columns() -> None:
    (found,) = ask(["columnsOfText", "STT\tNội dung\tTổng\tChia ra\t\n\t\t\tNam\tNữ\n1\t2\t3=4+5\t4\t5"])
    assert [each["title"] for each in found] == ["Tổng", "Chia ra"]
    assert [(each["code"], each["title"]) for each in found[1]["children"]] == [("4", "Nam"), ("5", "Nữ")]
    assert (found[0]["code"], found[0]["ordinal"]) == ("3", "3=4+5")
