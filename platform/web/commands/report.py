"""`bieumau report`: fill, show and move reports, named by id or ROUND/AGENCY_CODE."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from web.commands import (
    actor_option,
    finding_json,
    finding_text,
    json_option,
    lang,
    print_json,
    say,
    work,
)

if TYPE_CHECKING:
    from runtime.filling.entry import Change
    from runtime.models import Report

existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Báo cáo của một đơn vị; gọi bằng số hiệu hoặc ĐỢT/MÃ_ĐƠN_VỊ."""


@command.command()
@click.argument("report")
@click.option("--figures", type=existing_file, help="Tệp số liệu JSON.")
@click.option("--set", "cells", multiple=True, metavar="CELL=VALUE", help='Một ô: "A[I1;4]=12".')
@click.option("--base", type=int, help="Lần sửa mà số liệu này dựa trên (mặc định: lần mới nhất).")
@click.option("--key", help="Khóa chống gửi lặp (mặc định: ngẫu nhiên).")
@actor_option
@json_option
def fill(
    report: str,
    figures: Path | None,
    cells: tuple[str, ...],
    base: int | None,
    key: str | None,
    actor: str,
    as_json: bool,
) -> int:
    """Nhập số liệu, tính các ô công thức, kiểm tra."""
    from core import clock
    from runtime.filling.entry import save
    from runtime.filling.places import find_report

    changes = [*(_from_file(figures) if figures else ()), *map(_from_text, cells)]
    with work() as session:
        found = find_report(session, report)
        saved = save(
            session,
            found.id,
            base=found.revision if base is None else base,
            idempotency_key=key or str(uuid4()),
            changes=changes,
            how="imported" if figures else "typed",
            actor=actor,
            now=clock.now(),
        )
    if as_json:
        findings = [finding_json(finding, lang()) for finding in saved.findings]
        print_json({**saved.to_json(), "findings": findings})
    else:
        say("report.saved", stored=saved.stored, revision=saved.revision)
        for conflict in saved.conflicts:
            say("save.conflict", **dataclasses.asdict(conflict))
        for finding in saved.findings:
            click.echo(finding_text(finding, lang()))
    faulty = any(finding.severity == "error" for finding in saved.findings)
    return 1 if saved.conflicts or faulty else 0


def _from_file(path: Path) -> "Iterator[Change]":
    """Cells of a file; what is not nested three deep is left to the shape check of figures."""
    from core.errors import Invalid
    from engine.findings import Finding
    from runtime.filling.entry import Change
    from template_library.jsontext import read_json

    data, findings = read_json(path.read_bytes())
    if findings:
        raise Invalid(findings)
    for section, rows in _items(data):
        for row, columns in _items(rows):
            for column, value in _items(columns):
                if isinstance(value, bool | list | dict):
                    where, facts = f"{section}[{row};{column}]", {"found": str(value)[:60]}
                    raise Invalid([Finding("figure.value", where=where, facts=facts)])
                yield Change(section, row, column, None if value is None else str(value))


def _items(data: Any) -> list[tuple[str, Any]]:
    from core.errors import Invalid
    from engine.findings import Finding

    if not isinstance(data, dict):
        raise Invalid([Finding("figure.shape", where="figures")])
    return list(data.items())


def _from_text(text: str) -> "Change":
    from runtime.filling.entry import Change
    from runtime.filling.places import read_cell

    cell, _, value = text.partition("=")
    return Change(*read_cell(cell), value)


