"""Settings from the environment."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.settings import read_settings


def test_defaults_need_no_server() -> None:
    settings = read_settings({})
    assert settings.data == Path("var").absolute()
    assert settings.database_url == f"sqlite:///{settings.data}/bieumau.sqlite"
    assert (settings.redis_url, settings.public_url) == ("", "")
    assert settings.job_lost_after == timedelta(minutes=1)


def test_pages_stand_behind_the_public_address() -> None:
    assert read_settings({"BIEUMAU_PUBLIC_URL": "https://bc.vn/so/"}).public_url == "https://bc.vn/so"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////x.sqlite", "sqlite:////x.sqlite"),
    ],
)
def test_the_driver_is_named(given: str, used: str) -> None:
    assert read_settings({"DATABASE_URL": given}).database_url == used
