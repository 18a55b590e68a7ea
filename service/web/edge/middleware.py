"""The outermost layer of HTTP: request id, language, security headers, limits of bodies, access log."""

from __future__ import annotations

import re
import time
from http.cookies import CookieError, SimpleCookie
from typing import cast
from urllib.parse import parse_qs
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import AppError, TooLarge, Unavailable, WrongHost
from service.i18n import LANGUAGES, N_, Language, language_in_use, negotiate
from service.ops.metrics import observe
from service.ops.reception import Arrival, arrival
from service.ops.telemetry import about, get_logger
from service.web.dependencies import Resources
from service.web.edge.bodies import Bodies, Body, declared_length, has_body
from service.web.edge.callers import callers_of
from service.web.edge.hosts import is_ours
from service.web.edge.methods import allowed_methods, as_get, with_single_slashes, without_body
from service.web.failures import respond, respond_to_machine
from service.web.forms import close_form, is_multipart
from service.web.limits.turnstile import Turnstile
from service.web.rates import client_address
from service.web.viewer import CSRF_HEADER, begins_with_csrf

log = get_logger("service.access")

SLOW_S = 1.0
YEAR_S = 365 * 24 * 3600
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

OWN_HEADER = "x-hientruong"
"""On every answer. A phone keeps only what has it: a portal, too, answers in our place with 200."""

RECEPTION = frozenset({("POST", "/api/v1/reports"), ("POST", "/report")})
"""What has a turnstile of its own: nobody who reports stands behind a crowd that asks for something else."""

AT_ONCE, MOST_WAITING = 2, 8000

MACHINES = ("/api/", "/open311/")
"""Rooms of programmes: their forms carry a key or a secret, and no page's token."""

IN_EVERY_LANGUAGE = ("/api/", "/open311", "/ogc")
"""What programmes ask is answered in the language they name, whichever the city's pages have."""

SECRET_PATHS = ("/n/", "/alerts/confirm/", "/calendar/", "/talk/")

