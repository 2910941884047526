"""Text messages through a provider's HTTP interface, as those for SMS brand names and Zalo OA have.

What such an interface wants differs only in its address, headers and body: an administrator writes these down
with places such as `{telephone}` for what changes from message to message. `gateway_request` fills them in,
`gateway_answer` reads what came back; here the request goes out.
"""

import http.client
import ssl
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from core.notices import Channel, Message, Receipt, Setting
from core.plugins import Plugin
from engine.findings import Finding
from plugins.gateway_answer import LONGEST, read_answer
from plugins.gateway_request import Request, build_request, faults_of

SECONDS = 10
"""How long to wait for each word of the provider."""


def deliver(values: Mapping[str, str], secret: str, message: Message) -> Receipt:
    """Send one message and read the answer; follows no redirect, raises nothing."""
    request = build_request(values, secret, message)
    if request is None:
        return Receipt("failed", "gateway.telephone")
    try:
        status, body = _exchange(request)
    except (OSError, http.client.HTTPException, ValueError) as fault:
        return Receipt("later", "gateway.away", answer=type(fault).__name__)
    return read_answer(values, secret, status, body)


def _exchange(request: Request) -> tuple[int, bytes]:
    address = urlsplit(request.address)
    if address.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            address.netloc, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(address.netloc, timeout=SECONDS)
    try:
        path = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
        connection.request(request.method, path, request.body, dict(request.headers))
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST)
    finally:
        connection.close()


def check(values: Mapping[str, str], has_secret: bool) -> Sequence[Finding]:
    """What is wrong with an administrator's values."""
    return list(faults_of(values, has_secret))


SETTINGS = (
    Setting(
        "address",
        {"vi": "Địa chỉ gửi tin của nhà cung cấp", "en": "The provider's address for messages"},
        {
            "vi": "Bắt đầu bằng https://. Sau dấu ? có thể dùng các chỗ trống như {telephone}.",
            "en": "Begins with https://. Places such as {telephone} may stand behind the question mark.",
        },
    ),
    Setting(
        "method",
        {"vi": "Phương thức", "en": "Method"},
        default="POST",
        choices={"POST": {"vi": "POST", "en": "POST"}, "GET": {"vi": "GET", "en": "GET"}},
    ),
    Setting(
        "headers",
        {"vi": "Tiêu đề HTTP, mỗi dòng một tiêu đề", "en": "HTTP headers, one a line"},
        {"vi": "Ví dụ: Authorization: Bearer {secret}", "en": "For example: Authorization: Bearer {secret}"},
        lines=True,
    ),
    Setting(
        "body_kind",
        {"vi": "Kiểu nội dung", "en": "Kind of body"},
        default="json",
        choices={
            "json": {"vi": "JSON", "en": "JSON"},
            "form": {"vi": "biểu mẫu web (a=1&b=2)", "en": "web form (a=1&b=2)"},
        },
    ),
    Setting(
        "body",
        {"vi": "Nội dung gửi", "en": "Body"},
        {
            "vi": "Chỗ trống: {telephone} số máy, {text} lời nhắn, {template} mã mẫu tin, "
            "{request} mã yêu cầu, {secret} mã bí mật; với mẫu tin ZNS: {agency}, {lead}, {form}, {period}, "
            "{due}, {reason}, {link} (địa chỉ mở báo cáo).",
            "en": "Places: {telephone}, {text}, {template}, {request}, {secret}; for templates of Zalo also "
            "{agency}, {lead}, {form}, {period}, {due}, {reason}, {link} (where the report opens).",
        },
        default='{"to": "{telephone}", "text": "{text}", "request_id": "{request}"}',
        lines=True,
    ),
    Setting(
        "templates",
        {"vi": "Mã mẫu tin đã đăng ký, mỗi dòng một loại", "en": "Registered message templates, one a line"},
        {
            "vi": "Ví dụ: round_opened: 12345. Các loại: round_opened, report_returned, test.",
            "en": "For example: round_opened: 12345. Kinds: round_opened, report_returned, test.",
        },
        lines=True,
    ),
    Setting(
        "telephone",
        {"vi": "Cách viết số máy", "en": "How telephones are written"},
        default="84",
        choices={
            "84": {"vi": "84912345678", "en": "84912345678"},
            "+84": {"vi": "+84912345678", "en": "+84912345678"},
            "0": {"vi": "0912345678", "en": "0912345678"},
        },
    ),
    Setting(
        "marks",
        {"vi": "Dấu tiếng Việt trong lời nhắn", "en": "Vietnamese marks in messages"},
        {
            "vi": "Tin có dấu thường đắt gấp đôi tin không dấu.",
            "en": "Messages with marks often cost twice as much.",
        },
        default="keep",
        choices={"keep": {"vi": "giữ", "en": "keep"}, "drop": {"vi": "bỏ", "en": "drop"}},
    ),
    Setting(
        "id_path",
        {
            "vi": "Mã tin của nhà cung cấp đứng ở đâu trong câu trả lời",
            "en": "Where the message's id stands in the answer",
        },
        {"vi": "Ví dụ: data.0.message_id", "en": "For example: data.0.message_id"},
    ),
    Setting(
        "success",
        {"vi": "Câu trả lời báo thành công khi", "en": "The answer tells success when"},
        {
            "vi": "Ví dụ: error = 0. Để trống nếu chỉ cần mã HTTP 2xx.",
            "en": "For example: error = 0. Leave empty where HTTP 2xx is enough.",
        },
    ),
)


class HttpGateway(Plugin):
    """One channel."""

    def notices(self) -> Sequence[Channel]:
        """The gateway that an administrator describes."""
        title = {
            "vi": "Tin nhắn qua nhà cung cấp (SMS, Zalo OA)",
            "en": "Messages by a provider (SMS, Zalo OA)",
        }
        return [Channel("http_gateway", title, SETTINGS, check, deliver)]

    def self_test(self) -> Iterable[Finding]:
        """Without the certificates of authorities no provider's HTTPS can be trusted."""
        paths = ssl.get_default_verify_paths()
        if not paths.cafile and not (paths.capath and any(Path(paths.capath).iterdir())):
            yield Finding("gateway.no_certificates", "warning")
