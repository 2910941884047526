"""`bieumau outage`: tell of an outage, say when it ended, list them."""

from datetime import datetime

import click

from web.commands import actor_option, json_option, print_json, say, work

MOMENT = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


@click.group()
def command() -> None:
    """Thông báo hệ thống gián đoạn."""


@command.command()
@click.option("--from", "starts", required=True, type=MOMENT, help="Từ lúc (giờ Việt Nam).")
@click.option("--until", "ends", required=True, type=MOMENT, help="Đến lúc.")
@click.option("--reason", required=True, help="Lý do, hiện trên mọi trang.")
@actor_option
@json_option
def declare(starts: datetime, ends: datetime, reason: str, actor: str, as_json: bool) -> None:
    """Thông báo trên mọi trang và dời các hạn rơi vào lúc gián đoạn."""
    from core import clock
    from runtime.rounds import outages

    with work() as session:
        made = outages.declare(
            session, _local(starts), _local(ends), reason=reason, actor=actor, now=clock.now()
        )
        moved = outages.moved_by(session, made)
    if as_json:
        print_json({"outage": made.id, "reports": moved})
        return
    say("outage.declared", id=str(made.id), starts=made.starts_at, ends=made.ends_at, reports=moved)


@command.command()
@click.argument("outage", type=int)
@click.option("--at", "ends", required=True, type=MOMENT, help="Kết thúc lúc.")
@actor_option
def end(outage: int, ends: datetime, actor: str) -> None:
    """Đổi giờ kết thúc; các hạn được tính lại từ hạn ban đầu."""
    from core import clock
    from runtime.rounds import outages

    with work() as session:
        made = outages.end_at(session, outage, _local(ends), actor=actor, now=clock.now())
        moved = outages.moved_by(session, made)
    say("outage.declared", id=str(made.id), starts=made.starts_at, ends=made.ends_at, reports=moved)


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Các lần gián đoạn, mới nhất trước."""
    from core.messages import show
    from runtime.rounds.outages import list_outages
    from web.commands import lang

    with work(write=False) as session:
        found = list_outages(session)
    if as_json:
        print_json(
            [
                {"id": each.id, "from": each.starts_at, "until": each.ends_at, "reason": each.reason}
                for each in found
            ]
        )
        return
    for each in found:
        click.echo(f"{each.id}  {show(each.starts_at, lang())} – {show(each.ends_at, lang())}  {each.reason}")


def _local(told: datetime) -> datetime:
    from core.clock import VIETNAM

    return told.replace(tzinfo=VIETNAM)
