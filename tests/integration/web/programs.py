"""Programs that use the JSON interface, each with a person's token."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from agencies.accounts import demo_people
from agencies.people import find_login
from agencies.tokens import create_token
from agencies.tree import Node
from core import clock


@dataclass(frozen=True)
class Program:
    """Asks below /api/v1; `told` is the JSON of what it was answered."""

    client: FlaskClient
    token: str

    def ask(self, method: str, address: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        """Send a request and take its answer, which must have this status."""
        sent = {"json": body} if body is not None else {}
        answer = self.client.open(
            f"/api/v1{address}",
            method=method,
            headers={"Authorization": f"Bearer {self.token}", **more.pop("headers", {})},
            **sent,
            **more,
        )
        assert answer.status_code == status, answer.get_data(as_text=True)
        kind = "application/json" if status < 400 else "application/problem+json"
        assert answer.mimetype == kind
        return answer.get_json(force=True)

    def get(self, address: str, **more: Any) -> Any:
        """Ask without a body."""
        return self.ask("GET", address, **more)

    def post(self, address: str, body: Any, **more: Any) -> Any:
        """Ask with a JSON value."""
        return self.ask("POST", address, body, **more)


def programs(
    app: Flask, session: Session, nodes: Iterable[Node], prefix: str = "xa"
) -> Mapping[str, Program]:
    """A program for each demo account of some agencies, by login."""
    now = clock.now()
    logins = demo_people(session, nodes, prefix=prefix, password="mật khẩu của thử nghiệm", now=now)
    return {
        login: Program(
            app.test_client(),
            create_token(session, find_login(session, login), "thử", days=1, actor="test", now=now),
        )
        for login in logins
    }
