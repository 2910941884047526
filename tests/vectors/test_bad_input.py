"""Whatever is handed to the form commands: an answer with a code and a place, status 2, never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from web.cli import cli
from web.commands import Invocation

GOOD: dict[str, Any] = {
    "format": "bieumau-template/1",
    "code": "B",
    "name": "Biểu",
    "sections": [
        {
            "code": "A",
            "kind": "table",
            "columns": [{"code": "1", "title": "Một", "type": "decimal", "decimals": 1}],
            "rows": {"items": [{"code": "I", "title": "Dòng"}, {"code": "II", "title": "Dòng hai"}]},
        }
    ],
}


def run(folder: Path, *arguments: str, **files: str) -> Result:
    given = list(arguments)
    for name, text in files.items():
        path = folder / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        given += [f"--{name}", str(path)]
    return CliRunner().invoke(cli, given, obj=Invocation("vi"))


def with_rule(text: str) -> str:
    section = GOOD["sections"][0] | {"rules": [{"code": "K", "text": text}]}
    return json.dumps(GOOD | {"sections": [section]})


def assert_refused(result: Result, code: str, where: str) -> None:
    assert isinstance(result.exception, SystemExit) or result.exception is None, result.exception
    assert result.exit_code == 2
    assert result.stdout == ""
    told = json.loads(result.stderr)["findings"]
    assert (code, where) in {(finding["code"], finding["where"]) for finding in told}
    assert all(finding["message"] and not finding["message"].startswith(code) for finding in told)


FIGURES = [
    ("{", "file.syntax", ""),
    ("[" * 10_000, "file.limit", ""),
    ("[]", "figure.shape", "figures"),
    ('{"A": {"I": {"1": NaN}}}', "file.constant", ""),
    ('{"A": {"I": {"1": 1e400}}}', "E_NUM", "A[I;1]"),
    ('{"A": {"I": {"1": "1e400"}}}', "E_NUM", "A[I;1]"),
    ('{"A": {"I": {"1": "12a"}}}', "E_NUM", "A[I;1]"),
    ('{"A": {"I": {"1": "１２"}}}', "E_NUM", "A[I;1]"),
    ('{"A": {"I": {"1": "1.000,5"}}}', "E_NUM", "A[I;1]"),
    ('{"A": {"I": {"1": "1,000.5"}}}', "E_NUM", "A[I;1]"),
    ('{"A": {"I": {"1": 0.25}}}', "E_DECIMALS", "A[I;1]"),
    ('{"A": {"I": {"1": %s}}}' % ("9" * 5_000), "E_LIMIT", "A[I;1]"),
    ('{"A": {"I": {"1": true}}}', "figure.value", "A[I;1]"),
    ('{"A": {"X": {"1": "1"}}}', "figure.row", "A[X;1]"),
    ('{"A": {"I": {"9": "1"}}}', "figure.column", "A[I;9]"),
    ('{"Z": {"I": {"1": "1"}}}', "figure.section", "Z"),
]


@pytest.mark.parametrize(("figures", "code", "where"), FIGURES, ids=range(len(FIGURES)))
def test_figures(figures: str, code: str, where: str, tmp_path: Path) -> None:
    result = run(tmp_path, "form", "check", "--json", template=json.dumps(GOOD), figures=figures)
    assert_refused(result, code, where)


CONTEXTS = [
    ("[]", "figure.shape", "context"),
    ('{"before": {}}', "context.key", "context.before"),
    ('{"previous": {"A": {"I": {"1": "x1"}}}}', "E_NUM", "context.previous.A[I;1]"),
    ('{"forms": {"B02": {"template": {"format": "x"}}}}', "file.format", "forms.B02.template.format"),
    ('{"forms": {"B02": 3}}', "file.type", "forms.B02.template"),
]


@pytest.mark.parametrize(("context", "code", "where"), CONTEXTS, ids=range(len(CONTEXTS)))
def test_contexts(context: str, code: str, where: str, tmp_path: Path) -> None:
    template = json.dumps(GOOD)
    result = run(tmp_path, "form", "check", "--json", template=template, figures="{}", context=context)
    assert_refused(result, code, where)


RULES = [
    ("dòng I = dòng III", "E_REF"),
    ("dòng I = " + "1 + " * 300_000 + "1", "E_LIMIT"),
    ("(" * 10_000, "E_LIMIT"),
    ("dòng I = 1.000", "E_NUM"),
    ("", "E_SYNTAX"),
]


@pytest.mark.parametrize(("text", "code"), RULES, ids=range(len(RULES)))
def test_rules(text: str, code: str, tmp_path: Path) -> None:
    result = run(tmp_path, "form", "check", "--json", template=with_rule(text), figures="{}")
    assert_refused(result, code, "sections[0].rules[0].text")


def test_a_template_is_told_on_standard_output_with_status_1(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(GOOD | {"nmae": ""}))
    for options in ([], ["--json"], ["--lang", "en"]):
        result = CliRunner().invoke(cli, ["template", "check", str(path), *options], obj=Invocation("vi"))
        assert (result.exit_code, result.stderr) == (1, "")
        assert "nmae" in result.stdout and "file.unknown_key" in result.stdout


def test_people_are_told_line_by_line(tmp_path: Path) -> None:
    result = run(tmp_path, "form", "check", template=with_rule("dòng I = dòng III"), figures="{")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == ["Dòng 1, cột 2: tệp kết thúc quá sớm. [file.syntax]"]
    result = run(
        tmp_path, "form", "check", template=with_rule("dòng I = dòng II"), figures='{"A": {"I": {"1": 1}}}'
    )
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "0 đạt, 1 sai, 0 không xét được."


def test_a_rule_is_checked_in_its_section(tmp_path: Path) -> None:
    template = json.dumps(GOOD)
    good = run(tmp_path, "rule", "check", "--section", "A", "dòng  I>=dòng II", template=template)
    assert (good.exit_code, good.stdout.splitlines()[0]) == (0, "dòng I >= dòng II")
    bad = run(tmp_path, "rule", "check", "--json", "dòng I = dòng 3", template=template)
    (finding,) = json.loads(bad.stdout)["findings"]
    assert (bad.exit_code, finding["code"], finding["position"], finding["end"]) == (1, "E_REF", 14, 15)
    assert_refused(
        run(tmp_path, "rule", "check", "--json", "--section", "Q", "1", template=template), "rule.section", ""
    )


def test_a_rule_is_explained_by_its_code_or_its_text(tmp_path: Path) -> None:
    by_code = run(tmp_path, "rule", "explain", "K", template=with_rule("dòng I = dòng II"))
    by_text = run(tmp_path, "rule", "explain", "dòng I = dòng II", template=json.dumps(GOOD))
    assert by_code.exit_code == by_text.exit_code == 0
    assert by_code.stdout == by_text.stdout
    english = run(tmp_path, "rule", "explain", "dòng I = dòng II", "--lang", "en", template=json.dumps(GOOD))
    assert "must equal" in english.stdout
