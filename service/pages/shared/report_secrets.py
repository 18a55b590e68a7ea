"""The secrets of one's own reports, kept by this browser: one cookie a report, and a list of their codes."""

from __future__ import annotations

import re

from fastapi import Request
from fastapi.responses import Response

from service.domain.kernel.tokens import is_signed, sign
from service.domain.queries.report_news import RememberedReport, ReportNews
from service.rendering.engine import NEWS_COOKIE
from service.web.dependencies import Resources

LIST_COOKIE, SECRET_COOKIE = "mine", "secret"
MOST_KEPT = 30
YEAR_S = 365 * 86400
_MAC = 6
_ENTRY = re.compile(r"([A-Z]{2,5}-[A-Z0-9]{4}-[A-Z0-9]{2})(?:~([0-9]{1,18})~((?:[0-9a-f]{12})?))?")
"""An entry of the list: code, the newest event that was seen, and the proof that the report is one's own."""


def keep_secret(
    request: Request, response: Response, resources: Resources, code: str, secret: str, *, own: bool
) -> None:
    """Let the browser show the secret to the report's own pages alone, and remember the code for `/mine`.

    `own`: it was proven to be the reporter's.
    """
    secure = resources.settings.public_url.startswith("https:")
    _set(response, SECRET_COOKIE, secret, f"/r/{code}", secure=secure)
    remember(request, response, resources, code, own=own)


def remember(
    request: Request,
    response: Response,
    resources: Resources,
    code: str,
    *,
    own: bool = False,
    seen: int = 0,
) -> list[RememberedReport]:
    """Put the code first in the list of this browser's reports, and return the list as it is then.

    `own` only where the reporter's secret was shown; what is known of it already is never taken back.
    """
    before = kept_reports(request, resources)
    known = next((each for each in before if each.code == code), RememberedReport(code, own=False, seen=0))
    first = RememberedReport(code, own or known.own, max(seen, known.seen))
    return _keep_list(response, resources, [first, *(each for each in before if each.code != code)])


def mark_seen(
    request: Request, response: Response, resources: Resources, code: str, *, own: bool, seen: int
) -> list[RememberedReport]:
    """Note where it stands in the list that the report was looked at; return the list as it is then."""
    before = kept_reports(request, resources)
    after = [
        RememberedReport(code, own or each.own, max(seen, each.seen)) if each.code == code else each
        for each in before
    ]
    return _keep_list(response, resources, after) if after != before else before


def forget_report(request: Request, response: Response, resources: Resources, code: str) -> None:
    """Take the report off this browser."""
    _keep_list(response, resources, [each for each in kept_reports(request, resources) if each.code != code])
    response.delete_cookie(SECRET_COOKIE, path=f"/r/{code}")


def kept_codes(request: Request) -> list[str]:
    """Return codes of the reports sent or followed from this browser, newest first."""
    return [found[1] for found in _entries(request)]


def kept_reports(request: Request, resources: Resources) -> list[RememberedReport]:
    """Return the reports of this browser, newest first; without a good proof one is somebody else's."""
    key = resources.settings.secret
    return [
        RememberedReport(found[1], _is_own(key, found[1], found[3] or ""), int(found[2] or 0))
        for found in _entries(request)
    ]


def kept_secret(request: Request) -> str | None:
    """Return the secret that the browser showed for this report's page."""
    return request.cookies.get(SECRET_COOKIE)


def keep_news(request: Request, response: Response, resources: Resources, news: ReportNews) -> None:
    """Let the bars of the next pages tell how many reports are worth opening."""
    count = str(news.count) if news.count else ""
    if request.cookies.get(NEWS_COOKIE, "") == count:
        return
    if not count:
        response.delete_cookie(NEWS_COOKIE, path="/")
        return
    secure = resources.settings.public_url.startswith("https:")
    _set(response, NEWS_COOKIE, count, "/", secure=secure)


def _entries(request: Request) -> list[re.Match[str]]:
    listed = request.cookies.get(LIST_COOKIE, "").split(".")
    return [found for each in listed if (found := _ENTRY.fullmatch(each))][:MOST_KEPT]


def _keep_list(
    response: Response, resources: Resources, reports: list[RememberedReport]
) -> list[RememberedReport]:
    reports = reports[:MOST_KEPT]
    entries = [f"{each.code}~{each.seen}~{_proof(resources, each)}" for each in reports]
    secure = resources.settings.public_url.startswith("https:")
    _set(response, LIST_COOKIE, ".".join(entries), "/", secure=secure)
    return reports


def _proof(resources: Resources, report: RememberedReport) -> str:
    key = resources.settings.secret
    return sign(key, "own-report", report.code.encode(), _MAC).hex() if report.own else ""


def _is_own(key: bytes, code: str, given: str) -> bool:
    return bool(given) and is_signed(key, "own-report", code.encode(), bytes.fromhex(given), _MAC)


def _set(response: Response, name: str, value: str, path: str, *, secure: bool) -> None:
    response.set_cookie(name, value, max_age=YEAR_S, path=path, secure=secure, httponly=True, samesite="lax")
