"""Answers to failures: problem JSON (RFC 9457), in their language, never a stack trace."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from psycopg.errors import IdleInTransactionSessionTimeout, UntranslatableCharacter
from pydantic import BaseModel
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from service import errors
from service.errors import AppError, FieldError
from service.i18n import N_, translate
from service.web.forms import is_page_form, read_form
from service.web.validation import field_errors

log = structlog.get_logger(__name__)

Refusal = Callable[[Request, AppError, int], Response]
"""Makes the answer to a refused request, given the error and the status."""

P = ParamSpec("P")
T = TypeVar("T")

_BY_STATUS: dict[int, type[AppError]] = {
    error.status: error
    for error in (
        errors.Malformed,
        errors.Unauthenticated,
        errors.Forbidden,
        errors.NotFound,
        errors.TooSlow,
        errors.Conflict,
        errors.TooLarge,
        errors.UnsupportedMedia,
        errors.Invalid,
        errors.TooMany,
        errors.Unavailable,
    )
}

_HTTP_DETAILS = {
    404: N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ."),
    405: N_("Địa chỉ này không nhận phương thức đó."),
    406: N_("Không có nội dung ở dạng được yêu cầu."),
    413: N_("Nội dung gửi lên quá lớn."),
}

_FOR_OTHER_METHODS: dict[object, str] = {}
"""What is said, by route, to whoever asks with a method that its address does not take."""

_PLACES = frozenset({"body", "query", "path", "header", "cookie"})


class ProblemField(BaseModel):
    """Wrong place of the input."""

    loc: list[str | int]
    msg: str


class ProblemChallenge(BaseModel):
    """A puzzle that lets a request pass beyond a limit, once.

    For each part `i`, find a number `n` so that the SHA-256 of `token.i.n` begins with `bits` zero bits; send
    `token:n0,n1,…` in the named header with the request, from the same address and device (`X-Device-Id`).
    """

    algorithm: str
    token: str
    bits: int
    parts: int
    expires_in: int
    header: str
    how: str


class Problem(BaseModel):
    """Body of a refusal (RFC 9457). `challenge` comes with 429 where one may go on at once."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemField] = []
    challenge: ProblemChallenge | None = None


class ProblemResponse(JSONResponse):
    """JSON with the media type of RFC 9457."""

    media_type = "application/problem+json"


def problem(error: AppError, status: int | None = None) -> dict[str, Any]:
    """Return the body for an error, in the language in use."""
    return {
        "type": f"urn:hientruong:problem:{error.code}",
        "title": translate(error.title),
        "status": status or error.status,
        "detail": translate(error.detail, **error.params),
        "errors": [_field(field) for field in error.errors],
        **error.extra,
    }


def respond(request: Request, error: AppError, status: int | None = None) -> Response:
    """Return the answer to a refused request; pages get a page where the application can draw one."""
    if (shaped := _in_own_shape(request, error, status)) is not None:
        return shaped
    draw = getattr(request.app.state, "draw_failure", None)
    if draw is not None and (page := draw(request, error)) is not None:
        if status is not None and page.status_code == error.status:
            page.status_code = status  # a method that is not taken has no error of its own
        return page  # type: ignore[no-any-return]
    return respond_to_machine(request, error, status)


def respond_to_machine(request: Request, error: AppError, status: int | None = None) -> Response:
    """Return the same for whoever reads no pages: problem JSON, or what is spoken below this path."""
    if (shaped := _in_own_shape(request, error, status)) is not None:
        return shaped
    return ProblemResponse(problem(error, status), status or error.status, headers=error.headers)


def refuse_below(app: FastAPI, path: str, refuse: Refusal) -> None:
    """Answer refusals at `path` and below as its clients expect them: never a page, never problem JSON."""
    app.state.refusals_below = {**getattr(app.state, "refusals_below", {}), path: refuse}


def _in_own_shape(request: Request, error: AppError, status: int | None) -> Response | None:
    refusals: dict[str, Refusal] = getattr(request.app.state, "refusals_below", {})
    for path, refuse in refusals.items():
        if f"{request.url.path}/".startswith(f"{path}/"):
            return refuse(request, error, status or error.status)
    return None


