"""Display of a failure for people: a page that says what to do, and keeps what they had written."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from service.errors import (
    AppError,
    FormTooOld,
    PasswordChangeNeeded,
    TooMany,
    TooSlow,
    Unauthenticated,
    Unavailable,
)
from service.i18n import N_, translate
from service.rendering.engine import page, shown_address, wants_part
from service.rendering.refused_form import files_of, is_secret_field, takes_codes, texts_of
from service.web.forms import sent_form

AGAIN = (FormTooOld, TooMany, TooSlow, Unauthenticated, Unavailable)
"""Refusals after which the same form may be sent again, as it is."""

WHAT_NEXT = {
    FormTooOld: N_("Trang này đã mở quá lâu. Hãy bấm “Gửi lại”."),
    Unauthenticated: N_("Phiên đăng nhập đã hết. Hãy đăng nhập ở thẻ mới, rồi quay lại đây bấm “Gửi lại”."),
}
"""What is said instead of the refusal's own words where the form is kept."""


def install(app: FastAPI) -> None:
    """Let failures be drawn as pages for people; paths for machines keep their problem JSON."""
    app.state.draw_failure = draw_failure


def draw_failure(request: Request, error: AppError) -> Response | None:
    """Return a page that says what went wrong and what to do, or None where a programme asked."""
    path = request.url.path
    machine = path.startswith(("/api/", "/open311", "/ogc", "/media/", "/assets/", "/metrics"))
    if machine or "text/html" not in request.headers.get("accept", "*/*"):
        return None
    # A citizen whose link is wrong has no account to sign in to.
    if error.status == Unauthenticated.status and request.method == "GET" and not path.startswith("/r/"):
        return _to_sign_in(request)
    if _is_loaded_again(request, error):
        return RedirectResponse(shown_address(request), status_code=303)
    if isinstance(error, PasswordChangeNeeded) and request.method == "GET":
        return RedirectResponse("/account?first=1#password", status_code=303)
    context = {"error": error, "detail": translate(error.detail, **error.params), "fields": error.errors}
    form = sent_form(request.scope)
    if form is not None and _may_go_again(request, error) and not wants_part(request):
        said = next((text for kind, text in WHAT_NEXT.items() if isinstance(error, kind)), error.detail)
        sent_to = request.url.remove_query_params("s")  # never with a secret
        kept = {
            "action": f"{sent_to.path}?{sent_to.query}" if sent_to.query else sent_to.path,
            "detail": translate(said, **error.params),
            "typed": [(name, each) for name, values in texts_of(form).items() for each in values],
            "files": files_of(form),
            "expired": said != error.detail,
            "sign_in": isinstance(error, Unauthenticated),
            "islands": ["again.ts"],
        }
        shown = page(request, "error/again.html", context | kept, status=error.status)
    else:
        shown = page(request, "error/index.html", context, part="error/_notice.html", status=error.status)
    shown.headers.update(error.headers)
    return shown


def _is_loaded_again(request: Request, error: AppError) -> bool:
    """Return whether a form's address is asked for as if it were a page: the browser's bar shows it while
    the form that was refused is on the screen.
    """
    asks_for_none = error.detail == N_("Địa chỉ này không nhận phương thức đó.")
    return (
        asks_for_none and request.method == "GET" and not shown_address(request).startswith(request.url.path)
    )


def _may_go_again(request: Request, error: AppError) -> bool:
    """Return whether a page may offer to send the form once more: never one that another site made up, and
    none with a password, a key or a code, which no page repeats.
    """
    form = sent_form(request.scope) or FormData()
    if not isinstance(error, AGAIN) or takes_codes(request.url.path):
        return False
    if any(is_secret_field(name) for name in form):
        return False
    if isinstance(error, Unauthenticated) and request.url.path.startswith("/r/"):
        return False
    return isinstance(error, TooMany) or _comes_from_here(request)


def _comes_from_here(request: Request) -> bool:
    """Return whether the browser says that a page of this very site sent the form."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


def _to_sign_in(request: Request) -> Response:
    """Redirect to the sign-in page and back; a fragment's page goes there as a whole."""
    goal = f"/login?{urlencode({'next': shown_address(request)})}"
    if wants_part(request):
        return Response(status_code=204, headers={"HX-Redirect": goal})
    return RedirectResponse(goal, status_code=303)
