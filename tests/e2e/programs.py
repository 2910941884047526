"""A person's program beside the browsers: the JSON interface of the running server, by an access token."""

import json
import urllib.request
from typing import Any

from sqlalchemy import select

from agencies.accounts import Account
from agencies.tokens import create_token
from core import clock
from core.db import unit_of_work
from tests.e2e.conftest import Site


class Program:
    """Speaks for the person with this login."""

    def __init__(self, site: Site, login: str) -> None:
        self.site = site
        with unit_of_work(site.app) as session:
            account = session.scalars(select(Account.id).filter_by(login=login)).one()
            self.token = create_token(session, account, "test", days=1, actor="test", now=clock.now())

    def get(self, path: str) -> Any:
        return self._ask(urllib.request.Request(f"{self.site.address}/api/v1{path}"))

    def post(self, path: str, body: object = None) -> Any:
        data = json.dumps(body or {}).encode()
        request = urllib.request.Request(f"{self.site.address}/api/v1{path}", data, method="POST")
        request.add_header("Content-Type", "application/json")
        return self._ask(request)

    def enter(self, report: int, section: str, row: str, figures: dict[str, str]) -> list[str]:
        """Fill a row; what the answer finds, as codes and places."""
        changes = [{"section": section, "row": row, "column": c, "value": v} for c, v in figures.items()]
        base = self.get(f"/reports/{report}")["revision"]
        body = {"base": base, "idempotency_key": f"{row} on {base}", "changes": changes}
        saved = self.post(f"/reports/{report}/save", body)
        return [f"{found['code']} {found['rule'] or found['where']}" for found in saved["findings"]]

    def _ask(self, request: urllib.request.Request) -> Any:
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
