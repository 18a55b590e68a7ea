"""Viewer of a request: staff by session cookie or bearer token, a citizen by a report's secret; and
CSRF for cookies.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.responses import Response
from fastapi.security import APIKeyCookie
from fastapi.security.http import HTTPBase
from fastapi.security.utils import get_authorization_scheme_param
from starlette.datastructures import UploadFile

from service.db import async_unit_of_work
from service.domain.configuration.administration.keys import KeyBounds, bounds_of_key
from service.domain.kernel.tokens import is_signed, sign
from service.domain.notices.bell.own_notices import count_unread
from service.domain.people.factors import must_have
from service.domain.people.sessions import COOKIE_LONGEST, NewSession, recognise_session
from service.domain.people.staff import Account, account_of_row, actor_for
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.errors import Forbidden, FormTooOld, PasswordChangeNeeded, Unauthenticated
from service.i18n import N_
from service.i18n.wording import days_in_figures
from service.models import Staff, StaffSession
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep
from service.web.forms import close_form, is_form, read_form
from service.web.rates import allow_key

SESSION_COOKIE = "hientruong_session"
VISITOR_COOKIE = "hientruong_visitor"
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MAY_CHANGE = re.compile(r"/(account(/password|/language)?|logout|api/v1/me)")
"""What a password that must be changed opens."""

_CONTACT = re.compile(r"/api/v1/reports/[^/]+/contact")
"""What a key of scope `contacts` posts to though it writes nothing: a purpose never stands in an address."""

_CSRF_PART = re.compile(
    rb'name="?' + CSRF_FIELD.encode() + rb'"?[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n([0-9a-f]{64})\r\n'
)

_STAFF_TOKEN = HTTPBase(scheme="bearer", scheme_name="StaffToken", auto_error=False)
_STAFF_SESSION = APIKeyCookie(name=SESSION_COOKIE, scheme_name="StaffSession", auto_error=False)
_REPORT_SECRET = HTTPBase(
    scheme="Report",
    scheme_name="ReportSecret",
    description="`Authorization: Report <secret>`, the secret that the answer to a report or a follow tells.",
    auto_error=False,
)


_Recognised = tuple[tuple[Staff, StaffSession] | None, KeyBounds | None, int]
_NOBODY: _Recognised = (None, None, 0)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Viewer of a page or caller of the API. `account` and `session_id` are there for staff who are
    signed in.
    """

    asker: Asker
    account: Account | None = None
    session_id: int | None = None
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff who is signed in."""

    asker: Asker
    actor: Actor
    account: Account
    session_id: int
    unread: int = 0
    """Notices of their bell that they have not read, as of this request; only counted for browsers."""


def _declare(
    _token: Annotated[object, Security(_STAFF_TOKEN)] = None,
    _session: Annotated[object, Security(_STAFF_SESSION)] = None,
    _secret: Annotated[object, Security(_REPORT_SECRET)] = None,
) -> None:
    """Security scheme that only tells the OpenAPI how one may say who one is."""


async def get_viewer(
    request: Request,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    _: Annotated[None, Depends(_declare)] = None,
) -> Viewer:
    """Return the viewer of a page or caller of the API; an anonymous one without cookie or token.

    Recognised in a transaction of its own, which is over before the route runs: what the route then waits
    for (the rest of a body, a hash, Redis) is waited for without a connection.

    Raises Unauthenticated for a header that opens nothing, Forbidden when an unsafe request by cookie
    carries no CSRF token. A cookie that has expired counts as none; so does a session without a second factor
    since the role must have one.
    """
    key = resources.settings.secret
    scheme, credentials = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() == "report" and credentials:
        return Viewer(Asker(secret=credentials, key=key))
    token, kind = credentials, "bearer"
    if not scheme:
        token, kind = request.cookies.get(SESSION_COOKIE, ""), "cookie"
    known = scheme.lower() in ("", "bearer")
    unsafe = request.method not in SAFE_METHODS
    # Before the database is asked: the token may be in a form that is still on its way.
    forged = bool(token) and kind == "cookie" and unsafe and not await carries_csrf(request, resources)
    found, bounds, unread = await _recognise(resources, token, kind, now) if token and known else _NOBODY
    weak = found is not None and must_have(reference, found[0]) and not found[1].strong
    if found is None or weak or (found[0].demo and not may_demo(request, resources)):
        if scheme:
            raise _sign_in()
        return Viewer(Asker(key=key))
    if found[0].must_change_password and not found[1].issuer and not _MAY_CHANGE.fullmatch(request.url.path):
        raise PasswordChangeNeeded(N_("Hãy đổi mật khẩu được cấp trước khi làm việc khác."))
    if forged:
        raise _forged(request)
    if bounds is not None:
        await allow_key(request, resources, bounds.key_id, bounds.per_minute)
    scope = bounds.scope if bounds else None
    if unsafe and (scope == "read" or (scope == "contacts" and not _CONTACT.fullmatch(request.url.path))):
        raise Forbidden(N_("Khóa này chỉ được đọc."))
    account, row = found
    return Viewer(Asker(actor_for(account, reference), key=key), account_of_row(account), row.id, unread)


async def _recognise(resources: Resources, token: str, kind: str, now: datetime) -> _Recognised:
    """Return (the account and session behind a token, the bounds of the key if it is one's, the unread
    notices).
    """
    async with async_unit_of_work(resources.engine) as session:
        found = await session.run_sync(recognise_session, token, kind, at=now)
        is_bearer = found is not None and kind == "bearer"
        bounds = await session.run_sync(bounds_of_key, found[1].id) if found and is_bearer else None
        unread = await session.run_sync(count_unread, found[0].id) if found and not is_bearer else 0
    return found, bounds, unread


async def get_colleague(response: Response, viewer: Annotated[Viewer, Depends(get_viewer)]) -> Colleague:
    """Return the member of staff who is signed in; the answer is marked as not to be cached.

    Raises Unauthenticated for everyone else.
    """
    response.headers["Cache-Control"] = "no-store"
    actor = viewer.asker.staff
    if actor is None or viewer.account is None or viewer.session_id is None:
        raise _sign_in()
    days_in_figures.set(True)
    return Colleague(viewer.asker, actor, viewer.account, viewer.session_id, viewer.unread)


def may_demo(request: Request, resources: Resources) -> bool:
    """Return whether demo accounts are good here: the demo is on, and the client sits at this very
    machine.
    """
    if not resources.settings.demo or request.client is None:
        return False
    # A proxy on this machine makes every client look local.
    if "forwarded" in request.headers or "x-forwarded-for" in request.headers:
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def sign_in_cookie(response: Response, opened: NewSession, resources: Resources) -> None:
    """Let the browser keep the session; how long it lasts is decided here, not there."""
    _set(response, SESSION_COOKIE, opened.token, resources)


def sign_out_cookie(response: Response) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(SESSION_COOKIE, path="/")


def csrf_token(request: Request, resources: Resources) -> str:
    """Return the token for this browser's forms (`csrf_token`) and scripts (`X-CSRF-Token`).

    It belongs to the session, or without one to a visitor's cookie; `keep_visitor` must then put that
    cookie on the answer that carries the form.
    """
    return _csrf(resources, _browser(request))


def keep_visitor(request: Request, response: Response, resources: Resources) -> None:
    """Give the browser the visitor's cookie that `csrf_token` leaned on, if it has none."""
    if made := getattr(request.state, "new_visitor", None):
        _set(response, VISITOR_COOKIE, made, resources)


