"""`bieumau agencies`: the agency tree."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.commands import actor_option, json_option, print_json, say, work

if TYPE_CHECKING:
    from agencies.succession import Link
    from agencies.tree import Node, Tree
    from core.db import Session

SHIPPED = ("today", "before", "departments")  # the keys of agencies.listing.SHIPPED

CAME_CODES = ("agency.came_from_part", "agency.came_from")
WENT_CODES = ("agency.went_into_part", "agency.went_into")

day = click.DateTime(["%Y-%m-%d"])
path = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Cây cơ quan."""


@command.command("import")
@click.argument("file", type=path, required=False)
@click.option(
    "--shipped",
    type=click.Choice(SHIPPED),
    help="Danh mục đi kèm: cả nước hiện nay (mặc định), cả nước trước 1/7/2025, ví dụ về các sở.",
)
@click.option("--valid-from", type=day, help="Có hiệu lực từ ngày (FILE: mặc định 2025-07-01).")
@click.option("--valid-to", type=day, help="Hết hiệu lực từ ngày.")
@click.option("--province", help="Chỉ lấy tỉnh, thành phố có mã này.")
@click.option(
    "--succession", type=path, help="Tệp kế thừa của đợt sắp xếp vào ngày hết (hoặc bắt đầu) hiệu lực."
)
@json_option
def import_(
    file: Path | None,
    shipped: str | None,
    valid_from: datetime | None,
    valid_to: datetime | None,
    province: str | None,
    succession: Path | None,
    as_json: bool,
) -> None:
    """Nhập danh mục CSV (level,code,name,parent_code); không có FILE thì lấy danh mục đi kèm."""
    from agencies.importer import import_agencies
    from agencies.listing import REFORM, SHIPPED, shipped_listing
    from agencies.succession_file import shipped_succession

    if file and shipped:
        raise click.UsageError("FILE, --shipped")
    shipped = shipped or "today"
    listed = SHIPPED[shipped]
    own_dates = (REFORM, None) if file else (listed.valid_from, listed.valid_to)
    since = valid_from.date() if valid_from else own_dates[0]
    until = valid_to.date() if valid_to else own_dates[1]
    told = succession.read_bytes() if succession else None
    if not file and not told and REFORM in (since, until):
        told = shipped_succession()
    with work() as session:
        done = import_agencies(
            session,
            file.read_bytes() if file else shipped_listing(shipped),
            valid_from=since,
            valid_to=until,
            province=province,
            succession=told,
        )
    if as_json:
        print_json(asdict(done))
    else:
        say("agencies.imported", added=done.added, unchanged=done.unchanged)
        if done.continued:
            say("agencies.continued", count=done.continued)


@command.command()
@click.argument("file", type=path, required=False)
@click.option("--on", type=day, default="2025-07-01", show_default=True, help="Ngày sắp xếp.")
@json_option
def succession(file: Path | None, on: datetime, as_json: bool) -> None:
    """Nhập quan hệ kế thừa từ CSV; không có FILE thì lấy của ngày 1/7/2025 đi kèm."""
    from agencies.succession_file import shipped_succession
    from agencies.succession_importer import import_succession

    data = file.read_bytes() if file else shipped_succession()
    with work() as session:
        done = import_succession(session, data, on=on.date(), partial=file is None)
    if as_json:
        print_json(asdict(done))
    else:
        say("succession.imported", **asdict(done))


@command.command("set")
@click.argument("code")
@click.argument("name")
@click.argument("value")
@click.option("--since", type=day, help="Từ ngày (mặc định hôm nay).")
@actor_option
def set_(code: str, name: str, value: str, since: datetime | None, actor: str) -> None:
    """Đặt thuộc tính của cơ quan từ một ngày, ví dụ dân_số hay điện_thoại_trực; VALUE rỗng là thôi."""
    from agencies.attributes import set_attribute
    from agencies.store import read_tree
    from core import clock

    on = since.date() if since else clock.today()
    with work() as session:
        node = read_tree(session, on).with_code(code)
        changed = set_attribute(session, node.id, name, value, since=on, actor=actor, now=clock.now())
    say("agency.set" if changed else "agency.unchanged", agency=node.name, name=name, value=value, on=on)


@command.command()
@click.argument("file", type=path)
@click.option("--since", type=day, help="Từ ngày (mặc định hôm nay).")
@actor_option
@json_option
def attributes(file: Path, since: datetime | None, actor: str, as_json: bool) -> None:
    """Đặt thuộc tính của nhiều cơ quan từ tệp CSV (code,name,value); sai một dòng thì không đặt gì."""
    from agencies.attribute_importer import import_attributes
    from core import clock

    on = since.date() if since else clock.today()
    with work() as session:
        changed = import_attributes(session, file.read_bytes(), since=on, actor=actor, now=clock.now())
    if as_json:
        print_json({"changed": changed})
    else:
        say("attributes.imported", changed=changed, on=on)


