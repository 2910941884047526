"""A provider of text messages: a real HTTP server on this machine that answers as it is told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

SECRET = "s3cret-of-the-provider"


@dataclass
class Provider:
    """What it was asked, and what it answers: (status, body) to the n-th request."""

    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    answer: Callable[[int], tuple[int, str]] = lambda number: (200, f'{{"error": 0, "id": "m{number}"}}')

    def values(self, **changes: str) -> dict[str, str]:
        """Settings of the gateway that lead here."""
        given = {
            "address": f"{self.address}/send",
            "method": "POST",
            "headers": "Authorization: Bearer {secret}",
            "body_kind": "json",
            "body": '{"to": "{telephone}", "text": "{text}", "request": "{request}"}',
            "templates": "",
            "telephone": "84",
            "marks": "keep",
            "id_path": "id",
            "success": "error = 0",
        }
        return given | changes


@contextmanager
def serving() -> Iterator[Provider]:
    """A provider that listens."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            provider.asked.append(json.loads(body))
            provider.keys.append(self.headers["Authorization"])
            status, text = provider.answer(len(provider.asked))
            if status == 0:  # hangs up
                self.close_connection = True
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Tests say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
