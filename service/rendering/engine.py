"""Drawing pages: the template environment, and the answer with its headers; a refused form as it was sent."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.datastructures import FormData

from service.domain.city.reference import Reference
from service.domain.rules.deadline_words import term_words, unit_words
from service.errors import AppError
from service.i18n import LANGUAGES, N_, language_in_use, pick, translate, wording
from service.models import DONE, ENDED_ELSEWHERE, FINISHED, HELD, OPEN, UNFINISHED, Role, Status
from service.rendering import basemap
from service.rendering.assets import load_assets
from service.rendering.refused_form import put_on_top, restore_form, said
from service.rendering.sentences import sentence
from service.settings import Settings
from service.web.dependencies import Resources
from service.web.forms import sent_form
from service.web.paths import path_shape
from service.web.viewer import CSRF_FIELD, SESSION_COOKIE, csrf_token, keep_visitor

HERE = Path(__file__).parents[1]
TEMPLATES = HERE / "templates"
ICONS = HERE / "static" / "icons"

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No inline script or style anywhere, so no nonce: everything is a file of our own."""


def policy(settings: Settings) -> str:
    """Return the policy of a page; maps may fetch their background too, where there is one."""
    extra = basemap.origin(settings)
    if not extra:
        return CSP
    widened = CSP.replace("connect-src 'self'", f"connect-src 'self' {extra}")
    return widened.replace("img-src 'self'", f"img-src 'self' {extra}")


YEAR_S = 365 * 86400
THEMES = ("light", "dark")
NEWS_COOKIE = "news"
"""How many of this browser's reports are worth opening, as the last page that knew told it."""

_SMALL = 1000


def _status_facts() -> dict[str, object]:
    """Return the facts of statuses that maps need: the tone of each, and the sets behind the filters."""
    return {
        "tones": {str(status): words.tone for status, words in wording.STATUSES.items()},
        "sets": {
            "open": [each for each in Status if each in OPEN],
            "done": [each for each in Status if each in DONE],
        },
    }


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the one template environment; an undefined name in a template is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.globals |= {
        "_": sentence,
        "pick": pick,
        "icon": icon,
        "assets": load_assets,
        "statuses": wording.STATUSES,
        "Status": Status,
        "Role": Role,
        "HELD": HELD,
        "DONE": DONE,
        "FINISHED": FINISHED,
        "UNFINISHED": UNFINISHED,
        "ENDED_ELSEWHERE": ENDED_ELSEWHERE,
        "status_facts": _status_facts(),
        "ago": _ago,
        "exact": _exact,
        "term_words": _term,
        "unit_words": _unit,
        "exact_words": _exact_words,
        "day_words": _day,
        **{name: getattr(wording, name) for name in wording.ON_PAGES},
        "number": wording.number_words,
        "percent": wording.percent_words,
        "distance": wording.distance_words,
        "csrf_field": _csrf_field,
        "here": _here,
        "wrong": _wrong,
        "qr": qr_code,
    }
    return made


def page(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    part: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return the page, or its `part` alone when htmx asks for the fragment.

    `context` may bring `reference` and `now`; without them the last known city and the clock serve: an error
    page needs no database. An AppError under `error` gives the status, unless `status` does, and `fields`.
    """
    resources: Resources = request.app.state.resources
    filled = _context(request, resources, context or {})
    code: int = status if status is not None else getattr(filled.get("error"), "status", 200)
    chosen = part if part and wants_part(request) else template
    text = environment().get_template(chosen).render(filled)
    kept = dict(headers or {})
    if isinstance(filled.get("error"), AppError) and (sent := sent_form(request.scope)) is not None:
        text = _restored(request, text, sent, filled["error"])
        kept.setdefault("cache-control", "no-store")  # what somebody typed stays on no disk
    response = HTMLResponse(text, status_code=code, headers=kept)
    _finish(request, response, resources, secret=filled["_form_drawn"])
    return response


def _restored(request: Request, text: str, sent: FormData, error: AppError) -> str:
    """Return a refused form as it was sent; what has no place in the page any more is quoted on top of it."""
    done = restore_form(text, request.url.path, sent, error, icon("alert", "small"))
    if not done.lost or wants_part(request):  # around a fragment the form stands as it was
        return done.page
    kept = environment().get_template("error/_kept.html").render(words=done.lost)
    return put_on_top(done.page, kept)


def wants_part(request: Request) -> bool:
    """Return whether the page asks for a part of itself, to stand in what is drawn already."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") != "full"


@lru_cache(maxsize=256)
def _icon_body(name: str) -> str:
    file = ICONS / f"{name}.svg"
    text = (file if file.exists() else ICONS / "other.svg").read_text(encoding="utf-8")
    return text[text.index(">") + 1 : text.rindex("</svg>")]


def icon(name: str, size: str = "", label: str = "") -> Markup:
    """Return the drawing inlined; decoration unless it has a `label`. An unknown one is the general one."""
    classes = f"icon icon-{size}" if size else "icon"
    attributes = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    frame = Markup(
        '<svg class="{}" {} viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{}</svg>'
    )
    return frame.format(classes, attributes, Markup(_icon_body(name)))  # noqa: S704 - our own file