@command.command()
@click.argument("report")
@json_option
def show(report: str, as_json: bool) -> None:
    """Xem số liệu, trạng thái và những gì kiểm tra thấy."""
    from core.messages import sentence
    from engine.figures import write_figures
    from runtime.filling.places import find_report
    from runtime.views.overview import view_report
    from web.tables import table_lines

    with work(write=False) as session:
        view = view_report(session, find_report(session, report))
    findings = view.checked.findings
    if as_json:
        told = {name: value for name, value in vars(view).items() if name != "checked"} | {
            "period": view.period.name_in(lang())
        }
        told["figures"] = write_figures(view.checked.sheet)
        print_json({**told, "findings": [finding_json(finding, lang()) for finding in findings]})
        return
    say(
        "report.title",
        report=str(view.id),
        name=view.name,
        template=view.template,
        period=view.period.name_in(lang()),
    )
    say("report.standing", state=sentence(f"report.state.{view.state}", {}, lang()), revision=view.revision)
    if view.coverage:
        say("round.coverage", counted=view.coverage["counted"], expected=view.coverage["expected"])
    for line in table_lines(view.checked.sheet, lang()):
        click.echo(line)
    for finding in findings:
        click.echo(finding_text(finding, lang()))


@command.command()
@click.argument("report")
@actor_option
@json_option
def submit(report: str, actor: str, as_json: bool) -> None:
    """Nộp báo cáo cho nơi nhận; còn lỗi thì không nộp được."""
    from runtime.flow import workflow

    _move(report, as_json, workflow.submit, actor=actor)


@command.command()
@click.argument("report")
@actor_option
@json_option
def accept(report: str, actor: str, as_json: bool) -> None:
    """Duyệt báo cáo đã nộp."""
    from runtime.flow import workflow

    _move(report, as_json, workflow.accept, actor=actor)


@command.command("return")
@click.argument("report")
@click.option("--reason", required=True, help="Vì sao trả lại.")
@actor_option
@json_option
def return_(report: str, reason: str, actor: str, as_json: bool) -> None:
    """Trả lại báo cáo đã nộp để chỉnh sửa."""
    from runtime.flow import workflow

    _move(report, as_json, workflow.return_, actor=actor, reason=reason)


@command.command()
@click.argument("name", metavar="STEP")
@click.argument("reports", metavar="REPORT...", nargs=-1, required=True)
@click.option("--reason", default="", help="Vì sao (trả lại thì phải có).")
@actor_option
@json_option
def move(name: str, reports: tuple[str, ...], reason: str, actor: str, as_json: bool) -> int:
    """Làm một bước với nhiều báo cáo: submit, approve, send, accept, refuse, return, recall…"""
    from core import clock
    from core.messages import sentence
    from runtime.filling.places import find_report
    from runtime.flow.workflow import move_all

    with work() as session:
        ids = {find_report(session, report).id: report for report in reports}
        outcomes = move_all(session, ids, name, reason=reason, actor=actor, now=clock.now())
    refused = [each for each in outcomes if each.refusal]
    if as_json:
        told = [
            {"report": each.report, "state": each.state, "refused": each.refusal and each.refusal.code}
            for each in outcomes
        ]
        print_json({"reports": told})
        return 1 if refused else 0
    for each in outcomes:
        said = sentence(f"report.state.{each.state}", {}, lang())
        if each.refusal:
            said = sentence(each.refusal.code, each.refusal.facts, lang())
        click.echo(f"{ids[each.report]}: {said}")
    return 1 if refused else 0


@command.command("explain")
@click.argument("report")
@click.argument("rule")
@click.argument("where")
@click.argument("text")
@actor_option
def explain_(report: str, rule: str, where: str, text: str, actor: str) -> None:
    """Nêu lý do của một cảnh báo hay của ô ghi “...” (RULE: cell.to_come, WHERE: ô)."""
    from core import clock
    from runtime.filling.explanations import explain
    from runtime.filling.places import find_report

    with work() as session:
        explain(session, find_report(session, report).id, (rule, where), text, actor=actor, now=clock.now())


def _move(name: str, as_json: bool, step: "Callable[..., Report]", **arguments: str) -> None:
    from core import clock
    from core.messages import sentence
    from runtime.filling.places import find_report

    with work() as session:
        report = step(session, find_report(session, name).id, now=clock.now(), **arguments)
    if as_json:
        print_json({"report": report.id, "state": report.state, "revision": report.revision})
    else:
        state = sentence(f"report.state.{report.state}", {}, lang())
        say("report.standing", state=state, revision=report.revision)