HEADERS = {
    OWN_HEADER: "1",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
DOCUMENT_HEADERS = {
    "x-frame-options": "DENY",
    "permissions-policy": "geolocation=(self), camera=(self), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
"""What browsers heed on pages alone: the dozen built files of a first visit go without."""


class EdgeMiddleware:
    """Wraps the application; pure ASGI, so that streams and context variables pass unhindered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.bodies = Bodies()
        self.crowd, self.reception = (Turnstile(AT_ONCE, MOST_WAITING) for _ in range(2))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = uuid4().hex
        turnstile = self.reception if (scope["method"], scope["path"]) in RECEPTION else self.crowd
        token, came = language_in_use.set(_language_of(scope, headers)), arrival.set(Arrival())
        try:
            with about(request_id=request_id):
                try:
                    await turnstile.enter()
                except Unavailable as full:
                    await _Answer(scope, send, request_id, None, None).refuse(full)
                    return
                await self._handle(scope, headers, request_id, receive, send)
        finally:
            language_in_use.reset(token)
            arrival.reset(came)

    async def _handle(
        self, scope: Scope, headers: Headers, request_id: str, receive: Receive, send: Send
    ) -> None:
        method = scope["method"]
        scope = with_single_slashes(scope)
        if method == "HEAD":
            scope, send = as_get(scope), without_body(send)
        resources: Resources | None = getattr(scope["app"].state, "resources", None)
        if resources:
            callers_of(scope["app"]).note(scope, headers, resources.settings, time.monotonic())
        body = self._body(scope, headers, receive, resources) if resources and has_body(headers) else None
        answer = _Answer(scope, send, request_id, body, resources)
        started = time.perf_counter()
        try:
            if resources and not is_ours(resources.settings, headers.get("host", "")):
                await answer.refuse(_wrong_host())
            else:
                await self.app(scope, body.receive if body else receive, answer.send)
        except Exception:
            if body is None or body.refusal is None:
                if not answer.complete:
                    raise  # half an answer: the server cuts the connection
                log.exception("unexpected error", path=shown_path(scope))
        finally:
            close_form(scope)
            if body is not None:
                body.close()
            if body is not None and body.refusal is not None and not answer.started:
                await answer.refuse(body.refusal)
            _log_request(scope, method, answer.status, time.perf_counter() - started)

    def _body(self, scope: Scope, headers: Headers, receive: Receive, resources: Resources) -> Body:
        """Return the body of this request, limited; a page's form with files must show its token early."""
        request = Request(scope)
        page = is_multipart(headers) and CSRF_HEADER not in headers and not scope["path"].startswith(MACHINES)
        return Body(
            self.bodies,
            receive,
            client_address(request, resources.settings.trusted_proxies),
            declared_length(headers),
            (lambda beginning: begins_with_csrf(request, resources, beginning)) if page else None,
        )


class _Answer:
    """The answer on its way out: decorated, counted, and replaced where the edge itself refused."""

    def __init__(
        self, scope: Scope, send: Send, request_id: str, body: Body | None, resources: Resources | None
    ) -> None:
        self.status, self.started, self.complete = 500, False, False
        self._scope, self._send, self._request_id, self._body = scope, send, request_id, body
        self._https = resources is not None and resources.settings.public_url.startswith("https:")
        self._instead: bytes | None = None

    async def send(self, message: Message) -> None:
        """Send what the application answers; nothing of it after the body was refused."""
        if self._body is not None and self._body.refusal is not None and not self.started:
            return
        await self._forward(message)

    async def refuse(self, error: AppError) -> None:
        """Answer in the application's place, and let the connection go."""
        response = respond(Request(self._scope), error)
        response.headers["connection"] = "close"
        await response(self._scope, _nothing_more, self._forward)

    async def _forward(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            self._instead = _too_large(self._scope, self.status, headers)
            if self.status == 405:
                headers["allow"] = allowed_methods(self._scope)
            self._decorate(headers)
        elif self._instead is not None:
            message = {"type": "http.response.body", "body": self._instead}
        await self._send(message)
        self.complete = message["type"] == "http.response.body" and not message.get("more_body", False)

    def _decorate(self, headers: MutableHeaders) -> None:
        headers["x-request-id"] = self._request_id
        is_file = self.status == 200 and self._scope["path"].startswith("/assets/")
        for name, value in (HEADERS if is_file else HEADERS | DOCUMENT_HEADERS).items():
            headers.setdefault(name, value)
        if is_secret_address(self._scope):
            headers["x-robots-tag"] = "noindex, nofollow"
            headers["referrer-policy"] = "no-referrer"
        if self._https:
            headers.setdefault("strict-transport-security", f"max-age={YEAR_S}")


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}


def _wrong_host() -> AppError:
    return WrongHost(N_("Dịch vụ không nhận địa chỉ này. Hãy mở bằng địa chỉ chính thức của dịch vụ."))


def _too_large(scope: Scope, status: int, headers: MutableHeaders) -> bytes | None:
    """Close the connection after a 413. Return the body to send instead where the framework's own limit
    answers.
    """
    if status != TooLarge.status:
        return None
    headers["connection"] = "close"
    if not headers.get("content-type", "").startswith("text/plain"):
        return None
    answer = respond_to_machine(Request(scope), TooLarge(N_("Nội dung gửi lên quá lớn.")))
    headers["content-type"] = answer.headers["content-type"]
    headers["content-length"] = str(len(answer.body))
    return bytes(answer.body)


def _language_of(scope: Scope, headers: Headers) -> Language:
    """Return the language of the answer; pages speak only those that the city offers."""
    chosen = _chosen_language(scope, headers)
    resources: Resources | None = getattr(scope["app"].state, "resources", None)
    city = resources.reference.last_known if resources else None
    if city is None or scope["path"].startswith(IN_EVERY_LANGUAGE):
        return chosen or negotiate(headers.get("accept-language"))
    offers = city.config.languages
    if chosen in offers.offered:
        return chosen
    return offers.language_of(negotiate(headers.get("accept-language")))


def _chosen_language(scope: Scope, headers: Headers) -> Language | None:
    """Return the language that the address or a cookie names."""
    query = scope.get("query_string", b"")
    if b"lang=" in query:
        language = parse_qs(query.decode("latin-1")).get("lang", [""])[0]
        if language in LANGUAGES:
            return cast(Language, language)
    if "lang=" in (cookies := headers.get("cookie", "")):
        try:
            cookie = SimpleCookie(cookies).get("lang")
        except CookieError:
            cookie = None
        if cookie is not None and cookie.value in LANGUAGES:
            return cast(Language, cookie.value)
    return None


def is_secret_address(scope: Scope) -> bool:
    """Return whether knowing this address is a permission: it belongs into no index and no other
    site's log.
    """
    query: bytes = scope.get("query_string", b"")
    return scope["path"].startswith(SECRET_PATHS) or b"&s=" in b"&" + query


def shown_path(scope: Scope) -> str:
    """Return the route's pattern in place of the address, which may hold a secret; of no route the first
    word.
    """
    pattern = getattr(scope.get("route"), "path", "")
    return pattern or f"/{scope['path'][1:].partition('/')[0][:20]}…"


def _log_request(scope: Scope, method: str, status: int, took_s: float) -> None:
    observe(scope, status, took_s)
    if status >= 500:
        write = log.error
    elif took_s > SLOW_S:
        write = log.info
    else:
        write = log.debug
    write("request", method=method, path=shown_path(scope), status=status, ms=round(took_s * 1000, 1))
