"""OGC API – Features as GDAL reads it, and as other clients ask: against a served installation."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, func, select, text, update

from service.db import make_engine, unit_of_work
from service.demo.cleanup_days.city import demo_cleanups
from service.demo.copy import bring
from service.domain.city.reference import load_reference
from service.models import Report, TreeGroup, Work, WorkKind, WorkStatus
from service.settings import Settings
from tests.api.ogc.gdal import Gdal, gdal
from tests.conftest import Servers
from tests.support.reception import KEY
from tests.support.web import running

REPORTS = 260
ITEMS = "/ogc/collections/reports/items"
ATLANTIC = "-30,10,-29,11"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class Gis(NamedTuple):
    client: httpx.Client
    engine: Engine
    url: str
    gdal: Gdal

    def count(self, *wanted: Any) -> int:
        with unit_of_work(self.engine) as session:
            query = select(func.count()).select_from(Report).where(Report.published, *wanted)
            return session.scalar(query) or 0

    def json(self, path: str, **params: str) -> dict[str, Any]:
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found


@pytest.fixture(scope="module")
def gis(servers: Servers, city_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gis]:
    name = f"ogc_{servers.worker}"
    servers.postgres.create_database(name, city_template)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = Settings(
        database_url=servers.postgres.url(name),
        redis_url=f"unix://{servers.redis_socket}?db={servers.worker}",
        media_url=tmp_path_factory.mktemp("media").as_uri(),
        secret_key=SecretStr(KEY),
        public_url=f"http://127.0.0.1:{port}",
        rate_limits="off",
    )
    engine = make_engine(settings.sqlalchemy_url)
    with unit_of_work(engine) as session:
        bring(session, REPORTS, now=datetime.now(UTC), days=40, seed=3, progress=lambda _: None)
        demo_cleanups(session, load_reference(session), at=datetime.now(UTC))
    with running(settings, port) as client, gdal(f"OAPIF:{settings.public_url}/ogc") as reader:
        yield Gis(client, engine, settings.public_url, reader)
    engine.dispose()
    servers.postgres.drop_database(name)


def test_gdal_counts_types_and_filters_as_sql_does(gis: Gis) -> None:
    told = gis.gdal.info("reports")
    assert told["features"] == gis.count() > 100
    types = told["types"]
    assert types["created_at"].startswith("datetime64")
    assert [name for name, kind in types.items() if kind.startswith("datetime")] == ["created_at"]
    assert {types[name] for name in ("due", "updated", "closed", "lead", "ward")} == {"object"}

    box = (107.5, 16.4, 107.6, 16.5)
    inside = (Report.lon >= box[0], Report.lon <= box[2], Report.lat >= box[1], Report.lat <= box[3])
    assert gis.gdal.rows("reports", bbox=box) == gis.count(*inside) > 0
    assert gis.gdal.rows("reports", where="status = 'closed'") == gis.count(Report.status == "closed") > 0
    assert gis.gdal.rows("reports", where="status = 'nothing'") == 0
    day = (datetime.now(UTC) - timedelta(days=20)).date()
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    expected = gis.count(Report.created_at >= since)
    assert gis.gdal.rows("reports", where=f"created_at >= '{day:%Y/%m/%d} 00:00:00'") == expected > 0
    assert gis.gdal.rows("reports", where=f"created_at >= '{day:%Y-%m-%d}'") == expected
    # Compared by GDAL itself: neither is sent as `datetime`.
    assert gis.gdal.rows("reports", where="closed IS NOT NULL") == gis.count(Report.closed_at.is_not(None))
    code = gis.json(ITEMS, limit="1")["features"][0]["id"]
    assert (
        gis.gdal.rows("reports", where=f"id = '{code}'")
        == 1
        == gis.gdal.rows("reports", where=f"code = '{code}'")
    )


def test_gdal_reads_the_places(gis: Gis) -> None:
    for layer, table in (("wards", "area"), ("former_units", "former_unit")):
        with unit_of_work(gis.engine) as session:
            there = session.scalar(text(f"SELECT count(*) FROM {table}"))
        assert gis.gdal.rows(layer) == there == gis.gdal.info(layer)["features"]
    wards = gis.json("/ogc/collections/wards/items", limit="1000")["features"]
    assert sum(each["properties"]["received"] for each in wards) == gis.count(Report.ward_id.is_not(None))
    assert gis.json("/ogc/collections/wards/items", bbox=ATLANTIC)["numberMatched"] == 0


def test_planted_trees_are_a_layer_too(gis: Gis) -> None:
    """Trees of clean-ups that everybody may see, and of no others."""
    with unit_of_work(gis.engine) as session:
        every = select(Work).where(
            Work.kind == WorkKind.CLEANUP, Work.public, Work.status != WorkStatus.DRAFT
        )
        shown, hidden = session.scalars(every.limit(2))
        hidden.public = False
        code = shown.code
        for work, species in ((shown, "bàng"), (hidden, "phượng")):
            trees = TreeGroup(id=uuid4(), work_id=work.id, species=species, planted=12)
            trees.geom, trees.created_at = "SRID=4326;POINT(107.59 16.46)", datetime.now(UTC)
            session.add(trees)
    told = gis.gdal.info("planted_trees")
    with unit_of_work(gis.engine) as session:
        session.get_one(Work, hidden.id).public = True
    assert {told["types"][name][:3] for name in ("planted", "alive")} == {"int"}
    [one] = gis.json("/ogc/collections/planted_trees/items", cleanup=code)["features"]
    assert one["geometry"] == {"type": "Point", "coordinates": [107.59, 16.46]}
    assert {name: one["properties"][name] for name in ("species", "planted", "alive", "cleanup")} == {
        "species": "bàng",
        "planted": 12,
        "alive": None,
        "cleanup": code,
    }
    assert gis.gdal.rows("planted_trees", where="species = 'phượng'") == 0
    assert gis.gdal.rows("planted_trees", where="species = 'bàng'") == 1


def test_clean_ups_are_a_layer_of_their_own(gis: Gis) -> None:
    told = gis.gdal.info("cleanups")
    found = gis.json("/ogc/collections/cleanups/items", limit="1000")
    states = {each["id"]: each["properties"]["state"] for each in found["features"]}
    assert told["features"] == found["numberMatched"] == len(states) > 2
    assert set(states.values()) == {"coming", "over"}
    assert {told["types"][name][:3] for name in ("going", "people", "bags", "kg", "trees")} == {"int"}
    assert not [name for name, kind in told["types"].items() if kind.startswith("datetime")]
    over = sum(state == "over" for state in states.values())
    assert gis.gdal.rows("cleanups", where="state = 'over'") == over
    with unit_of_work(gis.engine) as session:
        public = select(Work.code).where(Work.kind == WorkKind.CLEANUP, Work.public)
        assert states.keys() <= set(session.scalars(public))
    one = next(iter(states))
    assert gis.json(f"/ogc/collections/cleanups/items/{one}")["properties"]["code"] == one
    assert gis.client.get("/ogc/collections/cleanups/items/none").status_code == 404


def test_pages_go_on_by_their_key_while_reports_arrive(gis: Gis) -> None:
    seen: list[str] = []
    before = gis.count()
    page = gis.json(ITEMS, limit="50")
    assert page["numberMatched"] == before and page["numberReturned"] == 50
    while True:
        seen += [each["id"] for each in page["features"]]
        following = [each["href"] for each in page["links"] if each["rel"] == "next"]
        if not following:
            break
        answer = gis.client.post(
            "/api/v1/reports", json={"category": "litter", "location": {"lon": 107.59, "lat": 16.46}}
        )
        assert answer.status_code == 201
        assert following[0].startswith(gis.url)
        page = gis.client.get(following[0]).json()
    assert len(seen) == len(set(seen)) == before


def test_features_have_every_property_and_no_free_text(gis: Gis) -> None:
    page = gis.json(ITEMS, limit="1000")
    shapes = {tuple(each["properties"]) for each in page["features"]}
    assert len(shapes) == 1
    declared = gis.json("/ogc/collections/reports/schema")["properties"]
    assert {"geometry", *shapes.pop()} == set(declared)
    with unit_of_work(gis.engine) as session:
        hidden = session.scalars(select(Report).where(Report.published).limit(1)).one()
        session.execute(update(Report).where(Report.id == hidden.id).values(published=False))
    assert hidden.code not in {each["id"] for each in gis.json(ITEMS, limit="1000")["features"]}
    answer = gis.client.get(f"{ITEMS}/{hidden.code}")
    assert answer.status_code == 404 and answer.json()["code"] == "NotFound"


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "limit=0",
        "limit=ten",
        "bbox=1,2,3",
        "bbox=1,2,3,north",
        "datetime=yesterday",
        "datetime=0001-01-01T00:00:00%2B14:00",
        "datetime=2026-05-02/2026-05-01",
        "datetime=1/2/3",
        "crs=http://www.opengis.net/def/crs/EPSG/0/3857",
        "bbox-crs=x",
        "offset=10001",
        "properties=secret",
        "sortby=colour",
        "skipGeometry=perhaps",
        "f=xml",
        "cursor=abc",
        "status=closed&status=open",
        "status=%00",
    ],
)
def test_what_is_wrong_is_refused_in_the_standards_own_form(gis: Gis, query: str) -> None:
    answer = gis.client.get(f"{ITEMS}?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/json"
    name = query.partition("=")[0]
    assert answer.json()["code"] == "InvalidParameterValue"
    assert name in answer.json()["description"]


def test_times_and_boxes_as_clients_spell_them(gis: Gis) -> None:
    day = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    since = gis.json(ITEMS, datetime=f"{day}T00:00:00Z/..")["numberMatched"]
    for spelled in (
        f"{day}T/..",
        f"{day}/",
        f"{day}T00:00:00/9999-12-31T00:00:00Z",
        f"{day}T00:00:00.000Z/..",
    ):
        assert gis.json(ITEMS, datetime=spelled)["numberMatched"] == since, spelled
    until = gis.json(ITEMS, datetime=f"0000-01-01T00:00:00Z/{day}T00:00:00Z")["numberMatched"]
    assert since + until == gis.json(ITEMS)["numberMatched"]
    both = gis.client.get(f"{ITEMS}?datetime={day}T/..&datetime=../{day}").json()["numberMatched"]
    assert both == gis.json(ITEMS, datetime=day)["numberMatched"]
    one = gis.json(ITEMS, limit="1")["features"][0]
    assert gis.json(ITEMS, datetime=one["properties"]["created_at"])["numberMatched"] >= 1
    everywhere = gis.json(ITEMS)["numberMatched"]
    for box in ("-180,-90,180,90", "-180,-90,-9,180,90,9", "107,16,-170,17"):
        crs = {"bbox-crs": CRS84, "crs": CRS84}
        assert gis.json(ITEMS, bbox=box, **crs)["numberMatched"] == everywhere, box
    assert gis.json(ITEMS, limit="100000")["numberReturned"] <= 1000
    asked = gis.json(ITEMS, f="json", offset="3", limit="2", properties="code", skipGeometry="true")
    assert [list(each["properties"]) for each in asked["features"]] == [["code"], ["code"]]
    assert asked["features"][0]["geometry"] is None
    first = gis.json(ITEMS, limit="5")["features"]
    assert [each["id"] for each in asked["features"]] == [each["id"] for each in first[3:5]]
    oldest = gis.json(ITEMS, sortby="created_at", limit="1")["features"][0]
    assert oldest["properties"]["created_at"] < one["properties"]["created_at"]


def test_the_way_in_is_what_qgis_follows(gis: Gis) -> None:
    for path in ("/ogc", "/ogc/"):
        answer = gis.client.get(path, headers={"Accept": "*/*"})
        links = {each["rel"]: each for each in answer.json()["links"]}
        assert links["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"
        assert links["data"] == {
            "rel": "data",
            "type": "application/json",
            "href": f"{gis.url}/ogc/collections",
        }
    answer = gis.client.get(links["service-desc"]["href"])
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    assert document["openapi"] == "3.0.3" and document["info"]["contact"]
    assert document["components"]["parameters"]["limit"]["schema"]["maximum"] == 1000
    names = [
        each.get("name") for each in document["paths"]["/collections/reports/items"]["get"]["parameters"]
    ]
    assert {"status", "category", "ward_code", "code"} <= set(names)
    for collection, state in (("cleanups", "coming"), ("cable_routes", "under_way")):
        asked = document["paths"][f"/collections/{collection}/items"]["get"]["parameters"]
        [found] = [each for each in asked if each.get("name") == "state"]
        assert state in found["schema"]["enum"] and len(set(found["schema"]["enum"])) in (2, 5)
    assert gis.client.get("/ogc/collections/reports/schema", params={"f": "xml"}).status_code == 400
    assert gis.client.get(ITEMS).headers["access-control-allow-origin"] == "*"
    conformance = gis.json("/ogc/conformance")["conformsTo"]
    assert {each.rsplit("/", 1)[1] for each in conformance} == {"core", "oas30", "html", "geojson"}
    for path in ("/ogc/collections/trees", "/ogc/collections/trees/items", "/ogc/nowhere", f"{ITEMS}/X"):
        assert gis.client.get(path).status_code == 404
        assert gis.client.get(path, headers={"Accept": "text/html"}).json()["code"] == "NotFound"


def test_people_get_pages_and_caches_get_tags(gis: Gis) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    one = gis.json(ITEMS, limit="1")["features"][0]["id"]
    paths = ("", "/conformance", "/api", "/collections", "/collections/reports", "/collections/wards/items")
    for path in (*paths, "/collections/reports/items", f"/collections/reports/items/{one}"):
        for asked in (browser, {}):
            query = "" if asked else "?f=html"
            answer = gis.client.get(f"/ogc{path}{query}", headers=asked)
            assert answer.headers["content-type"].startswith("text/html"), path
            assert "<h1" in answer.text and "Accept" in answer.headers["vary"]
    head = gis.client.head(ITEMS)
    assert head.status_code == 200 and not head.content
    assert head.headers["content-type"] == "application/geo+json"
    again = gis.client.get(ITEMS, headers={"If-None-Match": head.headers["etag"]})
    assert again.status_code == 304


def test_each_reader_is_answered_in_one_language(gis: Gis) -> None:
    kinds = {"en": "Ward", "vi": "Phường"}
    for language in ("en", "vi", "en"):  # what was made for one reader is not told the next
        asked = {"Accept-Language": language}
        wards = gis.client.get("/api/v1/wards", headers=asked)
        assert "Accept-Language" in wards.headers["vary"]
        names = {each["properties"]["full_name"] for each in wards.json()["features"]}
        other = kinds["vi" if language == "en" else "en"]
        assert names and not any(other in name for name in names), names
        for path in (ITEMS, "/ogc/collections/former_units/items"):
            features = gis.client.get(path, headers=asked).json()["features"]
            found = {each["properties"]["ward"] for each in features} - {None}
            assert found and not any(other in name for name in found), found
    page = {"Accept": "text/html", "Accept-Language": "en-US"}
    shown = gis.client.get("/ogc/collections/wards/items", headers=page).text
    assert re.search(r'<td lang="vi">\s*phường\s*</td>', shown)
    assert re.search(r"<td>[^<]+ Ward</td>", shown)
