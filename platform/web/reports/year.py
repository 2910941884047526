"""My agency's year: what was asked month by month, handed in when, and what is to come."""

from collections import Counter
from datetime import datetime
from itertools import groupby

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from core.clock import day_of
from core.db import Session
from expr.text import fold
from runtime.views.year import read_year
from web.routing import endpoint

blueprint = Blueprint("year", __name__)
STANDINGS = ("in_time", "late", "overdue", "owed", "coming")


@endpoint(blueprint, "/year", action="inbox.show")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A year, this one unless another is asked for."""
    today, text = day_of(now), request.args.get("year", "")
    year = int(text) if text.isdecimal() and 2000 <= int(text[:5]) <= 2100 else today.year
    chosen, query = request.args.get("standing", ""), request.args.get("q", "").strip()[:200]
    asked = read_year(session, actor.agency, year, now=now)
    counts = Counter(each.standing for each in asked)
    shown = [
        each
        for each in asked
        if chosen in ("", each.standing) and fold(query) in fold(f"{each.template} {each.name}")
    ]
    return render_template(
        "inbox/year.html",
        year=year,
        months=[(month, list(some)) for month, some in groupby(shown, lambda each: each.month)],
        counts={name: counts[name] for name in STANDINGS},
        chosen=chosen,
        query=query,
    )
