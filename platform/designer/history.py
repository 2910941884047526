"""The history of a draft: each edit a step in the database, edits made at the same time put in order, undo.

An edit is made on the revision its author saw. Under the row's lock it is put on top of what others did
since: what they changed too is refused, with who and both values; everything else is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound, Refusal
from designer.document import Document, Ref, ref_at, with_ids
from designer.edits import Applied, Op, Refused, apply
from designer.models import Step
from designer.permits import demand_permitted
from designer.programs import Compiler, compiler_for, form_of
from designer.rebase import rebase, who_touched
from designer.restating import follow, retell
from designer.transposing import transpose
from engine.findings import Finding
from template_library.fileformat import data_to_template
from template_library.jsontext import MAX_SIZE, read_json, write_json
from template_library.models import Draft, Version

MAX_OPS = 20_000
"""Operations of one edit."""


@dataclass(frozen=True)
class NotTaken:
    """Why an edit was not taken: findings, each with the thing it is about where there is one."""

    edit: int
    findings: Sequence[tuple[Finding, Ref | None]]


@dataclass
class Answer:
    """What stands after a request: the revision, all steps since the one it came from, what was refused."""

    draft: Draft
    document: Document
    compiler: Compiler
    steps: Sequence[Step] = ()
    refused: list[NotTaken] = field(default_factory=list)


def open_draft(session: Session, code: str) -> tuple[Draft, Document]:
    """A draft with its document."""
    draft = find_draft(session, code)
    return draft, read_document(draft.file)


def find_draft(session: Session, code: str) -> Draft:
    """The draft of a template; Conflict where it was published, NotFound where there is no such template."""
    draft = session.get(Draft, code)
    if draft is None:
        raise _no_draft(session, code)
    return draft


def lock_draft(session: Session, code: str) -> tuple[Draft, Document]:
    """A draft with its document, held against other writers to the end of the transaction."""
    find_draft(session, code)
    try:
        draft = lock_row(session, Draft, code)
    except NotFound:  # somebody dropped or published it while this waited
        raise _no_draft(session, code) from None
    return draft, read_document(draft.file)


def _no_draft(session: Session, code: str) -> Refusal:
    query = select(Version).filter_by(template_code=code).order_by(Version.number.desc()).limit(1)
    last = session.scalars(query).one_or_none()
    if last is None:
        now = (
            select(Draft.template_code)
            .join(Step, Step.draft_id == Draft.id)
            .where(Step.template_code == code)
        )
        recoded = session.scalars(now.limit(1)).first()
        return (
            Conflict("template.draft_recoded", template=recoded, before=code)
            if recoded
            else NotFound("template.unknown", template=code)
        )
    known = {"number": last.number, "by": last.published_by, "at": last.published_at}
    return Conflict("template.no_draft", template=code, **known)


def read_document(file: str) -> Document:
    """The document that a draft keeps as text."""
    return with_ids(read_json(file)[0])


def steps_after(session: Session, draft: Draft, base: int) -> Sequence[Step]:
    """The steps after a revision; Conflict where the draft was not there yet, or was replaced since."""
    if base > draft.revision:
        raise Conflict("template.draft_changed", found=draft.revision, base=base)
    query = select(Step).where(Step.draft_id == draft.id, Step.number > base).order_by(Step.number)
    steps = session.scalars(query).all()
    if len(steps) != draft.revision - base:
        raise Conflict("template.draft_replaced", by=draft.saved_by, at=draft.saved_at)
    return steps


def edit(
    session: Session,
    code: str,
    edits: Sequence[Sequence[Op]],
    *,
    base: int,
    key: str,
    actor: str,
    now: datetime,
) -> Answer:
    """Apply edits made one after the other on top of revision `base`; each is one step of undo.

    The same request sent twice is done once.
    """
    draft, document = lock_draft(session, code)
    compiler = compiler_for(session, document, now)
    later = steps_after(session, draft, base)
    seen = _before(document, later)
    answer = Answer(draft, document, compiler)
    keys = [f"{key}/{index}" for index in range(len(edits))]
    known = select(Step.key).where(Step.draft_id == draft.id, Step.key.in_(keys))
    done = set(session.scalars(known))
    others = [step for step in later if step.key not in done]
    for index, ops in enumerate(edits):
        if keys[index] in done:
            continue
        try:
            if len(ops) > MAX_OPS:
                raise Refused("edit.too_many", None, count=len(ops), limit=MAX_OPS)
            fitted = ops
            if others:
                fitted = rebase(ops, seen, answer.document, others)
                fitted = retell(fitted, compiler.names(seen), compiler.names(answer.document))
            applied = _applied(answer, fitted)
            _demand_permitted(session, draft, applied, now)
            _append(session, answer, applied, key=keys[index], actor=actor, now=now)
        except Refused as refused:
            answer.refused.append(NotTaken(index, _told(refused, others, answer.document)))
        except _Unreadable as unreadable:
            answer.refused.append(NotTaken(index, unreadable.findings))
        except Invalid as invalid:
            answer.refused.append(NotTaken(index, [(finding, None) for finding in invalid.findings]))
        seen = _view(seen, ops)
    return _finish(session, answer, base)


def undo(
    session: Session,
    code: str,
    way: Literal["undo", "redo"],
    *,
    base: int,
    key: str,
    actor: str,
    now: datetime,
) -> Answer:
    """Take back the actor's last step, or his last taking back; refused where it no longer applies."""
    draft, document = lock_draft(session, code)
    compiler = compiler_for(session, document, now)
    steps_after(session, draft, base)
    answer = Answer(draft, document, compiler)
    key = f"{key}/0"
    if session.scalar(select(Step.number).filter_by(draft_id=draft.id, key=key)) is None:
        _undo(session, answer, way, key, actor, now)
    return _finish(session, answer, base)


