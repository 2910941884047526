"""`bieumau db`: the schema."""

import os

import click

from web.commands import say


@click.group()
def command() -> None:
    """Cơ sở dữ liệu."""


@command.command()
def upgrade() -> None:
    """Đưa cơ sở dữ liệu lên cấu trúc mới nhất."""
    from core.schema import upgrade
    from core.settings import read_settings
    from web.app import create_app

    app = create_app(read_settings(os.environ))
    upgrade(app)
    say("db.upgraded")


@command.command()
@click.option("-m", "--message", required=True, help="Bước này làm gì.")
def revision(message: str) -> None:
    """Soạn một bước thay đổi cấu trúc từ các model (dành cho người phát triển)."""
    from core.schema import draw_revision
    from core.settings import read_settings
    from web.app import create_app

    say("db.drawn", path=draw_revision(create_app(read_settings(os.environ)), message))