async def check_csrf(request: Request, resources: Resources) -> None:
    """Raises Forbidden unless the request carries this browser's token, in the header or in the form."""
    if not await carries_csrf(request, resources):
        raise _forged(request)


async def carries_csrf(request: Request, resources: Resources) -> bool:
    """Return whether the request carries this browser's token; it may be in the form, which is read."""
    given = request.headers.get(CSRF_HEADER)
    if given is None and is_form(request.headers):
        field = (await read_form(request)).get(CSRF_FIELD)
        given = None if isinstance(field, UploadFile) else field
    return given is not None and _is_csrf(resources, _browser(request), given)


def _forged(request: Request) -> FormTooOld:
    close_form(request.scope)  # nobody will read its files
    return FormTooOld()


def begins_with_csrf(request: Request, resources: Resources, beginning: bytes) -> bool:
    """Return whether the beginning of a multipart form holds this browser's token, so that the rest
    may come.
    """
    found = _CSRF_PART.search(beginning)
    return found is not None and _is_csrf(resources, _browser(request), found[1].decode("ascii", "replace"))


def _browser(request: Request) -> str:
    known = request.cookies.get(SESSION_COOKIE) or request.cookies.get(VISITOR_COOKIE)
    if known:
        return known
    if not hasattr(request.state, "new_visitor"):
        request.state.new_visitor = secrets.token_urlsafe(24)
    return str(request.state.new_visitor)


def _csrf(resources: Resources, browser: str) -> str:
    return sign(resources.settings.secret, "csrf", browser.encode("utf-8", "surrogatepass")).hex()


def _is_csrf(resources: Resources, browser: str, given: str) -> bool:
    try:
        mac = bytes.fromhex(given)
    except ValueError:
        return False
    return is_signed(resources.settings.secret, "csrf", browser.encode("utf-8", "surrogatepass"), mac)


def _set(response: Response, name: str, value: str, resources: Resources) -> None:
    secure = resources.settings.public_url.startswith("https:")
    response.set_cookie(
        name,
        value,
        max_age=int(COOKIE_LONGEST.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def _sign_in() -> Unauthenticated:
    return Unauthenticated(N_("Cần đăng nhập bằng tài khoản cán bộ."), headers={"WWW-Authenticate": "Bearer"})


ViewerDep = Annotated[Viewer, Depends(get_viewer)]
StaffDep = Annotated[Colleague, Depends(get_colleague)]
