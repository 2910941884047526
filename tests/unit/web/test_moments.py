"""Programs read moments and days as ISO 8601 writes them, wherever they stand in an answer."""

from datetime import UTC, date, datetime
from pathlib import Path

from core.settings import read_settings
from web.app import create_app


def test_moments_and_days_in_facts(tmp_path: Path) -> None:
    app = create_app(read_settings({"BIEUMAU_DATA": str(tmp_path)}))
    told = app.json.dumps({"at": datetime(2026, 11, 22, 9, tzinfo=UTC), "on": date(2026, 11, 22)})
    assert app.json.loads(told) == {"at": "2026-11-22T09:00:00+00:00", "on": "2026-11-22"}
