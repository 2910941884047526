"""`bieumau template`: template files checked, published, listed, exported."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import Invalid
from engine.findings import has_errors
from web.commands import actor_option, finding_json, finding_text, json_option, lang, print_json, say, work
from web.commands.files import existing_file, open_functions, open_others, open_template, unusable_told

if TYPE_CHECKING:
    from template_library.models import Version

day = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Mẫu biểu."""


@command.command()
@click.argument("file", type=existing_file)
@click.option("--with", "with_", type=existing_file, multiple=True, help="Biểu khác mà quy tắc nhắc tới.")
@json_option
def check(file: Path, with_: Sequence[Path], as_json: bool) -> None:
    """Kiểm tra tệp mẫu biểu: hình thức, quy tắc, ví dụ."""
    from template_library.examples import check_template

    with unusable_told(as_json):
        others = open_others(with_)
    try:
        form = open_template(file)
        findings = check_template(form, others, open_functions())[1]
    except Invalid as error:
        form, findings = None, list(error.findings)
    if as_json:
        print_json({"findings": [finding_json(finding, lang()) for finding in findings]})
    else:
        for finding in findings:
            click.echo(finding_text(finding, lang()))
        if form and not has_errors(findings):
            rules = sum(len(section.rules) for section in form.sections)
            counts = {"sections": len(form.sections), "rules": rules, "examples": len(form.examples)}
            say("template.good", template=form.header.code, **counts)
    raise click.exceptions.Exit(1 if has_errors(findings) else 0)


@command.command()
@click.argument("file", type=existing_file, required=False)
@click.option("--seeds", is_flag=True, help="Ban hành các mẫu biểu đi kèm, với chế độ báo cáo của chúng.")
@click.option("--with", "with_", type=existing_file, multiple=True, help="Biểu khác mà quy tắc nhắc tới.")
@click.option("--effective-from", type=day, help="Hiệu lực từ ngày (mặc định hôm nay).")
@actor_option
@json_option
def publish(
    file: Path | None,
    seeds: bool,
    with_: Sequence[Path],
    effective_from: datetime | None,
    actor: str,
    as_json: bool,
) -> None:
    """Ban hành một tệp mẫu biểu, hoặc các mẫu đi kèm; nội dung đã ban hành thì không thêm phiên bản."""
    from core import clock
    from template_library.regimes import load_seed_regimes
    from template_library.shelf import load_seeds
    from template_library.versions import publish

    if seeds == bool(file):
        raise click.UsageError("FILE | --seeds")
    start = effective_from.date() if effective_from else clock.today()
    with unusable_told(as_json):
        form, others = open_template(file) if file else None, open_others(with_)
        with work() as session:
            now = clock.now()
            if form:
                versions = [publish(session, form, actor=actor, now=now, effective_from=start, others=others)]
            else:
                versions = load_seeds(session, actor=actor, now=now, effective_from=start)
                load_seed_regimes(session, actor=actor, now=now)
    _tell(versions, as_json)


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Liệt kê các phiên bản đã ban hành."""
    from template_library.shelf import list_versions

    with work(write=False) as session:
        versions = list_versions(session)
    _tell(versions, as_json)


@command.command()
@click.argument("code")
@click.option("--on", type=day, help="Phiên bản hiệu lực vào ngày (mặc định hôm nay).")
def export(code: str, on: datetime | None) -> None:
    """In tệp của mẫu biểu như đã ban hành."""
    from core import clock
    from template_library.versions import find_version

    with work(write=False) as session:
        version = find_version(session, code, on=on.date() if on else clock.today())
    click.echo(version.file, nl=False)


@command.command()
@click.argument("before", type=existing_file)
@click.argument("after", type=existing_file)
@json_option
def diff(before: Path, after: Path, as_json: bool) -> None:
    """So sánh hai tệp mẫu biểu: mỗi khác biệt với ảnh hưởng tới số liệu đã nhập."""
    from template_library.compare import compare, heaviest
    from web.shelves.differences import difference_json, difference_told, impact_told

    with unusable_told(as_json):
        found = compare(open_template(before), open_template(after))
    if as_json:
        told = [difference_json(each, lang()) for each in found]
        print_json({"impact": heaviest(found) if found else None, "differences": told})
        return
    for each in found:
        click.echo(f"[{impact_told(each.impact, lang())}] {difference_told(each, lang())}")
    if found:
        say("template.compared", count=len(found), impact=impact_told(heaviest(found), lang()))
    else:
        say("template.same")


def _tell(versions: "Sequence[Version]", as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "code": version.template_code,
                    "version": version.number,
                    "effective_from": version.effective_from,
                    "content_hash": version.content_hash,
                    "name": version.name,
                }
                for version in versions
            ]
        )
        return
    for version in versions:
        say(
            "template.published",
            template=version.template_code,
            number=version.number,
            date=version.effective_from,
            name=version.name,
        )


@command.command("from-xlsx")
@click.argument("file", type=existing_file)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Tệp mẫu biểu ghi ra.")
@click.option("--answer", "told", multiple=True, help="Trả lời một chỗ chưa chắc: TÊN=LỰA_CHỌN.")
@json_option
def from_xlsx(file: Path, output: Path | None, told: Sequence[str], as_json: bool) -> None:
    """Vẽ mẫu biểu từ một tệp Excel (.xlsx, .xls) hoặc .ods có sẵn, kèm độ tin cậy từng phần."""
    from designer.excel.drawing import draw
    from template_library.fileformat import write_template
    from web.design.drawn import drawing_json, drawing_lines

    answers = dict(answer.rsplit("=", 1) for answer in told if "=" in answer)
    drawing = draw(file.read_bytes(), file.name, answers)
    if drawing.form is None:
        with unusable_told(as_json):
            raise Invalid(drawing.findings)
    if output:
        output.write_text(write_template(drawing.form), encoding="utf-8")
    if as_json:
        print_json(drawing_json(drawing, lang()))
        return
    if output is None:
        click.echo(write_template(drawing.form), nl=False)
    for line in drawing_lines(drawing, lang()):
        click.echo(line, err=output is None)
