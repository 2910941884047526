"""What an installation may set, read once from the environment. docs/settings.md explains each name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

OURS = "http_gateway smtp statistics"


@dataclass(frozen=True)
class Settings:
    """The settings of one installation; `redis_url` is empty where the embedded Valkey serves, `secret_key`
    where one is to be made and kept in `data`. `plugins` are the names of those that are enabled,
    `public_url` is where people open the pages, without a slash at its end, or empty."""

    data: Path
    database_url: str
    redis_url: str
    job_resend_after: timedelta
    job_lost_after: timedelta
    secret_key: str
    https: bool
    public_url: str
    plugins: tuple[str, ...]
    notice_secret: str = field(repr=False)
    smtp: str = field(repr=False)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables, with defaults that need no server and no configuration."""
    data = Path(environ.get("BIEUMAU_DATA") or "var").absolute()
    return Settings(
        data=data,
        database_url=_driver_named(environ.get("DATABASE_URL") or f"sqlite:///{data / 'bieumau.sqlite'}"),
        redis_url=environ.get("REDIS_URL") or "",
        job_resend_after=timedelta(seconds=float(environ.get("BIEUMAU_JOB_RESEND_AFTER") or 30)),
        job_lost_after=timedelta(seconds=float(environ.get("BIEUMAU_JOB_LOST_AFTER") or 60)),
        secret_key=environ.get("SECRET_KEY") or "",
        https=environ.get("BIEUMAU_HTTPS") == "1",
        public_url=(environ.get("BIEUMAU_PUBLIC_URL") or "").rstrip("/"),
        plugins=tuple((environ.get("BIEUMAU_PLUGINS") or OURS).split()),
        notice_secret=environ.get("BIEUMAU_NOTICE_SECRET") or "",
        smtp=environ.get("BIEUMAU_SMTP") or "",
    )


def _driver_named(url: str) -> str:
    """Hosting services hand out `postgres://`, which SQLAlchemy does not read."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in ("postgres", "postgresql") else url
