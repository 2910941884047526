"""An independent reader of the tables: what must hold of them whatever died or came twice or late.

It knows the tables by name and the packed figures by their bytes, and nothing of the code that writes them.
"""

import struct
from collections import Counter
from collections.abc import Mapping
from itertools import groupby

from flask import Flask
from sqlalchemy import Connection, text

from core.db import engine_for

Cells = Mapping[tuple[str, str], str]
"""What was typed last, by row and column."""


def read(app: Flask, query: str, **values: object) -> list[tuple[object, ...]]:
    """The rows of a question in plain SQL."""
    with app.app_context(), engine_for(write=False).connect() as connection:
        return _all(connection, query, **values)


def assert_sound(app: Flask) -> None:
    """No report twice, journals without a gap, sheets as their journals say, states as their moves say."""
    with app.app_context(), engine_for(write=False).connect() as connection:
        agencies = _all(connection, "SELECT round_id, agency_id FROM report")
        assert len(agencies) == len(set(agencies))
        for report, revision, state in _all(connection, "SELECT id, revision, state FROM report"):
            _assert_journal(connection, report, revision)
            _assert_state(connection, report, state)


def typed_cells(app: Flask, report: int) -> Cells:
    """The cells of a report that somebody typed, as its journal has them last."""
    query = (
        'SELECT "row", "column", new FROM journal WHERE report_id = :r AND how = \'typed\' ORDER BY revision'
    )
    return {(str(row), str(column)): str(new) for row, column, new in read(app, query, r=report)}


def _assert_journal(connection: Connection, report: object, revision: object) -> None:
    """Every entry goes on from the one before it in its cell, and the last ones are what is stored."""
    last: dict[tuple[object, ...], object] = {}
    found = _all(
        connection,
        'SELECT revision, section, "row", "column", old, new FROM journal WHERE report_id = :r ORDER BY 1',
        r=report,
    )
    for _, section, row, column, old, new in found:
        cell = (section, row, column)
        assert last.get(cell, "") == old, (report, cell, old, last.get(cell))
        last[cell] = new
    revisions = [number for number, _ in groupby(entry[0] for entry in found)]
    assert revisions == list(range(1, len(revisions) + 1)), (report, revisions)
    if found:
        assert revision == revisions[-1], (report, revision)
    told: dict[object, Counter[int]] = {}
    for (_, row, _), new in last.items():
        if new:
            told.setdefault(row, Counter())[int(str(new))] += 1
    stored = {
        key: figures
        for key, packed in _all(
            connection,
            "SELECT \"key\", packed FROM report_row WHERE report_id = :r AND part = 'own'",
            r=report,
        )
        if (figures := _figures(packed))
    }
    assert stored == {row: figures for row, figures in told.items() if row in stored}, report
    rest: Counter[int] = sum((figures for row, figures in told.items() if row not in stored), Counter())
    blocks = _all(
        connection, "SELECT packed FROM report_block WHERE report_id = :r AND part = 'own'", r=report
    )
    assert sum((_figures(packed) for (packed,) in blocks), Counter[int]()) == rest, report


def _assert_state(connection: Connection, report: object, state: object) -> None:
    """Submitted once more than recalled or returned, or as it was in the beginning."""
    names = [
        name
        for (name,) in _all(connection, "SELECT name FROM move WHERE report_id = :r ORDER BY id", r=report)
    ]
    for before, after in zip(names, names[1:], strict=False):
        assert before != after, (report, names)
    assert (state == "submitted") == (names[-1:] == ["submit"]), (report, state, names)


def _figures(packed: object) -> Counter[int]:
    """The numbers of a block: eight bytes a cell, then a byte a cell that says whether there is one."""
    assert isinstance(packed, bytes | memoryview)
    size = len(packed) // 9
    values = struct.unpack(f"<{size}q", bytes(packed[: size * 8]))
    return Counter(
        value for value, status in zip(values, bytes(packed[size * 8 :]), strict=True) if status == 1
    )


def _all(connection: Connection, query: str, **values: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(query), values)]
