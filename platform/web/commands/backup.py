"""`bieumau backup`."""

from pathlib import Path

import click

from web.commands import application, json_option, print_json, say


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-secret", is_flag=True, help="Kèm khóa bí mật của máy chủ.")
@json_option
def command(file: Path, with_secret: bool, as_json: bool) -> None:
    """Sao lưu toàn bộ dữ liệu vào FILE, không cần dừng hệ thống."""
    from core import clock
    from core.backup import back_up

    app = application()
    secret = app.config["SETTINGS"].data / "secret.key"
    counts = back_up(app, file, now=clock.now(), secret=secret if with_secret else None)
    rows = sum(each.rows for each in counts.values())
    if as_json:
        print_json({"file": str(file), "tables": {name: each.rows for name, each in counts.items()}})
    else:
        say("backup.done", file=str(file), tables=len(counts), rows=rows)
