"""`bieumau audit`: the audit."""

import dataclasses

import click

from web.commands import finding_json, finding_text, json_option, lang, print_json, say, work


@click.group()
def command() -> None:
    """Nhật ký việc đã làm."""


@command.command()
@click.option("--noted", metavar="NUMBER:HASH", help="Niêm phong đã ghi lại ở nơi khác từ lần trước.")
@json_option
def verify(noted: str | None, as_json: bool) -> int:
    """Dò dấu vết sửa, xóa trong nhật ký; in niêm phong cuối để ghi lại."""
    from core.audit import verify

    number, separator, hash_ = (noted or "").partition(":")
    if noted and not (separator and number.isdecimal()):
        raise click.BadParameter(noted, param_hint="--noted")
    with work(write=False) as session:
        found = verify(session, (int(number), hash_) if noted else None)
    if as_json:
        told = [finding_json(finding, lang()) for finding in found.findings]
        print_json({**dataclasses.asdict(found), "findings": told})
    else:
        for finding in found.findings:
            click.echo(finding_text(finding, lang()))
        say(
            "audit.verified",
            sealed=found.sealed,
            waiting=found.waiting,
            number=str(found.number),
            head=found.head,
        )
    return 1 if found.findings else 0
