"""The collections, and the properties that features have or can be asked for by."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.ogc.answers import (
    GEOJSON,
    HTML,
    JSON,
    SCHEMA,
    Link,
    answer_json,
    draw_ogc,
    ogc_address,
    ogc_link,
    own_links,
    pairs_of,
    wants_page,
)
from service.api.ogc.document import feature_schema, queryables_schema
from service.domain.city.reference import Reference
from service.domain.ogc.collections import COLLECTIONS, CRS84, GREGORIAN, Collection, extent_of
from service.domain.ogc.parameters import check_plain
from service.domain.opendata.formats import licence_of
from service.errors import NotFound
from service.i18n import N_, translate
from service.web.dependencies import ReferenceDep, Resources, ResourcesDep

router = APIRouter(include_in_schema=False)

_OGC = "http://www.opengis.net/def/rel/ogc/1.0"


def find_collection(name: str) -> Collection:
    """Return the collection of that id. Raises NotFound."""
    found = COLLECTIONS.get(name)
    if found is None:
        raise NotFound(N_("Không có bộ dữ liệu này."))
    return found


def describe_collection(reference: Reference, resources: Resources, collection: Collection) -> dict[str, Any]:
    """Return a collection as the standard describes one, without the links to itself."""
    path = f"/collections/{collection.id}"
    extent: dict[str, Any] = {"spatial": {"bbox": [list(extent_of(reference))], "crs": CRS84}}
    if collection.sorts:
        extent["temporal"] = {"interval": [[None, None]], "trs": GREGORIAN}
    items = ogc_address(resources, f"{path}/items")
    schema = ogc_address(resources, f"{path}/schema")
    links: list[Link] = [
        ogc_link("items", items, GEOJSON, translate(collection.title)),
        ogc_link("items", f"{items}?f=html", HTML, translate(collection.title)),
        ogc_link("describedBy", schema, SCHEMA),
        ogc_link(f"{_OGC}/schema", schema, SCHEMA),
        ogc_link(f"{_OGC}/queryables", ogc_address(resources, f"{path}/queryables"), SCHEMA),
    ]
    if licence := licence_of(reference):
        links.append(ogc_link("license", licence.url, HTML, licence.name))
    return {
        "id": collection.id,
        "title": translate(collection.title),
        "description": translate(collection.description),
        "itemType": "feature",
        "extent": extent,
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": links,
    }


@router.get("/ogc/collections")
async def list_collections(request: Request, resources: ResourcesDep, reference: ReferenceDep) -> Response:
    """Return all collections."""
    check_plain(pairs_of(request))
    links = own_links(request, resources, "/collections", JSON)
    found = []
    for each in COLLECTIONS.values():
        own = ogc_address(resources, f"/collections/{each.id}")
        collection = describe_collection(reference, resources, each)
        found.append({**collection, "links": [ogc_link("self", own, JSON), *collection["links"]]})
    if wants_page(request):
        return draw_ogc(request, "collections", {"reference": reference, "collections": found}, links)
    return answer_json(request, {"links": links, "crs": [CRS84], "collections": found})


@router.get("/ogc/collections/{name}")
async def one_collection(
    request: Request, name: str, resources: ResourcesDep, reference: ReferenceDep
) -> Response:
    """Return one collection."""
    found = find_collection(name)
    check_plain(pairs_of(request))
    collection = describe_collection(reference, resources, found)
    links = own_links(request, resources, f"/collections/{found.id}", JSON)
    if wants_page(request):
        rows = [(each, one.kind, translate(one.title)) for each, one in found.properties.items()]
        return draw_ogc(
            request, "collection", {"reference": reference, "one": collection, "rows": rows}, links
        )
    return answer_json(request, {**collection, "links": [*links, *collection["links"]]})


@router.get("/ogc/collections/{name}/schema")
async def read_schema(
    request: Request, name: str, resources: ResourcesDep, reference: ReferenceDep
) -> Response:
    """Return the schema of a collection's features."""
    found = find_collection(name)
    check_plain(pairs_of(request))
    own = ogc_address(resources, f"/collections/{found.id}/schema")
    return answer_json(request, feature_schema(reference, found, own), SCHEMA)


@router.get("/ogc/collections/{name}/queryables")
async def read_queryables(
    request: Request, name: str, resources: ResourcesDep, reference: ReferenceDep
) -> Response:
    """Return the schema of the properties that features can be asked for by."""
    found = find_collection(name)
    check_plain(pairs_of(request))
    own = ogc_address(resources, f"/collections/{found.id}/queryables")
    return answer_json(request, queryables_schema(reference, found, own), SCHEMA)
