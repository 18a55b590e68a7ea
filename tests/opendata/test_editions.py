"""Editions of open data: the written files read by other programmes, the catalogues held against them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pyogrio
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select, update

from service.db import unit_of_work
from service.domain.city.reference import Reference, load_reference
from service.domain.opendata.columns import BULK, COLUMNS
from service.domain.opendata.published_files import STILL_READ, is_edition_due, list_files
from service.domain.opendata.rows import on_grid
from service.domain.publication.publication import DESK, HidingCause, hide_report
from service.domain.reports.events import SYSTEM
from service.local.islands.assets import ensure_built
from service.models import City, Lease, OpenFile, PendingDeletion, Report
from service.opendata import publish as publishing
from service.opendata.publish import publish, publish_if_due
from service.settings import Settings
from service.storage import OPEN, Storage, StorageUnavailable
from tests.support.factories import found_city, make_photo, make_report
from tests.support.small_city import IN_W1, IN_W2
from tests.support.web import running

URL = "https://phananh.example"
NOW = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)  # eight in the morning in the city
RULES = {"licence": "CC-BY-4.0", "coarse": ["pollution"], "delay_hours": 24, "contact": "mo@city.example"}
WORDS = "=HYPERLINK(1); gọi 0905 123 456; xe 75A-123.45"
HIDDEN = "Nội dung bị ẩn Zimbarronimo"


class Stage(NamedTuple):
    """A small city with a few reports in it, and where its files go."""

    engine: Engine
    storage: Storage
    reference: Reference
    reports: dict[str, Report]

    def publish(self, now: datetime = NOW) -> dict[str, bytes]:
        """Publish and return every file in force by its name."""
        assert publish(self.engine, self.storage, URL, now) is not None
        return self.files()

    def files(self) -> dict[str, bytes]:
        with unit_of_work(self.engine) as session:
            return {file.name: self.storage.get(file.key) for file in list_files(session)}


@pytest.fixture
def stage(clean_engine: Engine, tmp_path: Path) -> Stage:
    with unit_of_work(clean_engine) as session:
        found_city(session)
        city = session.get_one(City, 1)
        city.config = {**city.config, "open_data": RULES}
        session.flush()
        reference = load_reference(session)
        at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
        made = {
            "plain": make_report(session, reference, "closed", at=at, description=WORDS, address="12 Lê Lợi"),
            "coarse": make_report(
                session,
                reference,
                "in_progress",
                category="pollution",
                place=IN_W2,
                at=at,
                description="Nhà ông Ba ồn",
                address="3 Lê Lợi",
                published=True,
            ),
            "old": make_report(session, reference, "closed", at=datetime(2025, 12, 31, 20, tzinfo=UTC)),
            "young": make_report(session, reference, "assigned", at=NOW - timedelta(hours=23)),
            "hidden": make_report(session, reference, "assigned", at=at, description=HIDDEN, published=False),
            "later": make_report(session, reference, "assigned", at=at, description="Sẽ bị ẩn"),
        }
        make_photo(session, made["plain"], kind="report", state="ready", published=True)
        session.expunge_all()
    return Stage(clean_engine, Storage(f"file://{tmp_path}/media"), reference, made)


@pytest.fixture
def opened(stage: Stage, clean_database: str, redis_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """The service over that city and store."""
    ensure_built()
    settings = Settings(
        database_url=clean_database,
        redis_url=redis_url,
        media_url=(tmp_path / "media").as_uri(),
        secret_key=SecretStr("k" * 40),
        public_url=URL,
        rate_limits="off",
    )
    with running(settings) as client:
        yield client


def table(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


def test_the_table_opens_in_a_vietnamese_excel(stage: Stage) -> None:
    content = stage.publish()["phan-anh.csv"]
    assert content.startswith(b"\xef\xbb\xbf")
    rows = {row["Mã phản ánh"]: row for row in table(content, delimiter=";")}
    assert list(next(iter(rows.values()))) == [column.title for column in COLUMNS.values()]
    assert set(rows) == {stage.reports[name].code for name in ("plain", "coarse", "old", "later")}
    plain = rows[stage.reports["plain"].code]
    assert plain["Lúc nhận"] == "04/03/2026 12:06"  # Huế's clock, cut to the minute
    assert plain["Kinh độ"] == str(IN_W1[0]).replace(".", ",")
    assert plain["Trễ hạn"] in ("có", "không")
    assert plain["Nội dung"].startswith("'=HYPERLINK")
    assert "0905" not in plain["Nội dung"]
    assert "123.45" not in plain["Nội dung"]
    assert plain["Ảnh đầu tiên"].startswith(f"{URL}/media/")


def test_words_and_exact_places_of_sensitive_kinds_stay_out_of_every_file(stage: Stage) -> None:
    files = stage.publish()
    code = stage.reports["coarse"].code
    [row] = [row for row in table(files["phan-anh.csv"], delimiter=";") if row["Mã phản ánh"] == code]
    assert (row["Nội dung"], row["Địa chỉ"]) == ("", "")
    lon, lat = on_grid(*IN_W2, stage.reference.config.middle[1])
    assert (row["Kinh độ"], row["Vĩ độ"]) == (
        repr(round(lon, 5)).replace(".", ","),
        repr(round(lat, 5)).replace(".", ","),
    )
    assert 0 < abs(lon - IN_W2[0]) < 0.0006
    for name, content in files.items():
        assert "ông Ba".encode() not in content, name
        assert b"Zimbarronimo" not in content, name


def test_years_are_those_of_the_city(stage: Stage) -> None:
    files = stage.publish()
    codes = {
        year: {row["Mã phản ánh"] for row in table(files[f"phan-anh-{year}.csv"], delimiter=";")}
        for year in (2026,)
    }
    assert "phan-anh-2025.csv" not in files  # eight in the evening in London is the new year in Huế
    assert codes[2026] == {stage.reports[name].code for name in ("plain", "coarse", "old", "later")}


def test_georeport_bulk_has_its_fourteen_columns(stage: Stage) -> None:
    content = stage.publish()["georeport-bulk.csv"]
    assert content.split(b"\r\n")[0].decode().split(",") == list(BULK)
    rows = {row["service_request_id"]: row for row in table(content)}
    plain = rows[stage.reports["plain"].code]
    assert plain["requested_datetime"] == "2026-03-04T12:06:00+07:00"
    assert plain["closed_date"]
    assert plain["status_notes"].endswith(".")
    assert (plain["lat"], plain["long"]) == (str(IN_W1[1]), str(IN_W1[0]))
    needed = ("updated_datetime", "status_description", "status_notes", "service_name", "lat", "long")
    assert all(row[name] for row in rows.values() for name in needed)


@pytest.mark.parametrize("name", ["phan-anh.gpkg", "phan-anh.geojson", "phan-anh.fgb", "phan-anh.pmtiles"])
def test_gdal_reads_the_map_files(stage: Stage, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(stage.publish()[name])
    info = pyogrio.read_info(path)
    codes = {stage.reports[each].code for each in ("plain", "coarse", "old", "later")}
    meta, _, places, values = pyogrio.raw.read(path)
    fields = dict(zip(meta["fields"], values, strict=True))
    assert set(fields["code"]) == codes
    if name.endswith("pmtiles"):
        assert info["dataset_metadata"]["maxzoom"] == "13"
        assert "description" not in fields
        return
    assert info["features"] == len(codes)
    assert info["crs"] == "EPSG:4326"
    assert set(COLUMNS) - {"lon", "lat"} <= set(fields)
    [at] = [index for index, code in enumerate(fields["code"]) if code == stage.reports["plain"].code]
    assert "=HYPERLINK" in fields["description"][at]
    assert "•" in fields["description"][at]
    assert len(places) == len(codes)


def test_what_is_hidden_is_gone_with_the_next_edition_and_the_old_files_are_deleted(stage: Stage) -> None:
    assert "Sẽ bị ẩn".encode() in stage.publish()["phan-anh.csv"]
    before = set(stage.storage.keys(OPEN))
    with unit_of_work(stage.engine) as session:
        row = session.get_one(Report, stage.reports["later"].id, with_for_update=True)
        hide_report(session, row, HidingCause(DESK, "Lộ tên"), actor=SYSTEM, now=NOW)
    later = NOW + timedelta(days=1)
    files = stage.publish(later)
    for name, content in files.items():
        assert "Sẽ bị ẩn".encode() not in content, name
        assert stage.reports["later"].code.encode() not in content, name
    with unit_of_work(stage.engine) as session:
        doomed = {row.key: row.next_at for row in session.scalars(select(PendingDeletion))}
        kept = set(session.scalars(select(OpenFile.key)))
    assert doomed == dict.fromkeys(before, later + STILL_READ)
    assert kept == set(stage.storage.keys(OPEN)) - before


def test_catalogues_tell_what_the_files_are(stage: Stage, opened: httpx.Client) -> None:
    files = stage.publish()
    package = opened.get("/open-data/datapackage.json").json()
    told = {each["path"].removeprefix("files/"): each for each in package["resources"]}
    assert set(told) == set(files)
    for name, content in files.items():
        assert told[name]["bytes"] == len(content)
        assert told[name]["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert opened.get(f"/open-data/{told[name]['path']}").content == content
    headings = [field["name"] for field in told["phan-anh.csv"]["schema"]["fields"]]
    assert headings == next(csv.reader(io.StringIO(files["phan-anh.csv"].decode("utf-8-sig")), delimiter=";"))
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    graph: dict[str, Any] = opened.get("/open-data/catalog.jsonld").json()
    [dataset] = graph["dcat:dataset"]
    sizes = {
        each["dcat:downloadURL"]["@id"].rpartition("/")[2]: int(each["dcat:byteSize"]["@value"])
        for each in dataset["dcat:distribution"]
    }
    assert sizes == {name: len(content) for name, content in files.items()}
    assert dataset["dcat:contactPoint"]["vcard:hasEmail"]["@id"] == "mailto:mo@city.example"
    assert {each["@language"] for each in dataset["dct:title"]} == {"vi", "en"}
    for described in (graph, *dataset["dcat:distribution"]):  # what validators do not fetch has a class
        assert described["dct:license"]["@type"] == "dct:LicenseDocument"
    untyped = [name for name, value in dataset.items() if isinstance(value, dict) and not value.get("@type")]
    assert untyped == ["dct:publisher"]  # described once, at the catalogue
    tables = [each for each in package["resources"] if each.get("type") == "table"]
    assert {each["encoding"] for each in tables} == {"utf-8"}
    assert {each.get("dialect", {}).get("delimiter") for each in tables} == {";", None}


def test_parts_of_a_file_are_answered(stage: Stage, opened: httpx.Client) -> None:
    content = stage.publish()["phan-anh.pmtiles"]
    url, size = "/open-data/files/phan-anh.pmtiles", len(content)
    whole = opened.get(url)
    assert whole.headers["access-control-allow-origin"] == "*"
    assert whole.headers["accept-ranges"] == "bytes"
    part = opened.get(url, headers={"range": "bytes=0-126"})
    assert (part.status_code, part.content) == (206, content[:127])
    assert part.headers["content-range"] == f"bytes 0-126/{size}"
    assert opened.get(url, headers={"range": "bytes=-9"}).content == content[-9:]
    assert opened.get(url, headers={"range": f"bytes=5-{size + 99}"}).content == content[5:]
    assert opened.get(url, headers={"range": f"bytes={size}-"}).status_code == 416
    other = opened.get(url, headers={"range": "bytes=0-9", "if-range": '"another"'})
    assert (other.status_code, len(other.content)) == (200, size)
    assert opened.get(url, headers={"range": "bytes=9-2"}).status_code == 200
    assert opened.get(url, headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    head = opened.head(url)
    assert (head.headers["content-length"], head.content) == (str(size), b"")
    for name in ("phan-anh.xlsx", "..%2F..%2Fsecret", "open"):
        assert opened.get(f"/open-data/files/{name}").status_code == 404, name


def test_the_page_tells_sizes_licence_and_columns(stage: Stage, opened: httpx.Client) -> None:
    before = opened.get("/open-data").text
    assert "Các tệp đầu tiên đang được tạo" in before
    stage.publish()
    shown = opened.get("/open-data", headers={"accept-language": "vi"}).text
    assert "creativecommons.org/licenses/by/4.0/" in shown
    assert "8:00" in shown or "08:00" in shown
    for name in ("phan-anh.csv", "phan-anh-2026.csv", "phan-anh.pmtiles", "georeport-bulk.csv"):
        assert f'href="/open-data/files/{name}"' in shown, name
    assert all(column.about in shown for column in COLUMNS.values())
    english = opened.get("/open-data?lang=en").text
    assert "Every public report by citizens" in english


def test_an_edition_is_due_once_a_day_at_night(stage: Stage) -> None:
    three = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)  # three at night in Huế
    assert publish_if_due(stage.engine, stage.storage, URL, NOW) is not None
    assert publish_if_due(stage.engine, stage.storage, URL, three - timedelta(minutes=1)) is None
    assert publish_if_due(stage.engine, stage.storage, URL, three) is not None
    assert publish_if_due(stage.engine, stage.storage, URL, three + timedelta(hours=12)) is None


def test_one_process_at_a_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(*_: object) -> Iterator[None]:
        assert publish(stage.engine, stage.storage, URL, NOW) is None
        raise StorageUnavailable("away")

    monkeypatch.setattr(publishing, "_put", meanwhile)
    with pytest.raises(StorageUnavailable):
        publish(stage.engine, stage.storage, URL, NOW)
    monkeypatch.undo()
    with unit_of_work(stage.engine) as session:
        assert session.get_one(Lease, publishing.NAME).holder is None
    assert publish_if_due(stage.engine, stage.storage, URL, NOW + timedelta(minutes=59)) is None
    assert publish_if_due(stage.engine, stage.storage, URL, NOW + timedelta(minutes=61)) is not None


def test_a_city_that_publishes_nothing_any_more_takes_its_files_back(
    stage: Stage, opened: httpx.Client
) -> None:
    stage.publish()
    with unit_of_work(stage.engine) as session:
        city = session.get_one(City, 1)
        city.config = {name: value for name, value in city.config.items() if name != "open_data"}
        city.revision += 1
    with unit_of_work(stage.engine) as session:
        assert is_edition_due(session, load_reference(session), NOW)
    edition = publish_if_due(stage.engine, stage.storage, URL, NOW)
    assert edition is not None
    assert edition.files == ()
    assert stage.files() == {}
    assert opened.get("/open-data/files/phan-anh.csv").status_code == 404
    with unit_of_work(stage.engine) as session:
        assert not is_edition_due(session, load_reference(session), NOW)


def test_nothing_to_tell_is_an_edition_too(stage: Stage) -> None:
    with unit_of_work(stage.engine) as session:
        session.execute(update(Report).values(published=False))
    files = stage.publish()
    assert set(files) == {"phan-anh.csv", "georeport-bulk.csv", "phan-anh.geojson", "phan-anh.gpkg"}
    assert table(files["phan-anh.csv"], delimiter=";") == []
    assert json.loads(files["phan-anh.geojson"])["features"] == []
