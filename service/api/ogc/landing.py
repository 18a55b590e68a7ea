"""The way in: landing page, conformance and the API's own description."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.ogc.answers import (
    HTML,
    JSON,
    OPENAPI,
    answer_json,
    draw_ogc,
    ogc_address,
    ogc_link,
    own_links,
    pairs_of,
    wants_page,
)
from service.api.ogc.document import api_document
from service.domain.ogc.parameters import check_plain
from service.i18n import N_, pick, translate
from service.web.dependencies import ReferenceDep, ResourcesDep

router = APIRouter(include_in_schema=False)

CLASSES = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
    for name in ("core", "oas30", "html", "geojson")
)


@router.get("/ogc")
@router.get("/ogc/")
async def landing_page(request: Request, resources: ResourcesDep, reference: ReferenceDep) -> Response:
    """Return what is offered here and where."""
    check_plain(pairs_of(request))
    title = translate(N_("Dữ liệu bản đồ: {service}"), service=pick(reference.service_name))
    about = translate(
        N_("Phản ánh công khai và ranh giới phường, xã, đọc thẳng bằng QGIS, ArcGIS hoặc GDAL.")
    )
    # QGIS builds the address of a collection from `data` by itself: no suffix, no other type.
    links = [
        *own_links(request, resources, "", JSON),
        ogc_link("service-desc", ogc_address(resources, "/api"), OPENAPI, "OpenAPI 3.0"),
        ogc_link("service-doc", ogc_address(resources, "/api", [("f", "html")]), HTML),
        ogc_link("conformance", ogc_address(resources, "/conformance"), JSON),
        ogc_link("data", ogc_address(resources, "/collections"), JSON),
    ]
    if wants_page(request):
        context = {"reference": reference, "title": title, "about": about, "address": ogc_address(resources)}
        return draw_ogc(request, "landing", context, links)
    body = {"title": title, "description": about, "links": links}
    if reference.config.attribution:
        body["attribution"] = reference.config.attribution
    return answer_json(request, body)


@router.get("/ogc/conformance")
async def list_classes(request: Request, resources: ResourcesDep, reference: ReferenceDep) -> Response:
    """Return the classes of the standard that are kept to."""
    check_plain(pairs_of(request))
    links = own_links(request, resources, "/conformance", JSON)
    if wants_page(request):
        return draw_ogc(request, "conformance", {"reference": reference, "classes": CLASSES}, links)
    return answer_json(request, {"links": links, "conformsTo": list(CLASSES)})


@router.get("/ogc/api")
async def describe_api(request: Request, resources: ResourcesDep, reference: ReferenceDep) -> Response:
    """Return the OpenAPI 3.0 description, or a page that says the same."""
    check_plain(pairs_of(request))
    base = resources.settings.public_url.rstrip("/")
    body = api_document(reference, base)
    if wants_page(request):
        links = own_links(request, resources, "/api", OPENAPI)
        return draw_ogc(request, "api", {"reference": reference, "document": body}, links)
    return answer_json(request, body, OPENAPI)
