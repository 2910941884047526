"""The time of day, read at the edge only: everything below takes `now` as an argument."""

from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))  # what people see; the database keeps UTC


def now() -> datetime:
    """The present moment, aware, in UTC. Only `web` and `core.jobs` may ask."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in Vietnam. Only `web` and `core.jobs` may ask."""
    return now().astimezone(VIETNAM).date()


def day_of(moment: datetime) -> date:
    """The day that it is in Vietnam at a moment."""
    return moment.astimezone(VIETNAM).date()
