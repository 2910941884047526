"""`bieumau package`: templates and regimes in a zip, out of one installation and into another."""

from collections.abc import Sequence
from pathlib import Path

import click

from core.errors import Invalid
from web.commands import actor_option, json_option, print_json, say, work
from web.commands.files import existing_file, unusable_told


@click.group()
def command() -> None:
    """Gói mẫu biểu và chế độ báo cáo."""


@command.command()
@click.argument("codes", nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tệp gói."
)
def export(codes: Sequence[str], output: Path) -> None:
    """Xuất các mẫu đang hiệu lực cùng chế độ báo cáo của chúng vào một gói."""
    from core import clock
    from template_library.shipping import export_package

    with work(write=False) as session:
        packed = export_package(session, codes, on=clock.today())
    output.write_bytes(packed)
    say("package.exported", templates=len(codes), file=str(output))


@command.command("import")
@click.argument("file", type=existing_file)
@actor_option
@json_option
def import_(file: Path, actor: str, as_json: bool) -> None:
    """Nhập một gói: mẫu thành bản nháp, chế độ báo cáo vào danh mục."""
    from core import clock
    from template_library.packages import read_package
    from template_library.shipping import import_package

    with unusable_told(as_json):
        package, findings = read_package(file.read_bytes())
        if package is None:
            raise Invalid(findings)
    with work() as session:
        arrived = import_package(session, package, agency=None, actor=actor, now=clock.now())
    told = {
        "drafts": arrived.drafts,
        "unchanged": arrived.unchanged,
        "regimes": arrived.regimes,
        "kept_back": arrived.kept_back,
    }
    if as_json:
        print_json(told)
    else:
        say("package.imported", **{name: len(codes) for name, codes in told.items()})
