"""The address that watchers ask."""

from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from core.db import Session
from core.jobs import recent_jobs
from web.routing import endpoint

blueprint = Blueprint("server", __name__)


@endpoint(blueprint, "/healthz", action="server.health")
def health(session: Session, actor: Actor | None, now: datetime) -> ResponseReturnValue:
    """Answers once the database does; a page of ours that fails is a 500."""
    recent_jobs(session, 1)
    return {"status": "ok"}
