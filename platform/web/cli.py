"""The command `bieumau`: finds a group's module when it is called, and turns errors into words and statuses.

Statuses: 0 done; 1 a check found an error; 2 the command or its input is unusable; 3 refused by the state
of things (not found, forbidden, conflict); 70 a fault of ours, written to the log.
"""

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

import click

from web.commands import Invocation, complain, lang_option

COMMANDS = {
    "agencies": ("Cây cơ quan: nhập danh mục, xem", "The agency tree: import, show"),
    "backup": ("Sao lưu toàn bộ dữ liệu", "Back up all data"),
    "audit": ("Nhật ký: dò dấu vết sửa, xóa", "The audit: find tampering"),
    "days": ("Ngày làm bù, nghỉ bù, hoán đổi", "Days worked or off against the calendar"),
    "db": ("Cơ sở dữ liệu: nâng cấp", "The database: upgrade"),
    "demo": ("Chạy thử toàn bộ công việc chính", "Run the whole main job"),
    "doctor": ("Khám hệ thống", "Examine the installation"),
    "form": ("Kiểm tra số liệu của một biểu", "Check the figures of a form"),
    "indicator": ("Kho chỉ tiêu: nhập danh mục, tìm", "The indicator library: import, find"),
    "job": ("Công việc chạy nền", "Background work"),
    "outage": ("Thông báo hệ thống gián đoạn", "Tell of an outage"),
    "package": ("Gói mẫu biểu: xuất, nhập", "Packages of templates: export, import"),
    "people": ("Tài khoản: nhập từ Excel, cấp mã mới", "Accounts: import, give new codes"),
    "report": ("Điền, xem, nộp báo cáo", "Fill, show, submit reports"),
    "restore": ("Khôi phục bản sao lưu", "Restore a backup"),
    "round": ("Mở đợt báo cáo, theo dõi, tổng hợp", "Open a round, follow it, sum up"),
    "rule": ("Kiểm tra, giải thích một quy tắc", "Check or explain a rule"),
    "serve": ("Chạy trang web, công việc nền và hàng đợi", "Serve pages, background work and the queue"),
    "template": ("Kiểm tra, ban hành mẫu biểu", "Check and publish templates"),
    "token": ("Mã truy cập cho chương trình gọi API", "Access tokens for programs that use the API"),
    "trace": ("Một con số gồm những đơn vị nào", "What an aggregated number is made of"),
    "worker": ("Chạy công việc nền", "Run background work"),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"web.commands.{cmd_name}").command
        _take_lang(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list is at hand in both languages; loading every module to ask it would take a second."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][ctx.obj.lang == "en"]) for name in sorted(COMMANDS)])


def _take_lang(command: click.Command) -> None:
    """`--lang` is understood after each command too."""
    if lang_option not in command.params:
        command.params.append(lang_option)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _take_lang(child)


@click.group(cls=_Commands, params=[lang_option], context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Cho thấy chỗ phát sinh lỗi ngoài dự kiến.")
@click.version_option(package_name="bieumau")
@click.pass_obj
def cli(invocation: Invocation, debug: bool) -> None:
    """Bieumau: biểu mẫu báo cáo, từ mẫu biểu tới số tổng hợp."""
    invocation.debug = debug


def main() -> None:
    """Run one command and leave with its status."""
    invocation = Invocation(lang=os.environ.get("BIEUMAU_LANG") or "vi")
    try:
        status = cli.main(standalone_mode=False, obj=invocation)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if invocation.debug:
            raise
        sys.exit(complain(error, invocation.lang) or _fault(invocation.lang))
    sys.exit(status if isinstance(status, int) else 0)


def _fault(lang: str) -> int:
    from core.messages import sentence

    log = Path(os.environ.get("BIEUMAU_DATA") or "var").absolute() / "bieumau.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exc(file=file)
    except OSError:
        traceback.print_exc()
    click.echo(sentence("cli.fault", {"log": str(log)}, lang), err=True)
    return 70


if __name__ == "__main__":
    main()
