"""`bieumau agencies`: the agency tree."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.commands import json_option, print_json, say, work

if TYPE_CHECKING:
    from agencies.tree import Node, Tree

REFORM = "2025-07-01"  # since when today's provinces and communes are valid

day = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Cây cơ quan."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--valid-from", type=day, default=REFORM, show_default=True, help="Có hiệu lực từ ngày.")
@click.option("--valid-to", type=day, help="Hết hiệu lực từ ngày.")
@click.option("--province", help="Chỉ lấy tỉnh, thành phố có mã này.")
@json_option
def import_(
    file: Path | None, valid_from: datetime, valid_to: datetime | None, province: str | None, as_json: bool
) -> None:
    """Nhập danh mục CSV (level,code,name,parent_code); không có FILE thì lấy danh mục cả nước đi kèm."""
    from agencies.importer import import_agencies
    from agencies.listing import shipped_listing

    data = file.read_bytes() if file else shipped_listing()
    with work() as session:
        done = import_agencies(
            session,
            data,
            valid_from=valid_from.date(),
            valid_to=valid_to.date() if valid_to else None,
            province=province,
        )
    if as_json:
        print_json({"added": done.added, "unchanged": done.unchanged})
    else:
        say("agencies.imported", added=done.added, unchanged=done.unchanged)


@command.command("list")
@click.option("--parent", help="Mã cơ quan cấp trên trực tiếp.")
@click.option("--level", help="Cấp: province, district, commune.")
@click.option("--on", type=day, help="Vào ngày (mặc định hôm nay).")
@json_option
def list_(parent: str | None, level: str | None, on: datetime | None, as_json: bool) -> None:
    """Liệt kê cơ quan theo thứ tự chữ cái tiếng Việt."""
    tree = _tree(on)
    above = tree.with_code(parent).id if parent else None
    _print(list(tree.descendants(above, level) if level else tree.children(above)), as_json)


@command.command()
@click.argument("code")
@click.option("--on", type=day, help="Vào ngày (mặc định hôm nay).")
@json_option
def show(code: str, on: datetime | None, as_json: bool) -> None:
    """Xem một cơ quan, các cấp trên và các đơn vị trực thuộc của nó."""
    tree = _tree(on)
    node = tree.with_code(code)
    above, below = list(tree.ancestors(node.id)), tree.children(node.id)
    if as_json:
        lists = {"above": [_data(each) for each in above], "below": [_data(each) for each in below]}
        print_json({**_data(node), **lists})
        return
    click.echo(" › ".join(each.name for each in (*above[::-1], node)))
    _print(below, as_json=False)


@command.command()
@click.argument("text")
@click.option("--on", type=day, help="Vào ngày (mặc định hôm nay).")
@json_option
def find(text: str, on: datetime | None, as_json: bool) -> None:
    """Tìm cơ quan theo tên (không cần dấu) hoặc mã."""
    _print(_tree(on).matching(text), as_json)


def _tree(on: datetime | None) -> "Tree":
    from agencies.store import read_tree
    from core import clock

    with work(write=False) as session:
        return read_tree(session, on.date() if on else clock.today())


def _data(node: "Node") -> dict[str, object]:
    return {"id": node.id, "code": node.code, "name": node.name, "level": node.level}


def _print(nodes: "list[Node]", as_json: bool) -> None:
    if as_json:
        print_json([_data(node) for node in nodes])
        return
    for node in nodes:
        click.echo(f"{node.code:<8} {node.level_name:<10} {node.name}")
