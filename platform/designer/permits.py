"""Whether an agency may work on a form: it is its own, the regulation lets it, the core it copied stands."""

from datetime import datetime

from sqlalchemy.orm import Session

from agencies.mandates import Act, demand_mandate
from agencies.successors import owner_on
from core.clock import VIETNAM
from core.errors import Forbidden
from engine.form import Form
from template_library.cards import demand_core, find_card, take_charge


def demand_permitted(session: Session, agency: int | None, form: Form, act: Act, *, now: datetime) -> None:
    """Raise Forbidden where a template is another's or the regulation is against it, Invalid for its core.

    A draft without an agency is everybody's. What is allowed to be drafted is the agency's own from then on;
    what was of an agency that ended is its successor's.
    """
    code, regime, on = form.header.code, form.header.regime, now.astimezone(VIETNAM).date()
    if agency is not None:
        agency = owner_on(session, agency, on)
        card = find_card(session, code)
        owner = card.agency_id if card else None
        if owner not in (None, agency) and owner_on(session, owner, on) != agency:
            raise Forbidden("library.other_owner", template=code)
        demand_mandate(session, agency, regime, act, on=on)
        take_charge(session, code, agency)
    demand_core(session, form)