def install_handlers(app: FastAPI) -> None:
    """Register the handlers."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, AppError)  # noqa: S101 - registered for this type alone
        await _keep_form(request, error)
        return respond(request, error)

    async def unfit(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return respond(request, invalid_input(field_errors(error.errors())))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        return respond(request, _from_http(request, error), error.status_code)

    async def away(request: Request, error: Exception) -> Response:
        if holds_nul(error):
            return respond(request, errors.Invalid(N_("Có ký tự không đọc được.")))
        if not is_away(error):
            raise error
        log.warning("database away", error=type(error).__name__)
        return respond(request, database_away())

    async def broken(request: Request, _error: Exception) -> Response:
        """Return the answer to a bug. What it was is for the log alone, which tells it with the request's
        id.
        """
        return respond(request, AppError(N_("Có lỗi ngoài dự kiến, đã được ghi lại. Hãy thử lại sau.")))

    async def torn(request: Request, _error: Exception) -> Response:
        """Return the answer to a client that hung up within its body: no fault of ours, and nobody reads
        it.
        """
        return respond(request, errors.Malformed(N_("Kết nối bị ngắt giữa chừng. Hãy gửi lại.")))

    app.add_exception_handler(Exception, broken)
    app.add_exception_handler(ClientDisconnect, torn)
    app.add_exception_handler(AppError, refused)
    app.add_exception_handler(RequestValidationError, unfit)
    app.add_exception_handler(HTTPException, http)
    for kind in (DBAPIError, PoolTimeoutError):
        app.add_exception_handler(kind, away)


async def _keep_form(request: Request, error: AppError) -> None:
    """Read the form of somebody who is not signed in any more, so that what was typed can be given back: a
    request without a cookie was refused before anybody read it.
    """
    if isinstance(error, errors.Unauthenticated) and is_page_form(request):
        with suppress(AppError, ClientDisconnect):
            await read_form(request)


def invalid_input(fields: list[FieldError]) -> AppError:
    """Return the refusal of a body or query: unreadable JSON is 400, everything else 422."""
    unreadable = any(field.msg == N_("Nội dung không phải JSON hợp lệ.") for field in fields)
    kind = errors.Malformed if unreadable else errors.Invalid
    return kind(N_("Vui lòng sửa các mục được nêu."), errors=fields)


def is_away(error: Exception) -> bool:
    """Return whether the database cannot be reached (as against a statement it refused)."""
    if isinstance(error, PoolTimeoutError | OperationalError | InterfaceError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or isinstance(error.orig, IdleInTransactionSessionTimeout)


def holds_nul(error: Exception) -> bool:
    """Return whether a text was refused for a character that PostgreSQL cannot keep, wherever it
    had got to.
    """
    if not isinstance(error, DataError):
        return False
    return isinstance(error.orig, UntranslatableCharacter) or "NUL (0x00)" in str(error.orig)


def database_away() -> AppError:
    """Return what people are told while the database is away."""
    return errors.Unavailable(
        N_("Hệ thống tạm gián đoạn, chưa lưu được. Vui lòng gửi lại sau ít giây."),
        headers={"Retry-After": "5"},
    )


def for_other_methods(message: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Say this, a msgid, to whoever asks at the route's address with a method that it does not take."""

    def keep(route: Callable[P, T]) -> Callable[P, T]:
        _FOR_OTHER_METHODS[route] = message
        return route

    return keep


def _from_http(request: Request, error: HTTPException) -> AppError:
    kind = _BY_STATUS.get(error.status_code)
    detail = _HTTP_DETAILS.get(error.status_code, N_("Yêu cầu không thực hiện được."))
    if error.status_code == 405:
        detail = _FOR_OTHER_METHODS.get(request.scope.get("endpoint"), detail)
    headers = dict(error.headers or {})
    return (kind or errors.Refused)(detail, headers=headers)


def _field(field: FieldError) -> dict[str, object]:
    """Return the field's name: a loc begins with the part of the request it is in;
    the domain names fields of the body alone.
    """
    root = () if field.loc and field.loc[0] in _PLACES else ("body",)
    return {"loc": [*root, *field.loc], "msg": translate(field.msg, **(field.params or {}))}
