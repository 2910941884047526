"""The cases of the constraint language, each through `bieumau form check`."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from web.cli import cli
from web.commands import Invocation

HERE = Path(__file__).parent
LANGUAGE = json.loads((HERE / "visible.json").read_text(encoding="utf-8"))
MORE = json.loads((HERE / "language.json").read_text(encoding="utf-8"))
FORMS = json.loads((HERE / "forms.json").read_text(encoding="utf-8"))
MARKS = json.loads((HERE / "visible_marks_units.json").read_text(encoding="utf-8"))


def check(folder: Path, template: Any, figures: Any, context: Any) -> Result:
    arguments = ["form", "check", "--json"]
    for name, value in (("template", template), ("figures", figures), ("context", context)):
        path = folder / f"{name}.json"
        path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        arguments += [f"--{name}", str(path)]
    return CliRunner().invoke(cli, arguments, obj=Invocation("vi"))


def told(result: Result) -> Any:
    assert result.exit_code in (0, 1), result.output
    answer = json.loads(result.stdout)
    failed = [f for f in answer["findings"] if f["verdict"] == "fail" and f["severity"] == "error"]
    assert result.exit_code == bool(failed)
    return answer


def assert_refused(result: Result, code: str, contains: str | None = None) -> None:
    assert result.exit_code == 2, result.output
    (line,) = [line for line in result.stderr.splitlines() if f'"{code}"' in line]
    message = json.loads(line.rstrip(","))["message"]
    assert not message.startswith(code)
    assert (contains or "") in message


def assert_verdicts(expected: str | Mapping[str, str], verdicts: str | Mapping[str, str]) -> None:
    if isinstance(expected, str):
        assert verdicts == expected
        return
    assert isinstance(verdicts, Mapping)
    for target, verdict in expected.items():
        found = verdicts.values() if target == "*" else [verdicts[target]]
        assert verdict in found


# The language cases are written in a shorthand of their own; this is its template in the product's format.


def template(paper: Mapping[str, Any], text: str = "") -> dict[str, Any]:
    rules = [{"code": "K", "text": text}] if text else []
    section = {
        "code": paper["id"],
        "kind": "table",
        "columns": [column(c) for c in paper["cols"]],
        "rows": {"items": list(rows(paper["rows"], None))},
        "rules": rules,
    }
    return {"format": "bieumau-template/1", "code": paper["id"], "name": paper["id"], "sections": [section]}


def column(paper: Mapping[str, Any]) -> dict[str, Any]:
    kind = "percent" if paper.get("unit") == "%" else "decimal"
    made = {"code": paper["code"], "id": paper["id"], "ordinal": paper["no"], "title": paper["name"]}
    if "scale" in paper:
        return made | {"type": kind, "unit": paper.get("unit"), "decimals": paper["scale"]}
    return made | {"type": paper["type"]}


def rows(paper: list[Mapping[str, Any]], parent: str | None) -> Iterator[dict[str, Any]]:
    for row in paper:
        if row["parent"] == parent:
            yield {
                "code": row["code"],
                "id": row["id"],
                "ordinal": row["stt"],
                "title": row["name"],
                "children": list(rows(paper, row["id"])),
            }


def figures(form: str, cells: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, dict[str, str]] = {}
    for place, value in cells.items():
        row, _, col = place.partition("|")
        made.setdefault(row, {})[col] = value
    return {form: made}


def context(ctx: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"forms": {"B02": {"template": template(LANGUAGE["templates"]["B02"])}}}
    for code, cells in ctx.get("forms", {}).items():
        made["forms"][code]["figures"] = figures(code, cells)
    for short, name in (("prev", "previous"), ("yoy", "same_period_last_year")):
        if short in ctx:
            made[name] = figures("B01", ctx[short])
    if "ytd" in ctx:
        made["year_to_date"] = [figures("B01", cells) for cells in ctx["ytd"]]
    if "kids" in ctx:
        made["children"] = [
            {"agency": f"X{i}", "figures": figures("B01", kid["cells"])} for i, kid in enumerate(ctx["kids"])
        ]
    for name, value in ctx.get("attrs", {}).items():
        owner, _, attribute = name.partition(".")
        key = {"unit": "agency", "period": "period"}[owner]
        made.setdefault(key, {})[{"cap": "cấp", "first": "đầu_năm"}.get(attribute, attribute)] = value
    return made


@pytest.mark.parametrize("case", [*LANGUAGE["cases"], *MORE["cases"]], ids=lambda case: case["id"])
def test_language(case: Mapping[str, Any], tmp_path: Path) -> None:
    form = template(LANGUAGE["templates"]["B01"], case["text"])
    ctx = case.get("ctx", {})
    result = check(tmp_path, form, figures("B01", ctx.get("cells", {})), context(ctx))
    if "error" in case:
        assert_refused(result, case["error"], case["contains"])
    else:
        assert_verdicts(case["expect"], told(result)["verdicts"]["K"])


@pytest.mark.parametrize("case", MARKS["cases"], ids=lambda case: case["id"])
def test_marks_and_units(case: Mapping[str, Any], tmp_path: Path) -> None:
    form = json.loads(json.dumps(MARKS["template"]))
    form["sections"][0]["rules"] = case["rules"]
    assert_case(case, check(tmp_path, form, case["figures"], case["context"]))


@pytest.mark.parametrize("case", FORMS["cases"], ids=lambda case: case["id"])
def test_forms(case: Mapping[str, Any], tmp_path: Path) -> None:
    assert_case(case, check(tmp_path, case["template"], case["figures"], case["context"]))


def assert_case(case: Mapping[str, Any], result: Result) -> None:
    if isinstance(case["expect"], str):
        assert_refused(result, case["expect"])
        return
    assert result.exit_code in (0, 1), result.output
    answer = json.loads(result.stdout)
    found = [finding for finding in answer["findings"] if not finding["verdict"]]
    assert sorted(finding["code"] for finding in found) == sorted(case.get("findings", []))
    for name, expected in case["expect"].items():
        if name != "figures":
            assert_verdicts(expected, answer["verdicts"][name])
            continue
        for section, rows in expected.items():
            for row, cells in rows.items():
                assert cells.items() <= answer["figures"][section][row].items()
