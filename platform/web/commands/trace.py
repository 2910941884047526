"""`bieumau trace`: what an aggregated number is made of."""

import dataclasses
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from web.commands import json_option, lang, print_json, say, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.totals.trace import Entry, Traced

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@click.command()
@click.argument("report")
@click.argument("cell")
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, help="Số đơn vị liệt kê.")
@json_option
def command(report: str, cell: str, top: int, as_json: bool) -> None:
    """Ô CELL của REPORT (số hiệu hoặc ĐỢT/MÃ_ĐƠN_VỊ) gồm số của những đơn vị nào, ai nhập, lúc nào."""
    from runtime.filling.places import find_report
    from runtime.totals.trace import trace_figure

    with work(write=False) as session:
        traced = trace_figure(session, find_report(session, report), cell)
    if as_json:
        print_json(dataclasses.asdict(traced))
        return
    print_trace(traced, top)


def print_trace(traced: "Traced", top: int) -> None:
    """The figure, who typed it, and the `top` largest reports below it."""
    say("trace.figure", where=traced.where, value=_shown(traced.value), reports=len(traced.parts))
    _print_entries(traced.entries)
    for part in traced.parts[:top]:
        click.echo(f"  {_shown(part.value):>12}  {part.code:<8} {part.name}")
        _print_entries(part.entries)
        if part.changed:
            say("trace.changed")
    if len(traced.parts) > top:
        say("trace.more", reports=len(traced.parts) - top)


def _shown(value: str) -> str:
    """An exchange text as people read it; marks and texts stay."""
    from core.messages import show

    return show(Decimal(value), lang()) if NUMBER.fullmatch(value) else value


def _print_entries(entries: "Sequence[Entry]") -> None:
    from core.clock import VIETNAM
    from core.messages import sentence

    for entry in {entry.where: entry for entry in entries}.values():  # the last of each cell
        at = entry.at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
        how = sentence(f"journal.{entry.how}", {}, lang())
        click.echo(f"{'':16}{entry.where} = {_shown(entry.new)} · {how} · {entry.actor} · {at}")
