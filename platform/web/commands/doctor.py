"""`bieumau doctor`."""

import os

import click

from web.commands import finding_json, json_option, lang, print_json

MARKS = {"note": "✓", "warning": "!", "error": "✗"}


@click.command()
@json_option
def command(as_json: bool) -> int:
    """Khám hệ thống: cơ sở dữ liệu, hàng đợi, máy chủ; mỗi dòng nói phải làm gì."""
    from core import clock
    from core.doctor import examine
    from core.messages import sentence
    from core.settings import read_settings
    from engine.findings import has_errors
    from web.app import create_app

    settings = read_settings(os.environ)
    findings = list(examine(create_app(settings), secret=settings.data / "secret.key", now=clock.now()))
    if as_json:
        print_json({"checks": [finding_json(finding, lang()) for finding in findings]})
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.severity]} {sentence(finding.key, finding.facts, lang())}")
    return 1 if has_errors(findings) else 0
