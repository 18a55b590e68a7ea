"""Answers of OGC API – Features: links, JSON or a page by what the client prefers, refusals in its shape."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from service.domain.ogc.parameters import FORMS, Pairs
from service.errors import AppError, FieldError, Malformed
from service.i18n import N_, translate
from service.rendering.engine import page
from service.web.any_site import ANY_SITE
from service.web.caching import CachedResponse, made_for, reply
from service.web.dependencies import Resources

ROOT = "/ogc"
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
VARY = "Accept, Accept-Language, Cookie"
MAX_AGE_S = 60

_CODES = {400: "InvalidParameterValue", 404: "NotFound", 405: "MethodNotAllowed", 503: "Unavailable"}

Link = dict[str, str]


def refuse_ogc(_request: Request, error: AppError, status: int) -> Response:
    """Return the refusal as the standard's `exception`: a code and a description."""
    sentences = [translate(error.detail, **error.params)]
    sentences += [f"{each.loc[-1]}: {translate(each.msg, **(each.params or {}))}" for each in error.errors]
    body = {"code": _CODES.get(status, error.code), "description": " ".join(sentences)}
    return JSONResponse(body, status, headers={**error.headers, **ANY_SITE})


def pairs_of(request: Request) -> Pairs:
    """Return the query's parameters in their order, repeated ones too."""
    return request.query_params.multi_items()


def wants_page(request: Request) -> bool:
    """Return whether a page is wanted: by `f`, else where `text/html` is preferred to JSON.

    Raises Malformed for another form.
    """
    wanted_form = request.query_params.get("f")
    if wanted_form is not None:
        if wanted_form not in FORMS:
            choices = N_("Hãy chọn một trong: {expected}.")
            wrong = FieldError(("query", "f"), choices, {"expected": ", ".join(FORMS)})
            raise Malformed(N_("Vui lòng sửa các mục được nêu."), errors=[wrong])
        return wanted_form == "html"
    weights = _weights(request.headers.get("accept", ""))
    machine = [weights.get(each, 0.0) for each in (JSON, GEOJSON, SCHEMA, "application/*", "*/*")]
    return weights.get(HTML, 0.0) > max(machine)


def _weights(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        weight = 1.0
        for each in parameters:
            if each.startswith("q="):
                try:
                    weight = float(each[2:])
                except ValueError:
                    weight = 0.0
        found[name.lower()] = max(weight, found.get(name.lower(), 0.0))
    return found


def ogc_address(resources: Resources, path: str = "", pairs: Pairs = ()) -> str:
    """Return an absolute address below `/ogc`: GDAL and QGIS follow no other."""
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{resources.settings.public_url.rstrip('/')}{ROOT}{path}{query}"


def ogc_link(rel: str, href: str, media_type: str, title: str = "") -> Link:
    """Return one link."""
    return {"rel": rel, "type": media_type, "href": href, **({"title": title} if title else {})}


def own_links(
    request: Request, resources: Resources, path: str, media_type: str, html: bool = True
) -> list[Link]:
    """Return the links to what is answered, and to the same in its other form."""
    rest = [(name, value) for name, value in pairs_of(request) if name != "f"]
    links = [ogc_link("self", ogc_address(resources, path, pairs_of(request)), media_type)]
    if html:
        links.append(ogc_link("alternate", ogc_address(resources, path, [*rest, ("f", "html")]), HTML))
    return links


def answer_json(
    request: Request,
    body: Mapping[str, object],
    media_type: str = JSON,
    *,
    max_age_s: int = MAX_AGE_S,
) -> Response:
    """Return JSON with its tag, or 304."""
    return answer_open(request, made_for(request, dump_json(body)), media_type, max_age_s=max_age_s)


def answer_open(
    request: Request, body: CachedResponse, media_type: str, *, max_age_s: int = MAX_AGE_S
) -> Response:
    """Return what is made already, readable by maps of other sites."""
    answer = reply(request, body, media_type, max_age_s=max_age_s, vary=VARY)
    answer.headers.update(ANY_SITE)
    return answer


def dump_json(body: Mapping[str, object]) -> bytes:
    """Return the JSON of an answer."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def draw_ogc(
    request: Request, template: str, context: Mapping[str, object], links: Sequence[Link]
) -> Response:
    """Return the page of an answer."""
    shown = page(request, f"ogc/{template}.html", {**context, "links": links})
    shown.headers["vary"] = f"Accept, {shown.headers['vary']}"
    return shown
