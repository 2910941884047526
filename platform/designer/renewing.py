"""What the owner of a template changed since a copy was taken of it, brought into the copy as one edit.

The owner's changes are put on top of what the copy changed, as those of any two people are: rows of the
copy's own stay, and where both changed the same the copy keeps what it says. Nothing is noted of it: what a
copy has taken over is seen from the forms, so undoing the edit is enough to take it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from designer.differing import operations
from designer.document import Document, Index, document_of
from designer.edits import Op, Refused, apply, ref_named
from designer.history import Answer, edit, lock_draft, read_document
from designer.models import Step
from designer.programs import Compiler, compiler_for
from designer.rebase import rebase
from designer.restating import retell, translate
from template_library.cards import find_card, note_origin
from template_library.compare import Difference, compare
from template_library.models import Draft, Version
from template_library.versions import get_version, last_form, load_form, versions_after


@dataclass(frozen=True)
class Renewal:
    """The version of the original that a copy follows, the latest, and what changed between them."""

    follows: Version
    latest: Version
    differences: Sequence[Difference]


def find_renewal(session: Session, code: str, now: datetime) -> Renewal | None:
    """What there is for a copy to take over, into its draft or else its last version; None for nothing."""
    follows, latest = _origins(session, code)
    if follows is None or latest is None:
        return None
    draft = session.get(Draft, code)
    form = last_form(session, code) if draft is None else None
    document = read_document(draft.file) if draft else document_of(form) if form else None
    if document is None or not _pending(session, document, follows, latest, now):
        return None
    return Renewal(follows, latest, compare(load_form(follows), load_form(latest)))


def renew(session: Session, code: str, *, actor: str, now: datetime) -> Answer:
    """Bring into a copy's draft what its original changed, in one edit; Conflict where there is nothing."""
    draft, document = lock_draft(session, code)
    follows, latest = _origins(session, code)
    ops = _pending(session, document, follows, latest, now) if follows and latest else []
    if not ops:
        raise Conflict("template.not_renewed", template=code)
    key = f"origin/{draft.revision}"
    answer = edit(session, code, [ops], base=draft.revision, key=key, actor=actor, now=now)
    if answer.refused:
        raise Invalid([finding for each in answer.refused for finding, _ in each.findings])
    return answer


def note_renewal(session: Session, version: Version, now: datetime) -> None:
    """Have a copy follow the latest version of its original, where what is published has all of it."""
    follows, latest = _origins(session, version.template_code)
    document = document_of(load_form(version))
    if follows and latest and not _pending(session, document, follows, latest, now):
        note_origin(session, version, latest)


def bring_over(document: Document, old: Document, new: Document, compiler: Compiler) -> Sequence[Op]:
    """What leads from `old` to `new` as far as it fits `document`, which was `old` once; empty if nothing."""
    theirs, own = operations(old, new), _own_changes(document, old, compiler)
    form = [op for op in theirs if ref_named(op)["kind"] != "rule"]
    fitted = _fitting(form, old, document, own)
    then = apply(document, fitted).document
    rules = retell([op for op in theirs if op not in form], compiler.names(new), compiler.names(then))
    fitted += _fitting(rules, old, then, own)
    return fitted if apply(document, fitted).document != document else []


def _own_changes(document: Document, old: Document, compiler: Compiler) -> Sequence[Op]:
    """What a copy changed itself; a rule that is only spelled in other names is as it was."""
    then, now = compiler.names(old), compiler.names(document)
    changes = operations(old, document)
    if then is None or now is None:
        return changes
    rules = Index(old)

    def respelled(op: Op) -> bool:
        if op["op"] != "set" or op["at"]["kind"] != "rule" or op["key"] != "text":
            return False
        rule = rules.find(op["at"])
        return rule is not None and translate(rule.node["text"], str(rule.section), then, now) == op["value"]

    return [op for op in changes if not respelled(op)]


def _fitting(ops: Sequence[Op], old: Document, document: Document, own: Sequence[Op]) -> list[Op]:
    """Those of `ops` that nothing of the copy's own is in the way of, as they apply to it."""
    others = [Step(ops=list(own))]
    try:
        fitted: list[Op] = [*rebase(ops, old, document, others)]
        apply(document, fitted)
    except Refused:
        fitted = []
        for op in ops:
            try:
                more = rebase([op], old, document, others)
                document = apply(document, more).document
            except Refused:
                continue
            fitted += more
    return fitted


def _pending(
    session: Session, document: Document, follows: Version, latest: Version, now: datetime
) -> Sequence[Op]:
    old, new = (document_of(load_form(each)) for each in (follows, latest))
    return bring_over(document, old, new, compiler_for(session, new, now))


def _origins(session: Session, code: str) -> tuple[Version | None, Version | None]:
    """The version that a copy follows, and a later one of the same template that was not withdrawn."""
    card = find_card(session, code)
    if card is None or card.origin_id is None:
        return None, None
    origin = get_version(session, card.origin_id)
    latest = versions_after(session, origin)
    return origin, latest[-1] if latest else None
