"""The indicator library as everybody sees it: looked through, one indicator with all that is known of it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from agencies.access import Actor, Subject
from agencies.store import read_tree
from core import clock
from core.db import Session
from engine.findings import Finding
from indicator_library.assignments import assignments
from indicator_library.catalogue import find, get, get_set, history, list_sets
from indicator_library.meaning import FREQUENCIES, LEVELS
from indicator_library.proposals import proposals
from template_library.bindings import templates_with
from web.paging import page_of
from web.routing import endpoint, may

blueprint = Blueprint("indicators", __name__, url_prefix="/indicators")
MOST_OFFERED = 30
PARTS = {
    "name": _l("Tên chỉ tiêu"),
    "group": _l("Nhóm"),
    "unit": _l("Đơn vị tính"),
    "type": _l("Kiểu số liệu"),
    "decimals": _l("Số chữ số thập phân"),
    "nature": _l("Bản chất"),
    "roll_up": _l("Cách tổng hợp"),
    "formula": _l("Công thức"),
    "explanation": _l("Giải thích"),
    "disaggregations": _l("Phân tổ chủ yếu"),
    "frequencies": _l("Kỳ công bố"),
    "levels": _l("Cấp"),
    "legal_basis": _l("Căn cứ pháp lý"),
    "responsible": _l("Cơ quan chịu trách nhiệm"),
    "rolls_up_to": _l("Mã số cấp trên"),
    "source": _l("Nguồn"),
    "provenance": _l("Xuất xứ thông tin"),
}
"""How pages call the parts of what an indicator means."""
TYPES = {
    "integer": _l("số nguyên"),
    "decimal": _l("số thập phân"),
    "money": _l("tiền"),
    "percent": _l("tỷ lệ %%"),
}
NATURES = {"flow": _l("phát sinh trong kỳ"), "stock": _l("tại một thời điểm"), "rate": _l("tỷ lệ, bình quân")}
ROLL_UPS = {
    "sum": _l("cộng"),
    "weighted_mean": _l("bình quân gia quyền"),
    "min": _l("nhỏ nhất"),
    "max": _l("lớn nhất"),
    "last": _l("số cuối kỳ"),
    "recompute": _l("tính lại theo công thức"),
    "none": _l("không tổng hợp"),
}
FREQUENCY_NAMES = {
    "month": _l("tháng"),
    "quarter": _l("quý"),
    "half_year": _l("6 tháng"),
    "nine_months": _l("9 tháng"),
    "year": _l("năm"),
    "season": _l("vụ"),
    "five_years": _l("5 năm"),
}
LEVEL_NAMES = {"nation": _l("quốc gia"), "province": _l("tỉnh"), "district": _l("huyện"), "commune": _l("xã")}
_WORDS: Mapping[str, Mapping[str, object]] = {
    "type": TYPES,
    "nature": NATURES,
    "roll_up": ROLL_UPS,
    "frequencies": FREQUENCY_NAMES,
    "levels": LEVEL_NAMES,
}


def subject_of_set(session: Session, actor: Actor, set_id: int, **_: object) -> Subject:
    """Whether the actor's agency keeps a set."""
    own = get_set(session, set_id).agency_id == actor.agency
    return Subject(frozenset({"own"} if own else ()))


@endpoint(blueprint, "/", action="indicator.show")
def index(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Indicators by code, sought by words, set and level."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("q", "set", "level")}
    found = find(
        session,
        clock.today(),
        text=asked["q"],
        set_code=asked["set"],
        level=asked["level"],
        with_retired=True,
    )
    sets = list_sets(session)
    return render_template(
        "indicators/index.html",
        page=page_of(found),
        asked=asked,
        set_names={each.id: each.code for each in sets},
        levels=LEVEL_NAMES,
        waiting=sum(each.state == "proposed" for each in proposals(session)),
        today=clock.today(),
    )


@endpoint(blueprint, "/offered", action="indicator.show")
def offered(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """For the designer: indicators that match some words, with what a row or column takes from them."""
    text = request.args.get("q", "").strip()[:200]
    found = find(session, clock.today(), text=text, limit=MOST_OFFERED)
    taken = ("name", "unit", "type", "decimals", "nature", "roll_up", "formula")
    return jsonify(
        [{"code": each.code} | {part: getattr(each.meaning, part) for part in taken} for each in found]
    )


@endpoint(blueprint, "/of/<path:indicator>", action="indicator.show")
def show(session: Session, actor: Actor, now: datetime, indicator: str) -> ResponseReturnValue:
    """What one indicator means and meant, who answers for it, which templates collect it."""
    return page(session, actor, indicator)


def page(session: Session, actor: Actor, code: str, findings: Iterable[Finding] = ()) -> str:
    """The page of one indicator, with what was wrong with what was typed."""
    today = clock.today()
    known, held = get(session, code, today), assignments(session, today, codes=[code])
    kept = get_set(session, known.set_id)
    return render_template(
        "indicators/show.html",
        known=known,
        kept=kept,
        keeps=may("indicator.keep", subject_of_set(session, actor, kept.id)),
        history=history(session, code),
        parts=PARTS,
        held=held,
        tree=read_tree(session, today, besides={each.agency_id for each in held}),
        used=templates_with(session, code, today),
        findings=list(findings),
        today=today,
        **choices(),
    )


def choices() -> dict[str, object]:
    """What a form about an indicator chooses from."""
    return {
        "types": TYPES,
        "natures": NATURES,
        "roll_ups": ROLL_UPS,
        "frequencies": FREQUENCY_NAMES,
        "level_names": LEVEL_NAMES,
    }


@blueprint.app_template_filter("indicator_part")
def indicator_part(value: object, part: str) -> str:
    """A part of a meaning in words."""
    words = _WORDS.get(part, {})
    if isinstance(value, list | tuple):
        return ", ".join(str(words.get(each, each)) for each in value)
    return str(words.get(str(value), "" if value is None else value))


@blueprint.app_template_filter("is_past")
def is_past(day: date | None) -> bool:
    """Whether a day that ends something has come."""
    return day is not None and day <= clock.today()


assert FREQUENCY_NAMES.keys() == FREQUENCIES.keys() and LEVEL_NAMES.keys() == LEVELS.keys()
