"""`bieumau people`: accounts."""

import dataclasses
from pathlib import Path

import click

from web.commands import actor_option, json_option, lang, print_json, say, work


@click.group()
def command() -> None:
    """Tài khoản."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ cho biết sẽ thay đổi gì.")
@actor_option
@json_option
def import_(file: Path, dry_run: bool, actor: str, as_json: bool) -> None:
    """Nhập tài khoản từ tệp .xlsx: mã cơ quan, tên đăng nhập, họ tên, vai trò, điện thoại, thư điện tử."""
    from agencies.people_import import import_people
    from core import clock
    from core.messages import sentence

    with work(write=not dry_run) as session:
        changes = import_people(
            session, file.read_bytes(), by=actor, now=clock.now(), on=clock.today(), dry_run=dry_run
        )
    if as_json:
        print_json([dataclasses.asdict(change) for change in changes])
        return
    for change in changes:
        if change.kind != "same":
            roles = ", ".join(sentence(f"role.{role}", {}, lang()) for role in change.roles)
            click.echo(f"{change.row:>6}  {change.login:<24} {change.name}  ({change.agency})  {roles}")
    counted = {kind: sum(change.kind == kind for change in changes) for kind in ("new", "changed", "same")}
    say("people.would_import" if dry_run else "people.imported", **counted)


@command.command()
@click.argument("login")
@actor_option
@json_option
def reset(login: str, actor: str, as_json: bool) -> None:
    """Cấp mã đăng nhập mới cho một người; mật khẩu cũ không dùng được nữa."""
    from agencies import people
    from core import clock

    with work() as session:
        slip = people.reset(session, people.find_login(session, login), by=actor, now=clock.now())
    if as_json:
        print_json(dataclasses.asdict(slip))
    else:
        say("people.code", login=slip.login, one_time=slip.code, until=f"{slip.until:%d/%m/%Y}")
