"""Two pages on one draft over a line that drops, repeats and reorders what they send."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from designer import history
from designer.document import Document, spots
from designer.edits import Op, Refused, apply
from designer.models import Step
from template_library.drafts import save_draft
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from tests.builders import NOW
from tests.slices import sliced

CODE = "II.06a/VPCP/KSTT"


@dataclass(frozen=True)
class Request:
    """What a page sends, word for word the same each time it has to."""

    who: str
    base: int
    key: str
    edits: Sequence[Sequence[Op]]


@dataclass
class Page:
    """What one designer sees, and what he did that is not confirmed yet."""

    who: str
    revision: int
    document: Document
    waiting: list[list[Op]] = field(default_factory=list)
    sent: Request | None = None
    requests: int = 0

    def work(self, chance: random.Random) -> None:
        """Another edit on top of all that the page shows."""
        shown = self.document
        for ops in [*(self.sent.edits if self.sent else ()), *self.waiting]:
            try:
                shown = apply(shown, ops).document
            except Refused:
                continue
        self.waiting.append([any_op(chance, shown, f"{self.who}{chance.randrange(10**9)}")])

    def request(self) -> Request | None:
        """The next request; the last one again, as long as nobody answered it."""
        if self.sent is None and self.waiting:
            self.requests += 1
            key = f"{self.who}-request-{self.requests}"
            self.sent = Request(self.who, self.revision, key, self.waiting)
            self.waiting = []
        return self.sent

    def hear(self, answer: history.Answer) -> set[str]:
        """Take an answer; the keys of the edits that it says are done."""
        assert self.sent is not None
        for step in answer.steps:
            self.document = apply(self.document, step.ops).document
        self.revision = self.sent.base + len(answer.steps)  # as answered: the draft may have gone on since
        refused = {each.edit for each in answer.refused}
        done = {f"{self.sent.key}/{edit}" for edit in range(len(self.sent.edits)) if edit not in refused}
        self.sent = None
        return done


def any_op(chance: random.Random, shown: Document, ident: str) -> Op:
    """Something that a person does to what he sees."""
    spot = chance.choice([each for each in spots(shown) if each.kind in ("row", "column")])
    thing = {"kind": spot.kind, "section": spot.section, "id": spot.node["id"]}
    node = {"id": ident, "code": f"m{chance.randrange(3)}", "title": "Mới"}
    deeds: list[Op] = [
        {"op": "set", "at": thing, "key": "title", "value": f"Tên {chance.randrange(5)}"},
        {"op": "insert", "kind": spot.kind, "parent": spot.parent_ref, "after": spot.after, "node": node},
        {"op": "move", **thing, "parent": spot.parent_ref, "after": None},
        {"op": "delete", **thing},
    ]
    return chance.choices(deeds, [6, 4, 2, 1])[0]


def serve(session: Session, request: Request) -> history.Answer:
    made = {"base": request.base, "key": request.key, "actor": request.who}
    return history.edit(session, CODE, request.edits, **made, now=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", sliced(range(2), range(300)))
def test_nothing_confirmed_is_lost_and_both_end_equal(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
    assert form
    save_draft(session, form, base=0, actor="an", now=NOW)
    pages = [Page(who, 1, history.open_draft(session, CODE)[1]) for who in ("an", "bình")]
    late: list[Request] = []
    confirmed: set[str] = set()
    for _ in range(40):
        page = chance.choice(pages)
        page.work(chance)
        request = page.request()
        luck = chance.random()
        if request is None or luck < 0.2:  # dropped on the way there
            continue
        if luck < 0.4:  # or it comes after what is sent later
            late.append(request)
            continue
        answer = serve(session, request)
        if chance.random() < 0.2:  # sent on twice
            serve(session, request)
        if luck > 0.6:  # else the answer is dropped
            confirmed |= page.hear(answer)
        if late and chance.random() < 0.5:
            serve(session, late.pop(chance.randrange(len(late))))
    for request in late:
        serve(session, request)
    for page in [*pages, *pages]:  # the line is back; twice, for what the other did last
        while request := page.request():
            confirmed |= page.hear(serve(session, request))
        answer = history.edit(session, CODE, [], base=page.revision, key="a-look", actor=page.who, now=NOW)
        page.sent = Request(page.who, page.revision, "a-look", [])
        page.hear(answer)
    draft, document = history.open_draft(session, CODE)
    keys = list(session.scalars(select(Step.key).filter_by(draft_id=draft.id)))
    assert confirmed <= set(keys) and len(keys) == len(set(keys)) == draft.revision - 1
    assert [page.document for page in pages] == [document, document]