def qr_code(text: str) -> Markup:
    """Return the text as a QR code, drawn inline, dark on its own light ground."""
    drawn = segno.make(text, error="m").svg_inline(
        border=2, light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    opening = Markup('<svg role="img" aria-label="{}" ').format(
        translate(N_("Mã QR dẫn đến {link}"), link=text)
    )
    return opening + Markup(drawn.removeprefix("<svg "))  # noqa: S704 - made here


def theme_sheet(reference: Reference) -> tuple[str, str]:
    """Return the city's colours as a style sheet, and its version."""
    colours = {"--city": reference.config.colour, "--city-dark": reference.config.colour_dark}
    lines = [f"{name}:{value}" for name, value in colours.items() if value]
    sheet = ":root{" + ";".join(lines) + "}"
    return sheet, hashlib.sha256(sheet.encode()).hexdigest()[:12]


def _context(request: Request, resources: Resources, given: Mapping[str, Any]) -> dict[str, Any]:
    reference: Reference | None = given.get("reference") or resources.reference.last_known
    theme = request.query_params.get("theme") or request.cookies.get("theme")
    return {
        "request": request,
        "language": language_in_use.get(),
        "languages": reference.config.languages.offered if reference else LANGUAGES,
        "theme": theme if theme in THEMES else None,
        "theme_version": theme_sheet(reference)[1] if reference else None,
        "service_name": _service_name(reference),
        "city_name": pick(reference.city_name) if reference else "",
        "hotline": reference.config.hotline if reference else None,
        "emergency_numbers": reference.config.emergency_numbers if reference else (),
        "timezone": reference.timezone if reference else "Asia/Ho_Chi_Minh",
        "demo": resources.settings.demo,
        "map_ground": basemap.ground(resources.settings, reference),
        "signed_in": SESSION_COOKIE in request.cookies,
        "has_reports": "mine" in request.cookies,
        "news_count": _news_count(request),
        "now": datetime.now(UTC),
        "fields": getattr(given.get("error"), "errors", None) or (),
        "_resources": resources,
        "_form_drawn": [],
        **given,
        "reference": reference,
    }


def _news_count(request: Request) -> int:
    cookie = request.cookies.get(NEWS_COOKIE, "")
    return int(cookie) if cookie.isascii() and cookie.isdigit() and len(cookie) < 3 else 0


def _service_name(reference: Reference | None) -> str:
    names = reference.config.service_name if reference else None
    return pick(names) if names else translate(N_("Phản ánh hiện trường"))


def _finish(request: Request, response: HTMLResponse, resources: Resources, *, secret: list[bool]) -> None:
    response.headers["content-security-policy"] = policy(resources.settings)
    response.headers["content-language"] = language_in_use.get()
    response.headers.setdefault("cache-control", "private, no-cache")
    response.headers["vary"] = "HX-Request, Accept-Language, Accept-Encoding, Cookie"
    _keep_choices(request, response, resources)
    if secret:
        keep_visitor(request, response, resources)
    # Compressing a member of staff's token together with what a stranger sent would let it be guessed.
    guarded = secret and SESSION_COOKIE in request.cookies
    if not guarded and "gzip" in request.headers.get("accept-encoding", "") and len(response.body) > _SMALL:
        response.body = gzip.compress(response.body, 6, mtime=0)
        response.headers["content-encoding"] = "gzip"
        response.headers["content-length"] = str(len(response.body))


def _keep_choices(request: Request, response: HTMLResponse, resources: Resources) -> None:
    """Keep a language or theme chosen in the address."""
    secure = resources.settings.public_url.startswith("https:")
    for name, values in (("lang", LANGUAGES), ("theme", (*THEMES, "system"))):
        chosen = request.query_params.get(name)
        if chosen is not None and chosen in values:
            response.set_cookie(name, chosen, max_age=YEAR_S, samesite="lax", secure=secure)


@pass_context
def _csrf_field(context: Context) -> Markup:
    context["_form_drawn"].append(True)
    token = csrf_token(context["request"], context["_resources"])
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, token)


@pass_context
def _wrong(context: Context, place: str) -> str:
    """Return what is wrong at `place` (`contact.phone`) of the form that was sent; empty when nothing is."""
    for field in context["fields"]:
        loc = [str(each) for each in field.loc if each != "body"]
        if ".".join(loc) == place:
            return said(field)
    return ""


def shown_address(request: Request, **changes: str) -> str:
    """Return the address of the page that the request shows, with other query values; never with a secret.

    That of a form, whose own address shows no page, is the nearest above it that does.
    """
    removed = ["s", *(key for key, value in changes.items() if not value)]
    url = request.url.remove_query_params(removed)
    url = url.include_query_params(**{key: value for key, value in changes.items() if value})
    path, pattern = str(url.path), getattr(request.scope.get("route"), "path", "")
    pages: frozenset[str] = getattr(request.app.state, "pages", frozenset())
    while len(pattern) > 1 and path_shape(pattern) not in pages:
        path, pattern = path.rpartition("/")[0] or "/", pattern.rpartition("/")[0]
    return f"{path}?{url.query}" if url.query else path


@pass_context
def _here(context: Context, **changes: str) -> str:
    """Return the page's own address with other query values; never with a secret."""
    return shown_address(context["request"], **changes)


@pass_context
def _ago(context: Context, at: datetime) -> Markup:
    text = wording.ago(at, context["now"], context["timezone"])
    return _time(at, text, wording.exact(at, context["timezone"]))


@pass_context
def _exact(context: Context, at: datetime) -> Markup:
    text = wording.exact(at, context["timezone"])
    return _time(at, text, text)


@pass_context
def _exact_words(context: Context, at: datetime) -> str:
    return wording.exact(at, context["timezone"])


def _term(term: Any) -> str:
    """Return `7 ngày làm việc`, of anything with an amount and a unit; empty for none."""
    return term_words(term.unit, term.amount, language_in_use.get()) if term else ""


def _unit(term: Any) -> str:
    return unit_words(term.unit, language_in_use.get()) if term else ""


@pass_context
def _day(context: Context, at: datetime) -> str:
    return wording.day_words(at, context["now"], context["timezone"])


def _time(at: datetime, text: str, full: str) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), full, text)
