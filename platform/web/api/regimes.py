"""The catalogue of regimes in the JSON interface, each in the shape of its file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import INCLUDE, Schema, fields, post_load, validate

from agencies.access import Actor
from core.db import Session
from core.errors import Forbidden, Invalid
from template_library.regime_file import KINDS, data_to_regime, regime_to_data
from template_library.regimes import Kept as KeptRegime
from template_library.regimes import find_regimes, get_regime, save_regime
from web.api.openapi import Data, operation
from web.api.schemas import SHORT
from web.routing import may
from web.shelves.regimes import subject_of_regime


class RegimeQuery(Schema):
    """Which regimes: code, name, issuer or field holds `text`; of a kind; asking with a template."""

    text = fields.String(load_default="", validate=SHORT)
    kind = fields.String(load_default="", validate=validate.OneOf(KINDS))
    template = fields.String(load_default="", validate=SHORT)


class RegimeFile(Schema):
    """A regime, `bieumau-regime/1`; `template_library.regime_file` knows its shape."""

    class Meta:
        unknown = INCLUDE

    @post_load(pass_original=True)
    def _as_given(self, data: Any, original: Any, **_: Any) -> Any:
        return original


class Kept(Schema):
    """A regime with the revision to send back with a change of it."""

    revision = fields.Integer()
    regime = fields.Dict(keys=fields.String())


class Saving(Schema):
    """On top of which revision; 0 for a new regime."""

    revision = fields.Integer(load_default=0, validate=validate.Range(0, 10**9))


@operation("/regimes", action="library.show", query=RegimeQuery, answer=Kept, many=True)
def list_regimes(session: Session, actor: Actor, now: datetime, query: Data) -> Sequence[Data]:
    """Reporting regimes by code."""
    found = find_regimes(session, query["text"], kind=query["kind"], template=query["template"])
    return [_told(kept) for kept in found]


@operation("/regimes/<path:regime>", action="library.show", answer=Kept, name="get_regime")
def show_regime(session: Session, actor: Actor, now: datetime, regime: str) -> Data:
    """One regime."""
    return _told(get_regime(session, regime))


@operation("/regimes", "POST", action="regime.add", query=Saving, body=RegimeFile, answer=Kept)
def keep_regime(session: Session, actor: Actor, now: datetime, query: Data, body: Data) -> Data:
    """Keep a regime, new or changed; a new one is the agency's own."""
    regime, findings = data_to_regime(dict(body))
    if regime is None:
        raise Invalid(findings)
    base = query["revision"]
    if base and not may("regime.keep", subject_of_regime(session, actor, regime.code)):
        raise Forbidden("access.refused", action="regime.keep")
    save_regime(session, regime, base=base, agency=actor.agency, actor=actor.login, now=now)
    return _told(get_regime(session, regime.code))


def _told(kept: KeptRegime) -> Mapping[str, Any]:
    return {"revision": kept.revision, "regime": regime_to_data(kept.regime)}
