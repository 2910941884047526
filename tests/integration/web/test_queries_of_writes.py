"""How much each address that changes something asks of the database, by the table `writes.txt`.

The table is walked in a province of a few communes and in one of twice as many, with twice as much of
everything: each request must ask as many statements in both, and no more than its line says.
"""

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import MapAdapter

from core.schema import upgrade
from tests.integration.web.walks import NAMED, Line, World, read_lines

SMALL, LARGE = 3, 6
READS = {"GET", "HEAD", "OPTIONS"}


def test_no_write_asks_more_where_there_is_more(empty: Callable[[str], Flask]) -> None:
    small, large = (walk(empty("sqlite"), size) for size in (SMALL, LARGE))
    wrong = {
        f"{line.address} {line.body[:60]}": (first, second)
        for (line, first), (_, second) in zip(small, large, strict=True)
        if second - first > line.more * (LARGE - SMALL) or second > line.most + line.more * LARGE
    }
    assert wrong == {}


def test_every_address_that_changes_something_stands_in_the_table(empty: Callable[[str], Flask]) -> None:
    adapter = empty("sqlite").url_map.bind("localhost")
    sent = {endpoint_of(adapter, line) for line in read_lines() if line}
    there = {rule.endpoint for rule in adapter.map.iter_rules() if (rule.methods or set()) - READS}
    assert there - sent == set()


def walk(app: Flask, size: int) -> list[tuple[Line, int]]:
    """Every request of the table with the statements it took."""
    upgrade(app)
    world, taken = World(app, size), []
    world.settle()
    for line in read_lines():
        if line is None:
            world.run()
            continue
        for n in range(size if line.repeats else 0, 0, -1):
            world.send(line, n)
        number, answer = world.send(line)
        assert answer.status_code in (200, 201, 202, 302), (line, answer.text)
        taken.append((line, number))
    return taken


def endpoint_of(adapter: MapAdapter, line: Line) -> object:
    return adapter.match(NAMED.sub("1", line.address.partition("?")[0]), method="POST")[0]
