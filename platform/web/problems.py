"""What a refused request is answered with: a page that says what to do next, or application/problem+json.

The only place where errors meet HTTP. Bad input is answered, never a traceback; our own faults go to the log.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, g, json, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from core.db import unit_of_work
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from core.messages import sentence
from web.findings import finding_json

LOG = logging.getLogger(__name__)
STATUS: Mapping[type[Refusal], int] = {NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 400}
WORDS = {
    400: (_l("Nội dung gửi lên chưa đúng"), _l("Quay lại trang trước, sửa nội dung đã nêu rồi gửi lại.")),
    401: (_l("Cần đăng nhập"), _l("Đăng nhập rồi làm lại thao tác này.")),
    403: (
        _l("Không có quyền"),
        _l("Nếu cần làm việc này, đề nghị người quản trị của đơn vị cấp thêm vai trò."),
    ),
    404: (_l("Không tìm thấy"), _l("Kiểm tra lại địa chỉ, hoặc tìm từ Hộp báo cáo.")),
    405: (_l("Địa chỉ này không nhận yêu cầu kiểu đó"), _l("Quay lại trang trước rồi thử lại.")),
    409: (_l("Chưa thực hiện được"), _l("Tải lại trang để xem tình trạng mới nhất rồi quyết định tiếp.")),
    413: (_l("Tệp quá lớn"), _l("Chọn tệp nhỏ hơn rồi gửi lại.")),
    415: (
        _l("Kiểu nội dung không nhận được"),
        _l("Gửi nội dung JSON với tiêu đề “Content-Type: application/json”."),
    ),
    429: (_l("Thao tác quá nhanh"), _l("Chờ một phút rồi thử lại.")),
    500: (
        _l("Hệ thống gặp lỗi"),
        _l("Số liệu đã lưu vẫn còn. Thử lại sau ít phút; nếu vẫn lỗi, báo người quản trị hệ thống."),
    ),
}

TOKEN = _l(
    "Gửi mã truy cập còn hiệu lực trong tiêu đề “Authorization: Bearer …”; tạo mã ở trang Tài khoản của tôi."
)


def register(app: Flask) -> None:
    """Answer every error of an application."""
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(Exception, _fault)


def wants_json() -> bool:
    """Whether a program asks: below /api, or where only JSON is accepted."""
    accepted = request.accept_mimetypes
    return (
        request.path.startswith("/api/")
        or accepted.best_match(["text/html", "application/json"]) != "text/html"
    )


def _refusal(error: Refusal) -> ResponseReturnValue:
    lang = str(get_locale())
    findings = error.findings if isinstance(error, Invalid) else ()
    told = "" if findings else sentence(error.code, error.facts, lang)
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    return _answer(status, error.code, told, [finding_json(finding, lang) for finding in findings])


def http_problem(error: HTTPException) -> ResponseReturnValue:
    """The answer to an error of HTTP; blueprints that answer some themselves leave the others to it."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    if status == 401 and not wants_json():
        return _to_sign_in()
    return _answer(status, f"http.{status}", "", [])


def _fault(error: Exception) -> ResponseReturnValue:
    LOG.error("%s %s failed", request.method, request.path, exc_info=error)
    return _answer(500, "http.500", "", [])


def _to_sign_in() -> ResponseReturnValue:
    """A part of a page that is refreshed by itself cannot show a sign-in form: the page goes there."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    address = url_for("account.sign_in", next=wanted)
    if "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": url_for("account.sign_in")}
    return redirect(address)


def _answer(status: int, code: str, told: str, findings: list[Mapping[str, object]]) -> ResponseReturnValue:
    title, advice = WORDS.get(
        status, (HTTPStatus(status).phrase, gettext("Quay lại trang trước rồi thử lại."))
    )
    if wants_json():
        if status == 401 and request.blueprint == "api":
            advice = TOKEN
        body = {
            "type": "about:blank",
            "status": status,
            "title": str(title),
            "code": code,
            "detail": told or str(advice),
            "findings": findings,
        }
        return json.dumps(body, ensure_ascii=False), status, {"Content-Type": "application/problem+json"}
    facts = {"title": title, "advice": advice, "told": told, "findings": findings, "status": status}
    g.session = None  # its unit of work is over
    if status >= 500:
        return render_template("problems/problem.html", **facts), status
    with unit_of_work(write=False) as g.session:
        return render_template("problems/problem.html", **facts), status