@command.command()
@click.argument("code")
@click.argument("name")
@click.option("--on", type=day, required=True, help="Từ ngày nào.")
@actor_option
def rename(code: str, name: str, on: datetime, actor: str) -> None:
    """Đổi tên một cơ quan từ một ngày; báo cáo của kỳ trước vẫn mang tên cũ."""
    from agencies.changing import rename_agency
    from agencies.store import read_tree
    from core import clock

    with work() as session:
        node = read_tree(session, on.date()).with_code(code)
        rename_agency(session, node.id, name, on=on.date(), actor=actor, now=clock.now())
    say("agency.renamed", before=node.name, after=name, on=on.date())


@command.command()
@click.argument("code")
@click.argument("above")
@click.option("--on", type=day, required=True, help="Từ ngày nào.")
@actor_option
def move(code: str, above: str, on: datetime, actor: str) -> None:
    """Chuyển một cơ quan về dưới cơ quan mang mã ABOVE từ một ngày."""
    from agencies.changing import move_agency
    from agencies.store import read_tree
    from core import clock

    with work() as session:
        tree = read_tree(session, on.date())
        node, upper = tree.with_code(code), tree.with_code(above)
        move_agency(session, node.id, upper.id, on=on.date(), actor=actor, now=clock.now())
    say("agency.moved", agency=node.name, above=upper.name, on=on.date())


@command.command()
@click.argument("code")
@click.option("--on", type=day, required=True, help="Từ ngày nào thì không còn.")
@actor_option
def close(code: str, on: datetime, actor: str) -> None:
    """Đóng một cơ quan: từ ngày đó không được giao báo cáo mới."""
    from agencies.changing import close_agency
    from agencies.store import read_tree
    from core import clock

    with work() as session:
        node = read_tree(session, on.date()).with_code(code)
        close_agency(session, node.id, on=on.date(), actor=actor, now=clock.now())
    say("agency.closed", agency=node.name, on=on.date())


@command.command("list")
@click.option("--parent", help="Mã cơ quan cấp trên trực tiếp.")
@click.option("--level", help="Cấp: province, district, commune, department, organisation.")
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
    """Xem một cơ quan: cấp trên, trực thuộc, thuộc tính, trước và sau nó là cơ quan nào."""
    from agencies.attributes import attributes_of, duty_telephone
    from agencies.store import last_known, read_succession

    with work(write=False) as session:
        tree, links = _read(session, on), read_succession(session)
        node = tree.with_code(code)
        into, out_of = links.before.get(node.id, ()), links.after.get(node.id, ())
        others = {link.predecessor for link in into} | {link.successor for link in out_of}
        known = last_known(session, others)
    above, below = list(tree.ancestors(node.id)), tree.children(node.id)
    came = [(known[link.predecessor], link) for link in into]
    went = [(known[link.successor], link) for link in out_of]
    attributes, telephone = attributes_of(tree, node.id), duty_telephone(tree, node.id)
    if as_json:
        lists = {"above": [_data(each) for each in above], "below": [_data(each) for each in below]}
        told = {
            "predecessors": [_link_data(*pair) for pair in came],
            "successors": [_link_data(*pair) for pair in went],
        }
        print_json({**_data(node), "attributes": attributes, "telephone": telephone, **told, **lists})
        return
    click.echo(" › ".join(each.name for each in (*above[::-1], node)))
    for name, value in attributes.items():
        click.echo(f"  {name}: {value}")
    if telephone:
        say("agency.telephone", telephone=telephone)
    for codes, pairs in ((CAME_CODES, came), (WENT_CODES, went)):
        for each, link in pairs:
            say(codes[link.share is not None], agency=f"{each.name} ({each.code})", on=link.on)
    _print(below, as_json=False)


@command.command()
@click.argument("text")
@click.option("--on", type=day, help="Vào ngày (mặc định hôm nay).")
@json_option
def find(text: str, on: datetime | None, as_json: bool) -> None:
    """Tìm cơ quan theo tên (không cần dấu) hoặc mã."""
    _print(_tree(on).matching(text), as_json)


def _tree(on: datetime | None) -> "Tree":
    with work(write=False) as session:
        return _read(session, on)


def _read(session: "Session", on: datetime | None) -> "Tree":
    from agencies.store import read_tree
    from core import clock

    return read_tree(session, on.date() if on else clock.today())


def _data(node: "Node") -> dict[str, object]:
    return {"id": node.id, "code": node.code, "name": node.name, "level": node.level}


def _link_data(node: "Node", link: "Link") -> dict[str, object]:
    share = None if link.share is None else str(link.share)
    return {**_data(node), "on": link.on, "share": share, "is_default": link.is_default}


def _print(nodes: "list[Node]", as_json: bool) -> None:
    if as_json:
        print_json([_data(node) for node in nodes])
        return
    for node in nodes:
        click.echo(f"{node.code:<10} {node.level_name:<10} {node.name}")
