"""What a first start brings to look at: a province with departments, forms, indicators, people by office."""

from collections.abc import Mapping
from datetime import datetime

from agencies.accounts import DEMO_ADMIN, demo_people, has_accounts
from agencies.importer import import_agencies
from agencies.listing import SHIPPED, shipped_listing
from agencies.mandate_presets import PRESETS
from agencies.mandates import set_mandates
from agencies.people import list_accounts
from agencies.store import read_tree
from core.clock import VIETNAM
from core.db import Session
from indicator_library import importer as indicators
from template_library.regimes import load_seed_regimes
from template_library.shelf import load_seeds

PROVINCE = "31"
PASSWORD = "dung-thu-2026"
PREFIXES = {"province": "tinh", "department": "so", "commune": "xa"}
SHOWN = ("tinh-31-th", "so-31.stp-th", "xa-10507", "xa-10507-ld", "xa-10507-qt", "he-thong-31")
"""A few of them, to begin with: those who ask, a commune that answers, who looks after accounts."""


def seed_demo(session: Session, *, now: datetime) -> Mapping[str, str]:
    """Fill an installation where nobody has an account yet; returns names by login of some demo accounts."""
    today = now.astimezone(VIETNAM).date()
    if not has_accounts(session):
        since = SHIPPED["today"].valid_from
        import_agencies(session, shipped_listing(), valid_from=since, province=PROVINCE)
        import_agencies(session, shipped_listing("departments"), valid_from=since)
        load_seeds(session, actor="demo", now=now, effective_from=since)
        indicators.load_seeds(session, actor="demo", now=now)
        load_seed_regimes(session, actor="demo", now=now)
        set_mandates(session, PRESETS["hai_phong"], since=since, actor="demo", now=now)
        tree = read_tree(session, today)
        for level, prefix in PREFIXES.items():
            nodes = [node for node in tree if node.level == level]
            demo_people(session, nodes, prefix=prefix, password=PASSWORD, now=now)
        admin = [tree.with_code(PROVINCE)]
        demo_people(session, admin, prefix="he-thong", password=PASSWORD, now=now, offices=DEMO_ADMIN)
    return {person.login: person.name for person in list_accounts(session, SHOWN, today)}
