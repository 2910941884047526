"""Who writes and is killed in the middle holds nobody up, and leaves nothing behind."""

import os
import subprocess
import sys

from flask import Flask
from sqlalchemy import text

from core.db import unit_of_work
from tests.builders import build
from tests.conftest import environment

HOLDER = """
import os, time
from sqlalchemy import text
from core.db import unit_of_work
from core.settings import read_settings
from web.app import create_app
with unit_of_work(create_app(read_settings(os.environ))) as session:
    session.execute(text("UPDATE level SET name = 'half done'"))
    print("writing", flush=True)
    time.sleep(600)
"""


def test_a_killed_writer_gives_its_turn_back(app: Flask) -> None:
    with unit_of_work(app) as session:
        build(session, 1)
    command = [sys.executable, "-c", HOLDER]
    env = os.environ | environment(app.config["SETTINGS"])
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "writing\n"
        holder.kill()
    with unit_of_work(app) as session:
        session.execute(text("UPDATE level SET name = name || '!'"))
    with unit_of_work(app, write=False) as session:
        names = session.execute(text("SELECT name FROM level")).scalars().all()
    assert names and all(name.endswith("!") and "half" not in name for name in names)
