"""The time of day, read at the edge only: everything below takes `now` as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC. Only `web` and `core.jobs` may ask."""
    return datetime.now(UTC)
