"""A mail server on this machine: it speaks SMTP with TLS, asks for a password, and answers as it is told."""

import ssl
import subprocess
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

PASSWORD = "p4ss-of-the-mailbox"


@dataclass
class Office:
    """Letters it took, in order, and what it says after the n-th."""

    address: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    answer: Callable[[int], str] = lambda number: f"250 queued as {number}"


def certificate(folder: Path) -> Path:
    """A certificate of this machine with its key, signed by itself."""
    file = folder / "localhost.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(file), "-out", str(folder / "crt.pem")]
    subprocess.run(made, check=True, capture_output=True)
    file.write_text(file.read_text() + (folder / "crt.pem").read_text())
    return file


class _Handler(StreamRequestHandler):
    """One talk."""

    server: "_Server"

    def handle(self) -> None:
        if not self.server.starttls:
            self.wrap()
        self.say("220 office")
        while line := self.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            self.say(getattr(self, f"on_{verb.lower()}", lambda line: "250 fine")(line))
            if verb == "STARTTLS":
                self.wrap()
            if verb == "QUIT":
                return

    def on_ehlo(self, line: str) -> str:
        offered = "AUTH PLAIN" if self.encrypted else "STARTTLS"
        return f"250-office\r\n250 {offered}"

    def on_starttls(self, line: str) -> str:
        return "220 go on"

    def on_auth(self, line: str) -> str:
        login, password = b64decode(line.split()[2]).decode().split("\0")[1:]
        self.server.office.logins.append(login)
        return "235 welcome" if password == PASSWORD and self.encrypted else "535 who are you"

    def on_rcpt(self, line: str) -> str:
        return "550 nobody" if "nobody@" in line else "250 fine"

    def on_data(self, line: str) -> str:
        self.say("354 go on")
        letter = message_from_bytes(b"".join(iter(self.rfile.readline, b".\r\n")), policy=default)
        assert isinstance(letter, EmailMessage)
        self.server.office.letters.append(letter)
        return self.server.office.answer(len(self.server.office.letters))

    @property
    def encrypted(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def wrap(self) -> None:
        self.rfile.close()
        self.wfile.close()
        self.connection = self.server.secure.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")


class _Server(ThreadingTCPServer):
    """Who listens."""

    def __init__(self, pem: Path, *, starttls: bool) -> None:
        super().__init__(("localhost", 0), _Handler)
        self.office, self.starttls = Office(), starttls
        self.secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.secure.load_cert_chain(pem)

    def handle_error(self, request: object, client_address: object) -> None:
        """Who trusts no certificate of ours hangs up."""


@contextmanager
def open_office(pem: Path, *, starttls: bool) -> Iterator[Office]:
    """A server that listens, with TLS from the first byte or after STARTTLS."""
    with _Server(pem, starttls=starttls) as server:
        scheme = "smtp" if starttls else "smtps"
        server.office.address = f"{scheme}://bieumau:{PASSWORD}@localhost:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.office
        server.shutdown()
        thread.join()
