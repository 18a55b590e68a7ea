"""The secrets of one's own reports, kept by this browser: one cookie a report, and a list of their codes."""

from __future__ import annotations

import re

from fastapi import Request
from fastapi.responses import Response

from service.web.dependencies import Resources

LIST_COOKIE, SECRET_COOKIE = "mine", "secret"
MOST_KEPT = 30
YEAR_S = 365 * 86400
_ENTRY = re.compile(r"[A-Z]{2,5}-[A-Z0-9]{4}-[A-Z0-9]{2}")


def keep_secret(request: Request, response: Response, resources: Resources, code: str, secret: str) -> None:
    """Let the browser show the secret to the report's own pages alone, and remember the code for `/mine`."""
    secure = resources.settings.public_url.startswith("https:")
    _set(response, SECRET_COOKIE, secret, f"/r/{code}", secure=secure)
    remember(request, response, resources, code)


def remember(request: Request, response: Response, resources: Resources, code: str) -> None:
    """Put the code first in the list of this browser's reports."""
    codes = [code, *(each for each in kept_codes(request) if each != code)][:MOST_KEPT]
    secure = resources.settings.public_url.startswith("https:")
    _set(response, LIST_COOKIE, ".".join(codes), "/", secure=secure)


def forget_report(request: Request, response: Response, resources: Resources, code: str) -> None:
    """Take the report off this browser."""
    codes = [each for each in kept_codes(request) if each != code]
    secure = resources.settings.public_url.startswith("https:")
    _set(response, LIST_COOKIE, ".".join(codes), "/", secure=secure)
    response.delete_cookie(SECRET_COOKIE, path=f"/r/{code}")


def kept_codes(request: Request) -> list[str]:
    """Codes of the reports sent or followed from this browser, newest first."""
    listed = request.cookies.get(LIST_COOKIE, "").split(".")
    return [code for code in listed if _ENTRY.fullmatch(code)][:MOST_KEPT]


def kept_secret(request: Request) -> str | None:
    """The secret that the browser showed for this report's page."""
    return request.cookies.get(SECRET_COOKIE)


def _set(response: Response, name: str, value: str, path: str, *, secure: bool) -> None:
    response.set_cookie(name, value, max_age=YEAR_S, path=path, secure=secure, httponly=True, samesite="lax")
