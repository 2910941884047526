"""`bieumau round`: open a round, follow it, sum it up."""

import dataclasses
from datetime import datetime, time
from typing import TextIO

import click

from web.commands import actor_option, application, json_option, lang, print_json, say, wait_for, work


@click.group()
def command() -> None:
    """Đợt báo cáo."""


@command.command("open")
@click.option("--template", required=True, help="Mã mẫu biểu.")
@click.option("--frequency", required=True, help="month, quarter, half_year, year, daily, custom …")
@click.option("--period", required=True, help="Kỳ: III/2026, 9/2026, 6T/2026, 2026 …")
@click.option("--windows", default="decree_09", show_default=True, help="Ngày chốt: decree_09, calendar.")
@click.option("--lead", required=True, help="Mã cơ quan yêu cầu báo cáo.")
@click.option("--scope", default="children", show_default=True, help="children, level:commune, codes:A,B …")
@click.option("--rows", type=click.File(encoding="utf-8"), help="Tệp giao dòng: mỗi đơn vị một dòng.")
@click.option("--flow", type=click.Choice(["direct", "tree"]), default="direct", show_default=True)
@click.option(
    "--steps", default="submit,accept", show_default=True, help="Các bước: submit,approve,send,accept …"
)
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), help="Hạn nộp (hết ngày).")
@click.option("--without-gone", is_flag=True, help="Bỏ qua những đơn vị trong codes: không còn vào cuối kỳ.")
@click.option("--sequence", type=click.IntRange(1), default=1, show_default=True, help="Lần thứ mấy.")
@click.option("--wait", is_flag=True, help="Chờ tới khi mở xong.")
@actor_option
@json_option
def open_(
    template: str,
    frequency: str,
    period: str,
    windows: str,
    lead: str,
    scope: str,
    rows: TextIO | None,
    flow: str,
    steps: str,
    due: datetime | None,
    without_gone: bool,
    sequence: int,
    wait: bool,
    actor: str,
    as_json: bool,
) -> None:
    """Mở một đợt báo cáo và giao báo cáo cho từng đơn vị; mở lại đợt đã có thì không thêm gì."""
    from agencies.store import bearers, read_tree
    from core import clock
    from core.db import unit_of_work
    from runtime.programs import program_of
    from runtime.rounds import scopes
    from runtime.rounds.assignment import read_assignment, share_out
    from runtime.rounds.opening import open_round
    from runtime.typed_periods import find_windows, parse_period
    from runtime.views.overview import round_status
    from template_library.versions import find_version

    span = parse_period(frequency, period, find_windows(windows))
    app = application()
    with unit_of_work(app) as session:
        version = find_version(session, template, on=span.end)
        tree = read_tree(session, span.end, besides=bearers(session, scopes.codes_of(scope)))
        scope = scopes.without_gone(tree, scope) if without_gone else scope
        asking, shared = tree.with_code(lead).id, None
        if rows:
            layout = program_of(session, version.id).layout
            scope, shared = share_out(tree, layout, read_assignment(tree, layout, rows.read()), asking)
        opened = open_round(
            session,
            version=version,
            period=span,
            lead=asking,
            scope=scope,
            rows=shared,
            flow="tree" if flow == "tree" else "direct",
            steps=steps,
            due_at=datetime.combine(due, time(23, 59, 59), clock.VIETNAM) if due else None,
            sequence=sequence,
            tree=tree,
            actor=actor,
            now=clock.now(),
        )
    if wait and opened.job_id:
        wait_for(app, opened.job_id)
    with unit_of_work(app, write=False) as session:
        status = round_status(session, opened.id)
    if as_json:
        print_json(
            {
                "round": status.id,
                "period": status.period.name_in(lang()),
                "opened": status.opened_at is not None,
            }
        )
    else:
        say(
            "round.title",
            round=str(status.id),
            template=template,
            period=status.period.name_in(lang()),
            lead=status.lead,
        )
        _say_progress(status.opened_at is not None, len(status.reports))


def _say_progress(opened: bool, reports: int) -> None:
    if opened:
        say("round.opened", reports=reports)
    else:
        say("round.opening", reports=reports)


@command.command()
@click.argument("round_id", metavar="ROUND", type=int)
@json_option
def status(round_id: int, as_json: bool) -> None:
    """Tiến độ của một đợt báo cáo."""
    from core.messages import sentence
    from runtime.views.overview import round_status

    with work(write=False) as session:
        found = round_status(session, round_id)
    if as_json:
        print_json(dataclasses.asdict(found) | {"period": found.period.name_in(lang())})
        return
    say(
        "round.title",
        round=str(found.id),
        template=found.template,
        period=found.period.name_in(lang()),
        lead=found.lead,
    )
    _say_progress(found.opened_at is not None, len(found.reports))
    for state, number in found.states.items():
        click.echo(f"  {sentence(f'report.state.{state}', {}, lang()):<14} {number:>6}")
    if found.coverage:
        say("round.coverage", counted=found.coverage["counted"], expected=found.coverage["expected"])
    for line in found.reports:
        state = sentence(f"report.state.{line.state}", {}, lang())
        click.echo(f"  {found.id}/{line.code:<8} {state:<14} {line.revision:>3}  {line.name}")


@command.command("check-totals")
@click.argument("round_id", metavar="ROUND", type=int)
@json_option
def check_totals(round_id: int, as_json: bool) -> None:
    """Cộng lại từ đầu mọi số tạm tính, số đã duyệt của đợt và so với số đang giữ."""
    from core.messages import sentence
    from runtime.totals import following, provisional
    from web.findings import findings_json

    with work(write=False) as session:
        found = [
            *provisional.differences(session, round_id),
            *following.differences(session, round_id),
        ]
    if as_json:
        print_json({"findings": findings_json(found)})
    for finding in found if not as_json else ():
        click.echo(sentence(finding.key, finding.facts, lang()))
    if not found and not as_json:
        say("provisional.agrees", round=str(round_id))
    if any(finding.code in ("provisional.differs", "accepted.differs") for finding in found):
        raise click.exceptions.Exit(1)


@command.command()
@click.argument("round_id", metavar="ROUND", type=int)
@click.option("--include-submitted", is_flag=True, help="Cộng cả báo cáo đã nộp, chưa duyệt.")
@click.option("--wait", is_flag=True, help="Chờ tới khi tổng hợp xong.")
@actor_option
@json_option
def consolidate(round_id: int, include_submitted: bool, wait: bool, actor: str, as_json: bool) -> None:
    """Cộng các báo cáo đã tiếp nhận vào báo cáo của nơi nhận."""
    from core import clock
    from core.db import unit_of_work
    from runtime.totals.consolidate import request_consolidation
    from runtime.views.overview import round_status

    app = application()
    with unit_of_work(app) as session:
        asked = request_consolidation(
            session, round_id, include_submitted=include_submitted, actor=actor, now=clock.now()
        )
    if wait:
        wait_for(app, asked.id)
    with unit_of_work(app, write=False) as session:
        found = round_status(session, round_id)
    if as_json:
        print_json({"round": round_id, "job": asked.id, "coverage": found.coverage})
    elif wait and found.coverage:
        say("round.coverage", counted=found.coverage["counted"], expected=found.coverage["expected"])
    else:
        say("round.consolidating", round=str(round_id))
