"""Whether an agency may work on a form: it is its own, the regulation lets it, the core it copied stands."""

from datetime import datetime

from sqlalchemy.orm import Session

from agencies.mandates import Act, demand_mandate
from core.clock import VIETNAM
from core.errors import Forbidden
from engine.form import Form
from template_library.cards import demand_core, find_card, take_charge


def demand_permitted(session: Session, agency: int | None, form: Form, act: Act, *, now: datetime) -> None:
    """Raise Forbidden where a template is another's or the regulation is against it, Invalid for its core.

    A draft without an agency is everybody's. What is allowed to be drafted is the agency's own from then on.
    """
    code, regime = form.header.code, form.header.regime
    if agency is not None:
        card = find_card(session, code)
        if card is not None and card.agency_id not in (None, agency):
            raise Forbidden("library.other_owner", template=code)
        demand_mandate(session, agency, regime, act, on=now.astimezone(VIETNAM).date())
        take_charge(session, code, agency)
    demand_core(session, form)
