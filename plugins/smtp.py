"""Messages by e-mail, through the mail server that `BIEUMAU_SMTP` names.

    smtps://login:password@mail.example.vn          TLS from the first byte, port 465
    smtp://login:password@mail.example.vn           STARTTLS before anything is said, port 587
    smtp+plain://localhost                          a relay on this very machine, port 25

The environment and not a page, for the address holds the password.
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from core.notices import Channel, Message, Receipt, Setting
from core.plugins import Plugin
from engine.findings import Finding

SECONDS = 20
"""How long to wait for each word of the server."""
PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
LOCAL = ("localhost", "127.0.0.1", "::1")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over."""

    scheme: str
    host: str
    port: int
    login: str
    password: str = field(repr=False)


def read_server(address: str) -> Server | None:
    """The server of an address as above; None for what is none, or would send letters in the open."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    if not parts.hostname or (parts.scheme == "smtp+plain" and parts.hostname not in LOCAL):
        return None
    login, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.scheme, parts.hostname, port, login, password)


def deliver(values: Mapping[str, str], secret: str, message: Message) -> Receipt:
    """Hand one letter over; the server's answer is the receipt. Raises nothing."""
    server = read_server(secret)
    if server is None:
        return Receipt("later", "smtp.server")
    try:
        letter = write_letter(values["sender"], message)
    except ValueError:
        return Receipt("failed", "smtp.mailbox")
    try:
        with _connected(server) as connection:
            return _hand_over(connection, letter, values["sender"], message.address)
    except smtplib.SMTPAuthenticationError as fault:
        return Receipt("later", "smtp.login", fault.smtp_code)
    except (OSError, smtplib.SMTPException, ValueError) as fault:
        return Receipt("later", "smtp.away", answer=type(fault).__name__)


def write_letter(sender: str, message: Message) -> EmailMessage:
    """The letter; tried again it has the same id, so mailboxes drop the second. ValueError: no mailbox."""
    letter = EmailMessage(policy=SMTP)
    name, mailbox = parseaddr(sender)
    if "@" not in mailbox:
        raise ValueError(sender)
    letter["From"] = Address(name, addr_spec=mailbox)
    letter["To"] = Address(addr_spec=message.address)
    letter["Subject"] = " ".join(message.title.split())
    letter["Date"] = formatdate(localtime=True)
    letter["Message-ID"] = (
        f"<{sha256(message.request.encode()).hexdigest()[:32]}@{mailbox.partition('@')[2]}>"
    )
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    return letter


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    trusted = ssl.create_default_context()
    if server.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS, context=trusted
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.scheme == "smtp":
            connection.starttls(context=trusted)
        if server.login:
            connection.login(server.login, server.password)
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException):  # a letter that was taken stays taken
            connection.quit()
        connection.close()


def _hand_over(connection: smtplib.SMTP, letter: EmailMessage, sender: str, mailbox: str) -> Receipt:
    """What `send_message` does, but it keeps the server's last word to itself."""
    connection.ehlo_or_helo_if_needed()
    code, answer = connection.mail(parseaddr(sender)[1])
    if code < 400:
        code, answer = connection.rcpt(mailbox)
    if code < 400:
        code, answer = connection.data(letter.as_bytes())
    said = answer.decode(errors="replace")[:LONGEST]
    if code < 400:
        return Receipt("sent", "", code, letter["Message-ID"], said)
    refused = "smtp.busy" if code < 500 else "smtp.refused"
    return Receipt("later" if code < 500 else "failed", refused, code, answer=said)


def check(values: Mapping[str, str], has_secret: bool) -> Sequence[Finding]:
    """What is wrong with an administrator's values."""
    found = [] if has_secret else [Finding("smtp.no_server")]
    try:
        write_letter(values.get("sender", ""), Message("", "a@example.vn", "", ""))
    except ValueError:
        found.append(Finding("smtp.sender", facts={"found": values.get("sender", "")}))
    return found


SETTINGS = (
    Setting(
        "sender",
        {"vi": "Người gửi", "en": "Sender"},
        {
            "vi": "Địa chỉ thư đứng tên gửi, ví dụ: Báo cáo tỉnh <baocao@tinh.gov.vn>",
            "en": "The mailbox that letters come from, for example: Reports <reports@province.gov.vn>",
        },
    ),
)


class Smtp(Plugin):
    """One channel."""

    def notices(self) -> Sequence[Channel]:
        """E-mail."""
        title = {"vi": "Thư điện tử (SMTP)", "en": "E-mail (SMTP)"}
        return [Channel("smtp", title, SETTINGS, check, deliver, medium="email")]
