"""`bieumau days`: days worked or off against the calendar."""

from datetime import datetime

import click

from web.commands import actor_option, json_option, print_json, work

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Ngày làm bù, nghỉ bù, hoán đổi."""


@command.command()
@click.argument("day", type=DAY)
@click.option("--works/--off", required=True, help="Làm việc hay nghỉ.")
@click.option("--name", required=True, help="Theo văn bản nào, lý do.")
@actor_option
def swap(day: datetime, works: bool, name: str, actor: str) -> None:
    """Quyết định một ngày làm việc hay nghỉ; ghi lại thì lần cuối có giá trị."""
    from core import clock
    from core.working_days import swap_day

    with work() as session:
        swap_day(session, day.date(), works=works, name=name, actor=actor, now=clock.now())


@command.command()
@click.argument("day", type=DAY)
@actor_option
def unswap(day: datetime, actor: str) -> None:
    """Bỏ quyết định về một ngày."""
    from core import clock
    from core.working_days import unswap_day

    with work() as session:
        unswap_day(session, day.date(), actor=actor, now=clock.now())


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Những ngày đã quyết định khác lịch."""
    from core.working_days import list_swaps

    with work(write=False) as session:
        found = list_swaps(session)
    if as_json:
        print_json([{"day": each.day, "works": each.works, "name": each.name} for each in found])
        return
    for each in found:
        click.echo(f"{each.day:%d/%m/%Y}  {'làm việc' if each.works else 'nghỉ':<8}  {each.name}")
