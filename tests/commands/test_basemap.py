"""`hientruong basemap`: takes the city's box and says so; where it cannot, the maps stay as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from geo.points import BBox
from service.basemap import source
from service.basemap.archive import open_archive
from service.cli import app
from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.models import AuditEntry, City
from service.problems import SetupError
from service.settings import get_settings
from service.storage import BASEMAP, Storage
from tests.basemap.archives import archive, tiles_of
from tests.basemap.range_server import RangeServer, serving
from tests.support.environment import settings_told
from tests.support.shared import SHARED
from tests.support.small_city import make_small_city

STREETS = SHARED / "data" / "streets"
BOX = BBox(107.5, 16.4, 107.6, 16.45)
GOOD = archive(tiles_of(BBox(107.3, 16.2, 107.8, 16.6), range(8, 15)))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, clean_engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """The small city in a database and a store that the settings name."""
    monkeypatch.setattr(source, "PAUSES_S", (0.0, 0.0))
    with unit_of_work(clean_engine) as session:
        make_small_city(session)
    with settings_told(clean_engine, media_url=(tmp_path / "media").as_uri()):
        yield clean_engine


@pytest.fixture
def server() -> Iterator[RangeServer]:
    with serving(GOOD) as server:
        yield server


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["basemap", *map(str, arguments)], catch_exceptions=False)


def in_force(engine: Engine) -> str | None:
    """The edition that maps are told, after a look that its file is whole."""
    with Session(engine) as session:
        found = load_reference(session).basemap
    files = list(stored().keys(BASEMAP))
    assert files == ([found.key] if found else []), "the file in force, and no other"
    if found is None:
        return None
    data = stored().get(found.key)
    assert len(data) == found.size
    assert open_archive(lambda offset, length: data[offset : offset + length]).root()
    return found.edition


def stored() -> Storage:
    return Storage(get_settings().media_url)


def test_an_address_is_cut_kept_and_said(engine: Engine, server: RangeServer) -> None:
    done = run(server.url)
    assert done.exit_code == 0, done.output
    tiles = len(tiles_of(BOX, range(8, 15)))
    assert f"Basemap: {tiles} vector tiles, zoom 8 to 14" in done.output
    assert "© Người vẽ & bạn" in done.output
    assert "MB" in done.stderr, "how far it is"
    assert "covers" not in done.output
    assert in_force(engine)
    with Session(engine) as session:
        assert session.scalars(select(City.revision)).one() == 2
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.before) == ("basemap.set", None)
    assert entry.after and entry.after["tiles"] == tiles


def test_a_second_one_takes_the_place_of_the_first(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "hue.pmtiles"
    path.write_bytes(GOOD)
    first = json.loads(run(path, "--json").stdout)
    second = json.loads(run(path, "--json", "--max-zoom", 11, "--attribution", "© Ta").stdout)
    assert first["edition"] != second["edition"] == in_force(engine)
    assert (second["max_zoom"], second["attribution"]) == (11, "© Ta")
    assert ["too coarse" in remark for remark in second["remarks"]] == [True]
    assert "from" in run().output
    assert "is removed" in run("--remove").output
    assert in_force(engine) is None
    assert run().output.startswith("No basemap.")


@pytest.mark.parametrize("faults", [["whole"], [404], ["short"] * 3, [503] * 3])
def test_a_server_that_fails_changes_nothing(
    engine: Engine, server: RangeServer, faults: list[int | str]
) -> None:
    """At the first request, and in the middle of the tiles."""
    run(server.url)
    before = in_force(engine)
    for at in (0, len(server.asked) - 1):
        server.faults = [*["" for _ in range(at)], *faults]
        with pytest.raises(SetupError) as refused:
            run(server.url)
        assert "hue.pmtiles" in str(refused.value)
        assert in_force(engine) == before


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (b"This is no archive" * 10, (), "no PMTiles archive"),
        (GOOD[:7] + b"\x04" + GOOD[8:], (), "version 4"),
        (GOOD[:400], (), "cut short"),
        (archive(tiles_of(BBox(2, 48, 3, 49), range(12))), (), "nothing of the city"),
        (GOOD, ("--max-zoom", 3), "begins at zoom 8"),
    ],
)
def test_an_archive_that_cannot_be_used_changes_nothing(
    engine: Engine, tmp_path: Path, data: bytes, options: tuple[object, ...], said: str
) -> None:
    good, bad = tmp_path / "good.pmtiles", tmp_path / "bad.pmtiles"
    good.write_bytes(GOOD)
    bad.write_bytes(data)
    run(good)
    before = in_force(engine)
    with pytest.raises(SetupError, match=said) as refused:
        run(bad, *options)
    assert "The maps stay as they were" in str(refused.value)
    assert in_force(engine) == before


def test_what_is_too_large_is_refused_before_it_is_fetched(
    engine: Engine, server: RangeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.basemap.takeover.MIB", 1)
    with pytest.raises(SetupError, match="Give a lower --max-zoom, or a higher --most-mb"):
        run(server.url, "--most-mb", 1000)
    assert server.sent < len(GOOD)
    assert in_force(engine) is None


def test_a_store_that_takes_nothing_changes_nothing(
    engine: Engine, server: RangeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(server.url)
    before = in_force(engine)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("service.basemap.takeover.copy_tiles", full)
    with pytest.raises(SetupError, match="No space left"):
        run(server.url)
    assert in_force(engine) == before


def test_a_part_of_the_city_is_taken_and_said(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "corner.pmtiles"
    path.write_bytes(archive(tiles_of(BBox(107.5, 16.4, 107.51, 16.41), range(14))))
    assert "The archive covers 17 % of the city's box at zoom 13" in run(path).output


def test_without_a_city_it_says_so(engine: Engine, tmp_path: Path) -> None:
    with unit_of_work(engine) as session:
        session.delete(session.scalars(select(City)).one())
    path = tmp_path / "hue.pmtiles"
    path.write_bytes(GOOD)
    with pytest.raises(SetupError, match="city load hue"):
        run(path)


def test_a_real_archive_is_read(engine: Engine) -> None:
    """Of Da Nang, from OpenStreetMap; the corner of Huế that it has."""
    place = STREETS / "da-nang.pmtiles"
    with unit_of_work(engine) as session:
        city = session.scalars(select(City)).one()
        city.config = {**city.config, "bbox": [107.0, 15.98, 108.21, 16.75]}
    told = json.loads(run(place, "--json").stdout)
    assert (told["max_zoom"], told["attribution"]) == (14, "© OpenStreetMap")
    assert told["tiles"] > 100
    assert in_force(engine)
    for name in ("invalid", "invalid_v4", "leaf", "unclustered", "test_fixture_1"):
        with pytest.raises(SetupError, match="The maps stay as they were"):
            run(STREETS / f"{name}.pmtiles")
    assert in_force(engine) == told["edition"]
