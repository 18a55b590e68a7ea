"""The OpenAPI 3.0 document of OGC API – Features, written by hand: FastAPI's own is of 3.1.

QGIS reads `components.parameters.limit` and `info.contact`; GDAL sends a filter by a property only where the
items' path lists a parameter of its name.
"""

from __future__ import annotations

from typing import Any

from service.domain.city.reference import Reference
from service.domain.ogc.collections import (
    COLLECTIONS,
    MOST,
    MOST_OFFSET,
    USUAL,
    Collection,
    values_of,
)
from service.domain.opendata.formats import licence_of
from service.i18n import LANGUAGES, N_, pick, translate

Schema = dict[str, Any]

_SCHEMAS: dict[str, Schema] = {
    "text": {"type": "string"},
    "moment": {"type": "string", "format": "date-time"},
    "whole": {"type": "integer"},
    "yes": {"type": "boolean"},
}
_ITEMS = ("limit", "offset", "cursor", "bbox", "bbox-crs", "crs", "datetime", "properties", "skipGeometry")


def property_schema(reference: Reference, collection: Collection, name: str) -> Schema:
    """Return the JSON schema of a property."""
    one = collection.properties[name]
    found = {"title": translate(one.title), **_SCHEMAS[one.kind]}
    values = values_of(reference, collection, name)
    return {**found, "enum": values} if values else found


def feature_schema(reference: Reference, collection: Collection, address: str) -> Schema:
    """Return the JSON schema of a collection's features, as `…/schema` tells it."""
    geometry = {"format": f"geometry-{collection.geometry.lower()}", "x-ogc-role": "primary-geometry"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": translate(collection.title),
        "type": "object",
        "properties": {
            "geometry": geometry,
            **{name: property_schema(reference, collection, name) for name in collection.properties},
        },
    }


def queryables_schema(reference: Reference, collection: Collection, address: str) -> Schema:
    """Return the JSON schema of the properties that can be asked for, as `…/queryables` tells it."""
    return {
        **feature_schema(reference, collection, address),
        "properties": {name: property_schema(reference, collection, name) for name in collection.filters},
        "additionalProperties": False,
    }


def api_document(reference: Reference, base: str) -> Schema:
    """Return the document; `base` is the installation's public address."""
    contact: Schema = {"name": pick(reference.service_name), "url": f"{base}/help"}
    paths = {
        "/": _get("landing", N_("Trang vào"), []),
        "/conformance": _get("conformance", N_("Các lớp của tiêu chuẩn"), []),
        "/api": _get("document", N_("Mô tả API này"), []),
        "/collections": _get("collections", N_("Các bộ dữ liệu"), []),
        "/collections/{collectionId}": _get(
            "collection", N_("Một bộ dữ liệu"), [_ref("collectionId")], missing=True
        ),
    }
    for collection in COLLECTIONS.values():
        paths |= _paths_of(reference, collection)
    info: Schema = {
        "title": f"{pick(reference.service_name)} – OGC API – Features",
        "description": translate(N_("Dữ liệu bản đồ công khai, chỉ đọc, không cần khóa.")),
        "version": "1.0.0",
        "contact": contact,
    }
    if licence := licence_of(reference):
        info["license"] = {"name": licence.name, "url": licence.url}
    return {
        "openapi": "3.0.3",
        "info": info,
        "servers": [{"url": f"{base}/ogc"}],
        "security": [],
        "tags": [{"name": "features", "description": translate(N_("Dữ liệu bản đồ công khai"))}],
        "paths": paths,
        "components": {"parameters": _parameters(), "schemas": _schemas(), "responses": _responses()},
    }


def _paths_of(reference: Reference, collection: Collection) -> dict[str, Schema]:
    path = f"/collections/{collection.id}"
    parameters = [
        {
            "name": name,
            "in": "query",
            "description": translate(collection.properties[name].title),
            "schema": property_schema(reference, collection, name),
        }
        for name in collection.filters
    ]
    shared = [_ref(name) for name in (*_ITEMS, *(["sortby"] if collection.sorts else []))]
    one = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        f"{path}/items": _get(
            f"{collection.id}.items",
            collection.title,
            [*shared, *parameters],
            schema="featureCollection",
            about=collection.description,
        ),
        f"{path}/items/{{featureId}}": _get(
            f"{collection.id}.item", collection.title, [one, _ref("crs")], schema="feature", missing=True
        ),
        f"{path}/schema": _get(f"{collection.id}.schema", N_("Các thuộc tính"), []),
        f"{path}/queryables": _get(f"{collection.id}.queryables", N_("Các thuộc tính lọc được"), []),
    }


