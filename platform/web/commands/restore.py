"""`bieumau restore`."""

import os
from pathlib import Path

import click

from web.commands import finding_json, finding_text, json_option, lang, print_json, say


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def command(file: Path, as_json: bool) -> int:
    """Khôi phục bản sao lưu FILE vào một hệ thống còn trống, rồi đối chiếu từng bảng."""
    from core.restore import restore
    from core.settings import read_settings
    from web.app import create_app

    settings = read_settings(os.environ)
    manifest, findings = restore(create_app(settings), file, secret=settings.data / "secret.key")
    counts = {shape.name: counted.rows for shape, counted in manifest.tables.items()}
    if as_json:
        told = [finding_json(finding, lang()) for finding in findings]
        print_json({"made_at": manifest.made_at, "tables": counts, "findings": told})
    else:
        say("restore.done", file=str(file), tables=len(counts), rows=sum(counts.values()))
        for finding in findings:
            click.echo(finding_text(finding, lang()))
    return 1 if findings else 0
