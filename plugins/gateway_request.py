"""From an administrator's templates and a message to one HTTP request.

Values are put in after the template was read: JSON is parsed first and filled in its texts, a web form in its
fields, an address in its query. No value can leave its place, whatever it holds.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from core.notices import Message
from engine.findings import Finding

OWN = frozenset({"telephone", "text", "template", "request", "secret"})
FACTS = frozenset({"agency", "lead", "form", "period", "due", "reason", "link"})
"""What messages tell, for providers that fill in templates of their own."""
_PLACE = re.compile(r"\{(\w+)\}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
LOCAL = ("localhost", "127.0.0.1", "::1")
KINDS = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes | None


def build_request(values: Mapping[str, str], secret: str, message: Message) -> Request | None:
    """The request for one message; None where its telephone is none."""
    telephone = normal_telephone(message.address, values["telephone"])
    if telephone is None:
        return None
    text = unmarked(message.text) if values["marks"] == "drop" else message.text
    places = {name: "" for name in FACTS} | dict(message.facts)
    places |= {"telephone": telephone, "text": text, "request": message.request, "secret": secret}
    places["template"] = dict(_lines(values["templates"])).get(message.kind, "")
    base, _, query = values["address"].partition("?")
    address = f"{base}?{_fill(query, {name: quote(value, safe='') for name, value in places.items()})}"
    headers = {name: _one_line(_fill(value, places)) for name, value in _lines(values["headers"])}
    if values["method"] == "GET":
        return Request("GET", address.rstrip("?"), headers, None)
    headers = {"Content-Type": f"{KINDS[values['body_kind']]}; charset=utf-8"} | headers
    return Request("POST", address.rstrip("?"), headers, _body(values, places))


def normal_telephone(text: str, form: str) -> str | None:
    """A Vietnamese number as the provider writes it: with 84, +84 or 0 in front."""
    digits = re.sub(r"[\s.()-]", "", text)
    digits = re.sub(r"^(\+84|84(?=\d{9}$)|0)", "", digits)
    return form + digits if re.fullmatch(r"[1-9][0-9]{8,9}", digits) else None


def unmarked(text: str) -> str:
    """Vietnamese without its marks, letters as they were."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def faults_of(values: Mapping[str, str], has_secret: bool) -> Iterator[Finding]:
    """Everything wrong with an administrator's values."""
    yield from _address_faults(values["address"])
    for name, value in _lines(values["headers"]):
        if not _HEADER.fullmatch(name) or not value.isprintable():
            yield Finding("gateway.header", facts={"name": name})
    if values["method"] == "POST":
        yield from _body_faults(values)
    written = " ".join(values[name] for name in ("address", "headers", "body"))
    unknown = sorted(set(_PLACE.findall(written)) - OWN - FACTS)
    if unknown:
        yield Finding("gateway.place", facts={"names": unknown, "known": sorted(OWN | FACTS)})
    if "{telephone}" not in written:
        yield Finding("gateway.no_telephone")
    if "{secret}" in written and not has_secret:
        yield Finding("gateway.no_secret")
    if values["success"] and "=" not in values["success"]:
        yield Finding("gateway.success", facts={"found": values["success"]})


def _address_faults(text: str) -> Iterator[Finding]:
    try:
        address = urlsplit(text)
        host, _port = address.hostname, address.port
    except ValueError:
        host = None
    if not host or any(sign <= " " or sign == "\x7f" for sign in text) or not text.isascii():
        yield Finding("gateway.address", facts={"found": text})
    elif address.scheme != "https" and (address.scheme != "http" or host not in LOCAL):
        yield Finding("gateway.not_https")
    elif address.username is not None or "{" in text.partition("?")[0]:
        yield Finding("gateway.address", facts={"found": text.partition("?")[0].rpartition("@")[2]})


def _body_faults(values: Mapping[str, str]) -> Iterator[Finding]:
    if values["body_kind"] not in KINDS:
        yield Finding("gateway.body", facts={"error": values["body_kind"]})
        return
    try:
        _body(values, {})
    except (ValueError, RecursionError) as fault:
        yield Finding("gateway.body", facts={"error": str(fault)})


def _body(values: Mapping[str, str], places: Mapping[str, str]) -> bytes:
    if values["body_kind"] == "json":
        return json.dumps(_filled(json.loads(values["body"]), places), ensure_ascii=False).encode()
    pairs = parse_qsl(values["body"], keep_blank_values=True, strict_parsing=True)
    return urlencode([(name, _fill(value, places)) for name, value in pairs]).encode()


def _filled(part: Any, places: Mapping[str, str]) -> Any:
    match part:
        case str():
            return _fill(part, places)
        case list():
            return [_filled(each, places) for each in part]
        case dict():
            return {name: _filled(each, places) for name, each in part.items()}
    return part


def _fill(text: str, places: Mapping[str, str]) -> str:
    """All at once: what a value holds is never read as a place."""
    return _PLACE.sub(lambda place: places.get(place[1], place[0]), text)


def _lines(text: str) -> list[tuple[str, str]]:
    """`name: value` lines."""
    pairs = (line.partition(":") for line in text.splitlines() if line.strip())
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _one_line(text: str) -> str:
    """What may stand in a header: one line of Latin letters."""
    return " ".join(unmarked(text).split()).encode("latin-1", "replace").decode("latin-1")