def turn(
    session: Session, code: str, section: str, *, base: int, key: str, actor: str, now: datetime
) -> Answer:
    """Transpose a table, as it stands at revision `base`, in one edit; refused where that changes meaning."""
    draft, document = lock_draft(session, code)
    answer = Answer(draft, document, compiler_for(session, document, now), steps_after(session, draft, base))
    if any(step.key == f"{key}/0" for step in answer.steps):
        return answer
    try:
        if answer.steps:
            raise Refused("edit.not_turned", None, "changed")
        ops = transpose(document, section, answer.compiler)
    except Refused as refused:
        answer.refused.append(NotTaken(0, [(refused.finding, refused.ref)]))
        return answer
    return edit(session, code, [ops], base=base, key=key, actor=actor, now=now)


def _undo(session: Session, answer: Answer, way: str, key: str, actor: str, now: datetime) -> None:
    draft = answer.draft
    number = stacks(session, draft, actor)[way]
    if number is None:
        none = Finding("edit.nothing_to_undo" if way == "undo" else "edit.nothing_to_redo")
        answer.refused.append(NotTaken(0, [(none, None)]))
        return
    step = session.get_one(Step, (draft.id, number))
    later = select(Step).where(Step.draft_id == draft.id, Step.number > number, Step.login != actor)
    others = session.scalars(later.order_by(Step.number)).all()
    try:
        fitted: Sequence[Op] = step.inverse
        if others:
            fitted = rebase(fitted, None, answer.document, others)
            before = _before(answer.document, steps_after(session, draft, number - 1))
            names = answer.compiler.names
            fitted = retell(fitted, names(before), names(answer.document))
        applied = _applied(answer, fitted)
    except Refused as refused:
        answer.refused.append(NotTaken(0, _told(refused, others, answer.document)))
    except _Unreadable as unreadable:
        answer.refused.append(NotTaken(0, unreadable.findings))
    else:
        _append(session, answer, applied, key=key, actor=actor, now=now, **{f"{way}es": number})


def stacks(session: Session, draft: Draft, actor: str) -> Mapping[str, int | None]:
    """The steps that `undo` and `redo` of an author would take back, None where there is none."""
    columns = select(Step.number, Step.undoes, Step.redoes).filter_by(draft_id=draft.id, login=actor)
    done: list[int] = []
    undone: list[int] = []
    for number, undoes, redoes in session.execute(columns.order_by(Step.number)):
        if undoes is not None:
            done.pop()
            undone.append(number)
            continue
        if redoes is not None:
            undone.pop()
        else:
            undone.clear()
        done.append(number)
    return {"undo": done[-1] if done else None, "redo": undone[-1] if undone else None}


class _Unreadable(Exception):
    def __init__(self, findings: Sequence[tuple[Finding, Ref | None]]) -> None:
        super().__init__()
        self.findings = findings


def _before(document: Document, later: Sequence[Step]) -> Document:
    """The document as it was before the steps."""
    for step in reversed(later):
        document = apply(document, [_unconditional(op) for op in step.inverse]).document
    return document


def _unconditional(op: Op) -> Op:
    return {key: value for key, value in op.items() if key not in ("old", "derived")}


def _view(seen: Document, ops: Sequence[Op]) -> Document:
    """What the author saw after an edit of his."""
    try:
        return apply(seen, ops).document
    except Refused:
        return seen


def _applied(answer: Answer, ops: Sequence[Op]) -> Applied:
    """The edit with what follows from it; refused where the document is no template any more."""
    applied = follow(answer.document, apply(answer.document, ops), answer.compiler)
    if form_of(applied.document) is None:
        findings = data_to_template(applied.document)[1]
        raise _Unreadable([(finding, ref_at(applied.document, finding.where)) for finding in findings[:20]])
    size = len(write_json(applied.document).encode())
    if size > MAX_SIZE:
        finding = Finding("file.limit", facts={"count": size, "limit": MAX_SIZE}, variant="size")
        raise _Unreadable([(finding, None)])
    return applied


def _demand_permitted(session: Session, draft: Draft, applied: Applied, now: datetime) -> None:
    form = form_of(applied.document)
    assert form is not None  # `_applied` looked
    demand_permitted(session, draft.agency_id, form, "draft", now=now)


def _append(
    session: Session, answer: Answer, applied: Applied, *, key: str, actor: str, now: datetime, **marks: int
) -> None:
    draft = answer.draft
    draft.revision += 1
    draft.saved_at, draft.saved_by = now, actor
    answer.document = applied.document
    session.add(
        Step(
            draft_id=draft.id,
            number=draft.revision,
            template_code=draft.template_code,
            login=actor,
            key=key,
            ops=applied.ops,
            inverse=applied.inverse,
            at=now,
            **marks,
        )
    )


def _finish(session: Session, answer: Answer, base: int) -> Answer:
    answer.draft.file = write_json(answer.document)
    session.flush()
    answer.steps = steps_after(session, answer.draft, base)
    return answer


def _told(refused: Refused, others: Sequence[Step], document: Document) -> list[tuple[Finding, Ref | None]]:
    """What was in the way, with who did it and when, where it was somebody else."""
    finding, ref = refused.finding, refused.ref
    step = who_touched(others, ref, finding.facts.get("key"), document) if ref else None
    if step is not None:
        facts: dict[str, Any] = {**finding.facts, "by": step.login, "at": step.at}
        code = "edit.deleted" if finding.code == "edit.gone" else finding.code
        finding = replace(finding, code=code, facts=facts)
    return [(finding, ref)]
