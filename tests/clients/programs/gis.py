"""GDAL, OWSLib and a validator of OGC API – Features against an installation."""

import sys

import httpx
import pyogrio
import pyogrio.raw
from ogcapi_registry import parse_conformance_classes, validate_ogc_api
from owslib.ogcapi.features import Features

base = f"{sys.argv[1]}/ogc"
source = f"OAPIF:{base}"


def rows(**how: object) -> int:
    return len(pyogrio.raw.read(source, layer="reports", **how)[2])


collections = [each["id"] for each in httpx.get(f"{base}/collections").json()["collections"]]
for layer in collections:
    told = pyogrio.read_info(source, layer=layer)
    read = pyogrio.raw.read(source, layer=layer)
    ids = read[3][list(read[0]["fields"]).index("id")]
    assert len(set(ids)) == len(ids) >= told["features"] > 0, layer

matched = httpx.get(f"{base}/collections/reports/items", params={"limit": 1, "status": "closed"}).json()
assert rows(where="status = 'closed'") == matched["numberMatched"]
spellings = {rows(where=f"created_at >= '{day}'") for day in ("2026-05-10", "2026/05/10 00:00:00")}
assert len(spellings) == 1, spellings
box = (107.5, 16.4, 107.6, 16.5)
asked = {"limit": "1", "bbox": ",".join(map(str, box))}
inside = httpx.get(f"{base}/collections/reports/items", params=asked).json()["numberMatched"]
assert rows(bbox=box) == inside > 0

server = Features(f"{base}/")
assert set(server.feature_collections()) == set(collections)
some = server.collection_items("reports", limit=2, datetime_="2020-01-01T00:00:00Z/..")
assert some["numberReturned"] == 2
assert server.collection_item("reports", some["features"][0]["id"])["id"] == some["features"][0]["id"]
assert "status" in server.collection_queryables("reports")["properties"]
assert "geometry" in server.collection_schema("reports")["properties"]
classes = parse_conformance_classes({"conformsTo": server.conformance()["conformsTo"]})
checked = validate_ogc_api(server.api(), classes)
assert checked.is_valid, checked.errors
