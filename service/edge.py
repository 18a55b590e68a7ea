"""The outermost layer of HTTP: request id, language, security headers, access log."""

from __future__ import annotations

import re
import time
from http.cookies import CookieError, SimpleCookie
from typing import cast
from urllib.parse import parse_qs
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import TooLarge
from service.failures import ProblemResponse, problem
from service.i18n import LANGUAGES, N_, Language, language_in_use, negotiate
from service.metrics import observe
from service.telemetry import about, get_logger

log = get_logger("service.access")

SLOW_S = 1.0
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

OWN_HEADER = "x-hientruong"
"""On every answer. A phone keeps only what has it: a portal, too, answers in our place with 200."""

HEADERS = {
    OWN_HEADER: "1",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "geolocation=(self), camera=(self), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}


class Edge:
    """Wraps the application; pure ASGI, so that streams and context variables pass unhindered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = uuid4().hex
        token = language_in_use.set(_language(scope, headers))
        try:
            with about(request_id=request_id):
                await self._handle(scope, headers, request_id, receive, send)
        finally:
            language_in_use.reset(token)

    async def _handle(
        self, scope: Scope, headers: Headers, request_id: str, receive: Receive, send: Send
    ) -> None:
        started = time.perf_counter()
        status, answered = 500, False
        instead: bytes | None = None

        async def sending(message: Message) -> None:
            nonlocal status, answered, instead
            if message["type"] == "http.response.start":
                status = message["status"]
                answer_headers = MutableHeaders(scope=message)
                instead = _too_large(status, answer_headers)
                _decorate(answer_headers, request_id)
            elif instead is not None:
                message = {"type": "http.response.body", "body": instead}
            await send(message)
            answered = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            if not answered:
                raise  # half an answer: the server cuts the connection
            log.exception("unexpected error", path=scope["path"])
        finally:
            _tell(scope, status, time.perf_counter() - started)


def _too_large(status: int, headers: MutableHeaders) -> bytes | None:
    """After a 413 nothing more is read. The body to send instead where the framework's own limit answers."""
    if status != TooLarge.status:
        return None
    headers["connection"] = "close"
    if not headers.get("content-type", "").startswith("text/plain"):
        return None
    answer = ProblemResponse(problem(TooLarge(N_("Nội dung gửi lên quá lớn."))), status)
    headers["content-type"] = ProblemResponse.media_type
    headers["content-length"] = str(len(answer.body))
    return bytes(answer.body)


def _language(scope: Scope, headers: Headers) -> Language:
    query = scope.get("query_string", b"")
    if b"lang=" in query:
        asked = parse_qs(query.decode("latin-1")).get("lang", [""])[0]
        if asked in LANGUAGES:
            return cast(Language, asked)
    if "lang=" in (cookies := headers.get("cookie", "")):
        try:
            kept = SimpleCookie(cookies).get("lang")
        except CookieError:
            kept = None
        if kept is not None and kept.value in LANGUAGES:
            return cast(Language, kept.value)
    return negotiate(headers.get("accept-language"))


def _decorate(headers: MutableHeaders, request_id: str) -> None:
    headers["x-request-id"] = request_id
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


def _tell(scope: Scope, status: int, took_s: float) -> None:
    observe(scope, status, took_s)
    if status >= 500:
        tell = log.error
    elif took_s > SLOW_S:
        tell = log.info
    else:
        tell = log.debug
    tell("request", method=scope["method"], path=scope["path"], status=status, ms=round(took_s * 1000, 1))
