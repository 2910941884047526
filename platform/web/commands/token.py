"""`bieumau token`: personal access tokens for the JSON interface."""

import click

from web.commands import actor_option, json_option, print_json, say, work


@click.group()
def command() -> None:
    """Mã truy cập cho chương trình gọi API thay một người."""


@command.command()
@click.argument("login")
@click.option("--name", required=True, help="Dùng vào việc gì.")
@click.option("--days", type=int, default=90, show_default=True, help="Dùng được bao nhiêu ngày.")
@actor_option
@json_option
def create(login: str, name: str, days: int, actor: str, as_json: bool) -> None:
    """Tạo mã cho tài khoản LOGIN; mã chỉ hiện một lần."""
    from agencies.people import find_login
    from agencies.tokens import create_token
    from core import clock

    with work() as session:
        account = find_login(session, login)
        text = create_token(session, account, name, days=days, actor=actor, now=clock.now())
    if as_json:
        print_json({"token": text})
    else:
        say("token.created", token=text, days=days)


@command.command("list")
@click.argument("login")
@json_option
def list_(login: str, as_json: bool) -> None:
    """Liệt kê các mã còn dùng được của tài khoản LOGIN."""
    from agencies.people import find_login
    from agencies.tokens import list_tokens
    from core import clock

    with work(write=False) as session:
        tokens = list_tokens(session, find_login(session, login), now=clock.now())
    if as_json:
        print_json([{"id": each.id, "name": each.name, "valid_until": each.valid_until} for each in tokens])
        return
    for each in tokens:
        until = each.valid_until.astimezone(clock.VIETNAM).strftime("%d/%m/%Y")
        say("token.line", id=str(each.id), name=each.name, until=until)


@command.command()
@click.argument("login")
@click.argument("token_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@actor_option
def revoke(login: str, token_id: int, actor: str) -> None:
    """Thu hồi mã số ID của tài khoản LOGIN."""
    from agencies.people import find_login
    from agencies.tokens import revoke_token
    from core import clock

    with work() as session:
        revoke_token(session, find_login(session, login), token_id, actor=actor, now=clock.now())
    say("token.revoked")
