"""The edge runs on PostgreSQL with each change, on both kinds in `make soak`: rooms run on both always,
journeys on SQLite."""

import pytest

from tests.slices import sliced


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the kinds of database of a test that does not choose itself."""
    chosen = (mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "database" in metafunc.fixturenames and "database" not in chosen:
        kinds = sliced(["postgresql"], ["sqlite", "postgresql"])
        # as a mark: the fixture's own kinds give way to marks alone
        metafunc.definition.add_marker(pytest.mark.parametrize("database", kinds, indirect=True))
