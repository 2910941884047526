"""`bieumau worker`."""

import click

from web.commands import application


@click.command()
@click.option("--burst", is_flag=True, help="Dừng khi hết việc.")
def command(burst: bool) -> None:
    """Chạy công việc nền cho tới khi được dừng."""
    from core.worker import work

    work(application(), burst=burst)