def _get(
    name: str,
    summary: str,
    parameters: list[Schema],
    schema: str = "object",
    *,
    about: str = "",
    missing: bool = False,
) -> Schema:
    media = "application/geo+json" if schema.startswith("feature") else "application/json"
    body = {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}, "text/html": {"schema": _TEXT}}
    responses: Schema = {
        "200": {"description": "OK", "content": body},
        "304": {"description": "Not Modified"},
        "400": {"$ref": "#/components/responses/InvalidParameter"},
        "503": {"$ref": "#/components/responses/Unavailable"},
    }
    if missing:
        responses["404"] = {"$ref": "#/components/responses/NotFound"}
    return {
        "get": {
            "operationId": name,
            "tags": ["features"],
            "summary": translate(summary),
            "description": translate(about or summary),
            "parameters": [*parameters, _ref("f"), _ref("lang")],
            "responses": responses,
        }
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


_TEXT: Schema = {"type": "string"}


def _query(name: str, schema: Schema, description: str, **more: object) -> Schema:
    return {"name": name, "in": "query", "description": translate(description), "schema": schema, **more}


def _parameters() -> dict[str, Schema]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    offset = {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    unexploded: Schema = {"style": "form", "explode": False}
    texts = {"type": "array", "items": _TEXT}
    return {
        "limit": _query("limit", limit, N_("Số đối tượng của một trang"), **unexploded),
        "offset": _query("offset", offset, N_("Bỏ qua ngần ấy đối tượng; nên đi theo liên kết next")),
        "cursor": _query("cursor", _TEXT, N_("Chỗ đi tiếp, như liên kết next cho biết")),
        "bbox": _query("bbox", numbers, N_("Khung: tây,nam,đông,bắc"), **unexploded),
        "bbox-crs": _query("bbox-crs", {"type": "string", "format": "uri"}, N_("Hệ tọa độ của khung: CRS84")),
        "crs": _query("crs", {"type": "string", "format": "uri"}, N_("Hệ tọa độ của câu trả lời: CRS84")),
        "datetime": _query(
            "datetime",
            _TEXT,
            N_("Lúc nhận: một thời điểm hoặc khoảng, để .. ở đầu mở"),
            style="form",
            explode=False,
        ),
        "properties": _query("properties", texts, N_("Chỉ các thuộc tính này"), **unexploded),
        "skipGeometry": _query(
            "skipGeometry", {"type": "boolean", "default": False}, N_("Không kèm hình dạng")
        ),
        "sortby": _query(
            "sortby", texts, N_("Thứ tự: created_at, updated_at; dấu - là ngược lại"), **unexploded
        ),
        "f": _query("f", {"type": "string", "enum": ["json", "html"]}, N_("Dạng của câu trả lời")),
        "lang": _query("lang", {"type": "string", "enum": list(LANGUAGES)}, N_("Ngôn ngữ")),
        "collectionId": {
            "name": "collectionId",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": list(COLLECTIONS)},
        },
    }


def _schemas() -> dict[str, Schema]:
    feature: Schema = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": _TEXT,
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object"},
        },
    }
    several = {"type": "array", "items": {"$ref": "#/components/schemas/feature"}}
    return {
        "object": {"type": "object"},
        "feature": feature,
        "featureCollection": {
            "type": "object",
            "required": ["type", "features"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": several,
                "timeStamp": {"type": "string", "format": "date-time"},
                "numberMatched": {"type": "integer", "minimum": 0},
                "numberReturned": {"type": "integer", "minimum": 0},
            },
        },
        "exception": {
            "type": "object",
            "required": ["code"],
            "properties": {"code": _TEXT, "description": _TEXT},
        },
    }


def _responses() -> dict[str, Schema]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/exception"}}}
    return {
        "InvalidParameter": {"description": "A parameter is unknown or wrong", "content": content},
        "NotFound": {"description": "There is no such thing", "content": content},
        "Unavailable": {"description": "Away for now; see Retry-After", "content": content},
    }
