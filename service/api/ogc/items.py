"""Features of a collection, page by page, and one by one."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.ogc.answers import (
    GEOJSON,
    JSON,
    Link,
    answer_json,
    answer_open,
    draw_ogc,
    dump_json,
    ogc_address,
    ogc_link,
    own_links,
    pairs_of,
    wants_page,
)
from service.api.ogc.collections import find_collection
from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.ogc.collections import Collection
from service.domain.ogc.items import Feature, FeaturePage, report_feature, report_page
from service.domain.ogc.parameters import OF_ITEM, ItemsQuery, check_plain, read_items
from service.domain.ogc.places import (
    Features,
    cable_route_items,
    cleanup_items,
    former_unit_items,
    planted_tree_items,
    select_page,
    ward_items,
)
from service.errors import NotFound
from service.i18n import N_, language_in_use, translate
from service.web.caching import CachedResponse, made_for, weak_tag
from service.web.cursors import Cursors, key_values, read_key
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep

router = APIRouter(include_in_schema=False)

KEPT_S = 60
"""The places' figures are counted once in so many seconds."""


@router.get("/ogc/collections/{name}/items")
async def list_features(
    request: Request, name: str, resources: ResourcesDep, reference: ReferenceDep, now: NowDep
) -> Response:
    """Return a page of features that fit, newest first; `next` leads on while reports arrive."""
    collection = find_collection(name)
    query = read_items(pairs_of(request), collection, reference)
    page, following = await _page(resources, reference, collection, query, now)
    path = f"/collections/{collection.id}"
    html = wants_page(request)
    media_type = GEOJSON
    links = own_links(request, resources, f"{path}/items", media_type)
    links.append(ogc_link("collection", ogc_address(resources, path), JSON))
    if following:
        dropped = ("cursor", "offset")
        rest = [(each, value) for each, value in pairs_of(request) if each not in dropped]
        href = ogc_address(resources, f"{path}/items", [*rest, ("cursor", following)])
        links.append(ogc_link("next", href, media_type))
    if html:
        data = {"reference": reference, "one": collection, "title": translate(collection.title)}
        shown = [{**each, "properties": _for_people(collection, each, reference)} for each in page.features]
        return draw_ogc(request, "items", {**data, "features": shown, "matched": page.matched}, links)
    features = [_cut(each, query) for each in page.features]
    body = await asyncio.to_thread(_collection, request, features, links, page.matched, now)
    return answer_open(request, body, media_type, max_age_s=0)


def _for_people(collection: Collection, feature: Feature, reference: Reference) -> dict[str, object]:
    """Return the properties of a feature for a page: moments as the city's clock has them."""
    data: dict[str, object] = dict(feature["properties"])
    for name, one in collection.properties.items():
        if one.kind == "moment" and (moment := data[name]):
            here = datetime.fromisoformat(str(moment)).astimezone(ZoneInfo(reference.timezone))
            data[name] = f"{here:%d/%m/%Y %H:%M}"
    return data


@router.get("/ogc/collections/{name}/items/{feature_id}")
async def one_feature(
    request: Request,
    name: str,
    feature_id: str,
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
) -> Response:
    """Return one feature."""
    collection = find_collection(name)
    check_plain(pairs_of(request), OF_ITEM)
    found = await _one(resources, reference, collection, feature_id, now)
    path = f"/collections/{collection.id}"
    links = own_links(request, resources, f"{path}/items/{found['id']}", GEOJSON)
    links.append(ogc_link("collection", ogc_address(resources, path), JSON))
    if wants_page(request):
        shown = _for_people(collection, found, reference)
        rows = [(each, one, shown[each]) for each, one in collection.properties.items()]
        return draw_ogc(
            request,
            "item",
            {"reference": reference, "id": found["id"], "rows": rows, "one": collection},
            links,
        )
    return answer_json(request, {**found, "links": links}, GEOJSON, max_age_s=0)


async def _page(
    resources: Resources, reference: Reference, collection: Collection, query: ItemsQuery, now: datetime
) -> tuple[FeaturePage, str | None]:
    """Return (a page, the cursor of the next one)."""
    cursors, kind = Cursors(resources.settings.secret), f"ogc:{collection.id}:{query.sort}"
    opened = cursors.open(kind, query.cursor) if query.cursor else None
    if collection.id != "reports":
        start = int(opened[0]) if opened else query.offset
        features = await _places(resources, reference, collection, now)
        page = await asyncio.to_thread(select_page, features, query, start)
        end = start + len(page.features)
        more = page.features and page.matched and end < page.matched
        return page, cursors.seal(kind, [end]) if more else None
    after = read_key(query.sort, opened) if opened else None
    async with async_unit_of_work(resources.engine) as session:
        url = resources.settings.public_url
        page = await session.run_sync(report_page, reference, query, after=after, now=now, public_url=url)
    return page, cursors.seal(kind, key_values(page.next)) if page.next else None


async def _one(
    resources: Resources, reference: Reference, collection: Collection, feature_id: str, now: datetime
) -> Feature:
    if collection.id == "reports":
        async with async_unit_of_work(resources.engine) as session:
            url = resources.settings.public_url
            return await session.run_sync(report_feature, reference, feature_id, now=now, public_url=url)
    for each in await _places(resources, reference, collection, now):
        if each["id"] == feature_id:
            return each
    raise NotFound(N_("Không có đối tượng này."))


async def _places(
    resources: Resources, reference: Reference, collection: Collection, now: datetime
) -> Features:
    """Return all features of a small collection, made once a minute."""
    url = resources.settings.public_url

    async def make() -> bytes:
        async with resources.response_cache.heavy.turn(), async_unit_of_work(resources.engine) as session:
            if collection.id == "cable_routes":
                found = await session.run_sync(cable_route_items, reference, now, url)
            elif collection.id == "wards":
                found = await session.run_sync(ward_items, reference, now, resources.days)
            elif collection.id == "cleanups":
                found = await session.run_sync(cleanup_items, reference, url)
            elif collection.id == "planted_trees":
                found = await session.run_sync(planted_tree_items, url)
            else:
                found = await session.run_sync(former_unit_items, reference)
        return json.dumps(found).encode()

    key = ("ogc", collection.id, reference.revision, language_in_use.get())
    edition = int(time.monotonic() / KEPT_S)
    found = await resources.response_cache.get(key, edition, make, stale=1)
    features: Features = await asyncio.to_thread(json.loads, found.body)
    return features


def _cut(one: Feature, query: ItemsQuery) -> Feature:
    """Return the feature with as much as was asked for."""
    if query.properties is not None:
        data = {name: one["properties"][name] for name in query.properties}
        one = {**one, "properties": data}
    return one if query.geometry else {**one, "geometry": None}


def _collection(
    request: Request, features: Features, links: list[Link], matched: int | None, now: datetime
) -> CachedResponse:
    """Return the page; its tag is that of the features, whenever they are asked for."""
    body: dict[str, object] = {"type": "FeatureCollection", "links": links, "numberReturned": len(features)}
    if matched is not None:
        body["numberMatched"] = matched
    data = dump_json({**body, "features": features})
    stamp = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    stamped = data[:-1] + dump_json({"timeStamp": stamp}).replace(b"{", b",", 1)
    return replace(made_for(request, stamped), etag=weak_tag(data))
