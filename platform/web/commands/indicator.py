"""`bieumau indicator`: the indicator library."""

import dataclasses
from datetime import date, datetime
from pathlib import Path

import click

from web.commands import actor_option, json_option, print_json, say, work

day = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Kho chỉ tiêu."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--set", "set_code", help="Mã bộ chỉ tiêu nhận danh mục; chưa có thì lập mới.")
@click.option("--since", type=day, help="Có hiệu lực từ ngày (mặc định hôm nay).")
@click.option("--dry-run", is_flag=True, help="Chỉ cho biết sẽ thay đổi gì.")
@actor_option
@json_option
def import_(
    file: Path | None, set_code: str | None, since: datetime | None, dry_run: bool, actor: str, as_json: bool
) -> None:
    """Nhập danh mục chỉ tiêu (.xlsx, .csv) vào một bộ; không có FILE thì lấy bộ khởi đầu đi kèm."""
    from core import clock
    from indicator_library.catalogue import SetInfo, list_sets, save_set
    from indicator_library.importer import import_indicators, load_seeds

    if bool(file) != bool(set_code):
        raise click.UsageError("FILE --set")
    now, start = clock.now(), since.date() if since else clock.today()
    with work() as session:
        if file is None:
            changes = load_seeds(session, actor=actor, now=now, dry_run=dry_run)
        else:
            known = {each.code: each for each in list_sets(session)}
            info = SetInfo(str(set_code), str(set_code))
            kept = known.get(info.code) or save_set(session, info, agency=None, actor=actor, now=now)
            changes = import_indicators(
                session,
                file.read_bytes(),
                set_id=kept.id,
                since=start,
                actor=actor,
                now=now,
                dry_run=dry_run,
            )
    if as_json:
        print_json([dataclasses.asdict(change) for change in changes])
        return
    counted = {kind: sum(change.kind == kind for change in changes) for kind in ("new", "changed", "same")}
    say("indicators.would_import" if dry_run else "indicators.imported", **counted)


@command.command("list")
@click.argument("text", default="")
@click.option("--on", type=day, help="Vào ngày (mặc định hôm nay).")
@json_option
def list_(text: str, on: datetime | None, as_json: bool) -> None:
    """Chỉ tiêu khớp TEXT (không cần dấu)."""
    from core import clock
    from indicator_library.catalogue import find

    told: date = on.date() if on else clock.today()
    with work(write=False) as session:
        found = find(session, told, text=text)
    if as_json:
        print_json([dataclasses.asdict(each) for each in found])
        return
    for each in found:
        click.echo(f"{each.code:<12} {each.meaning.name}{each.meaning.unit and f' ({each.meaning.unit})'}")
