"""Many clients type over a line that drops, repeats and reorders: what was acknowledged is there."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

from flask import Flask

from core.db import unit_of_work
from core.errors import Conflict
from runtime.filling.entry import Change, save
from tests.builders import NOW, build, report_of, start_round
from tests.faults.reader import assert_sound, typed_cells

SHARED = 5
"""So many clients have one report together."""
COLUMNS = ("4", "5", "6", "8")


@dataclass
class Client:
    """An open page: it sends its edits until each is acknowledged; the line between is as bad as it gets."""

    number: int
    report: int
    random: Random
    waiting: deque[tuple[str, Change]] = field(default_factory=deque)
    acknowledged: dict[tuple[str, str], str] = field(default_factory=dict)

    def type(self, edits: int) -> None:
        """Edits of rows of its own: two clients never mean the same cell."""
        for edit in range(edits):
            row = f"I|{self.number}-{self.random.randrange(3)}"
            change = Change("A", row, self.random.choice(COLUMNS), str(self.random.randrange(1, 1000)))
            self.waiting.append((f"client-{self.number}-{edit:04}", change))

    def send(self, app: Flask) -> None:
        """Everything that waits, with what the line does to it."""
        delivered: list[tuple[str, Change]] = []
        while self.waiting:
            sent = self.waiting.popleft()
            if self.waiting and self.random.random() < 0.1 and _cell(self.waiting[0]) != _cell(sent):
                self.waiting.insert(1, sent)  # the next one overtakes it
                continue
            if self.random.random() < 0.1 and delivered:  # an old one comes once more, after newer ones
                assert self._deliver(app, self.random.choice(delivered))
            if self.random.random() < 0.1:  # lost on its way
                self.waiting.appendleft(sent)
                continue
            assert self._deliver(app, sent)
            delivered.append(sent)
            if self.random.random() < 0.1:  # the answer is lost, so it is sent again
                self.waiting.appendleft(sent)
                continue
            self.acknowledged[_cell(sent)] = sent[1].value or ""

    def _deliver(self, app: Flask, sent: tuple[str, Change]) -> bool:
        key, change = sent
        try:
            with unit_of_work(app) as session:
                actor, base = f"clerk-{self.number}", self.random.randrange(3)
                saved = save(
                    session,
                    self.report,
                    base=base,
                    idempotency_key=key,
                    changes=[change],
                    actor=actor,
                    client=f"page-{self.number}",
                    now=NOW,
                )
        except Conflict as refused:  # a base of a revision that is not there yet
            return refused.code == "save.base" and self._deliver(app, sent)
        return saved.stored == 1 and not saved.conflicts


def _cell(sent: tuple[str, Change]) -> tuple[str, str]:
    return sent[1].row, sent[1].column


def test_nothing_acknowledged_is_lost(app: Flask, scale: Callable[[int, int], int]) -> None:
    clients, edits = scale(10, 50), scale(8, 200)
    with unit_of_work(app) as session:
        world = build(session, clients // SHARED)
        opened = start_round(session, world)
        reports = [report_of(session, opened, commune).id for commune in world.communes.values()]
    hands = [Client(n, reports[n // SHARED], Random(2026 + n)) for n in range(clients)]
    for hand in hands:
        hand.type(edits)
    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(lambda hand: hand.send(app), hands))
    for hand in hands:
        there = typed_cells(app, hand.report)
        assert hand.acknowledged and hand.acknowledged.items() <= there.items()
    assert_sound(app)
