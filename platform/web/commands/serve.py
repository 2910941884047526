"""`bieumau serve`: the whole product on one machine: pages, a worker, the queue server."""

import os
import signal
from typing import TYPE_CHECKING, Any

import click

from web.commands import say

if TYPE_CHECKING:
    from flask import Flask

THREADS = 32  # of waitress; gunicorn has as many in two processes


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Cổng.")
@click.option("--server", type=click.Choice(["waitress", "gunicorn"]), default="waitress", show_default=True)
@click.option("--demo", is_flag=True, help="Khi chưa có tài khoản nào: nạp dữ liệu và tài khoản dùng thử.")
def command(host: str, port: int, server: str, demo: bool) -> None:
    """Chạy trang web, công việc nền và hàng đợi; Ctrl-C dừng tất cả, dữ liệu còn nguyên."""
    from core.schema import upgrade
    from core.settings import read_settings
    from web.app import create_app
    from web.processes import worker_beside

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app = create_app(read_settings(os.environ))
    upgrade(app)
    if demo:
        _seed(app)
    serve = _with_gunicorn if server == "gunicorn" else _with_waitress
    with worker_beside(app):
        serve(app, host, port)


def _seed(app: "Flask") -> None:
    from core import clock
    from core.db import unit_of_work
    from web.demo_seed import PASSWORD, seed_demo

    with unit_of_work(app) as session:
        people = seed_demo(session, now=clock.now())
    for login, name in people.items():
        say("serve.account", login=login, name=name, password=PASSWORD)


def _with_waitress(app: "Flask", host: str, port: int) -> None:
    from waitress.server import create_server

    from core.errors import Conflict

    try:
        server = create_server(app, host=host, port=port, threads=THREADS, ident="")
    except OSError as error:
        raise Conflict("serve.port", host=host, port=str(port), error=error.strerror) from error
    say("serve.ready", address=f"http://{host}:{port}")
    try:
        server.run()
    finally:
        say("serve.stopped")


def _with_gunicorn(app: "Flask", host: str, port: int) -> None:
    from gunicorn.app.base import BaseApplication

    from core.db import database

    with app.app_context():
        database.engine.dispose()  # an open SQLite file must not be carried over a fork

    class Server(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", f"{host}:{port}")
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("workers", 2)
            self.cfg.set("threads", THREADS // 2)
            self.cfg.set("when_ready", lambda _: say("serve.ready", address=f"http://{host}:{port}"))

        def load(self) -> Any:
            return app

    Server().run()
