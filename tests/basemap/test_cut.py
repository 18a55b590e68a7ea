"""The city's box out of an archive: all of its tiles, nothing else; what is broken is refused."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from pmtiles.reader import MemorySource, Reader
from pmtiles.tile import Compression, Entry, TileType, serialize_directory, zxy_to_tileid

from geo.points import BBox
from geo.tiles import Tile
from service.basemap.archive import ArchiveError, credit, layers, open_archive, parse_directory, unpack
from service.basemap.cut import Cut, copy_tiles, plan_cut
from service.basemap.source import WebSource
from tests.basemap.archives import BOX, METADATA, archive, header, tile_bytes, tiles_of
from tests.basemap.range_server import serving

WIDE = BBox(107.0, 16.0, 108.2, 16.9)
"""Far more than the city's box."""


def of_bytes(data: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, length: data[offset : offset + length]


def cut_to(data: bytes, path: Path, box: BBox = BOX, max_zoom: int = 15) -> tuple[Cut, Reader]:
    """The cut of an archive, read by the library that everybody uses."""
    found = open_archive(of_bytes(data))
    cut = plan_cut(found, box, max_zoom)
    copy_tiles(found, cut, path, METADATA, lambda done, total: None)
    return cut, Reader(MemorySource(path.read_bytes()))  # type: ignore[no-untyped-call]


def test_the_box_is_cut_out_whole(tmp_path: Path) -> None:
    data = archive(tiles_of(WIDE, range(15)))
    cut, made = cut_to(data, tmp_path / "cut.pmtiles")
    wanted = tiles_of(BOX, range(15))
    assert len(cut.places) == len(wanted)
    assert (cut.min_zoom, cut.max_zoom, cut.finest_there) == (0, 14, cut.finest_in_box)
    for tile in wanted:
        assert gzip.decompress(made.get(*tile)) == tile_bytes(tile)  # type: ignore[no-untyped-call]
    outside = next(tile for tile in tiles_of(WIDE, [14]) if tile not in wanted)
    assert made.get(*outside) is None  # type: ignore[no-untyped-call]
    assert made.header()["clustered"]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("max_zoom", [3, 12])
def test_it_ends_at_the_zoom_that_is_asked_for(tmp_path: Path, max_zoom: int) -> None:
    cut, made = cut_to(archive(tiles_of(WIDE, range(15))), tmp_path / "cut.pmtiles", max_zoom=max_zoom)
    assert cut.max_zoom == made.header()["max_zoom"] == max_zoom  # type: ignore[no-untyped-call]


def test_tiles_in_any_order_and_in_leaf_directories_are_found(tmp_path: Path) -> None:
    """So many tiles need directories below the first; in no order, their bytes lie anywhere."""
    tiles = tiles_of(WIDE, range(16))
    random.Random(7).shuffle(tiles)
    data = archive(tiles)
    facts = open_archive(of_bytes(data)).header
    assert facts["leaf_directory_length"] > 0
    assert not facts["clustered"]
    _, made = cut_to(data, tmp_path / "cut.pmtiles")
    for tile in tiles_of(BOX, [9, 15]):
        assert gzip.decompress(made.get(*tile)) == tile_bytes(tile)  # type: ignore[no-untyped-call]


def test_a_run_of_equal_tiles_is_every_one_of_them(tmp_path: Path) -> None:
    sea = gzip.compress(b"sea", mtime=0)
    tiles = tiles_of(BOX, [12])
    first = zxy_to_tileid(*tiles[0])
    whole = bytearray(archive([tiles[0]]))
    facts = open_archive(of_bytes(bytes(whole))).header
    entries = [Entry(first, 0, len(sea), 10_000)]
    directory = serialize_directory(entries)
    at = len(whole)
    whole += directory + sea
    for offset, value in ((8, at), (16, len(directory)), (56, at + len(directory)), (64, len(sea))):
        whole[offset : offset + 8] = value.to_bytes(8, "little")
    assert facts["version"] == 3
    cut, made = cut_to(bytes(whole), tmp_path / "cut.pmtiles")
    assert len(cut.places) == len(tiles)
    assert cut.size == len(sea), "what tiles share is fetched once"
    assert made.get(*tiles[-1]) == sea  # type: ignore[no-untyped-call]


def test_only_the_box_goes_over_the_line(tmp_path: Path) -> None:
    import httpx

    data = archive(tiles_of(BBox(100, 10, 115, 25), range(11)) + tiles_of(BOX, range(11, 15)))
    with serving(data) as server, httpx.Client() as client:
        found = open_archive(WebSource(server.url, client).read)
        cut = plan_cut(found, BOX, 15)
        seen: list[tuple[int, int]] = []
        copy_tiles(found, cut, tmp_path / "cut.pmtiles", {}, lambda done, total: seen.append((done, total)))
        assert len(server.asked) < 20
        assert server.sent < len(data) / 2
    assert seen[0] == (0, cut.size)
    assert seen[-1] == (cut.size, cut.size)


@pytest.mark.parametrize("kind", [TileType.PNG, TileType.WEBP])
def test_pictures_are_kept_as_they_are(tmp_path: Path, kind: TileType) -> None:
    data = archive(tiles_of(WIDE, range(8, 13)), kind=kind, packing=Compression.NONE)
    _, made = cut_to(data, tmp_path / "cut.pmtiles")
    tile = tiles_of(BOX, [12])[0]
    assert made.get(*tile) == tile_bytes(tile)  # type: ignore[no-untyped-call]


def test_vectors_that_are_not_packed_are_packed(tmp_path: Path) -> None:
    _, made = cut_to(archive(tiles_of(BOX, [12]), packing=Compression.NONE), tmp_path / "cut.pmtiles")
    assert made.header()["tile_compression"] is Compression.GZIP  # type: ignore[no-untyped-call]
    tile = tiles_of(BOX, [12])[0]
    assert gzip.decompress(made.get(*tile)) == tile_bytes(tile)  # type: ignore[no-untyped-call]


GOOD = archive(tiles_of(BOX, range(10, 14)))


def with_byte(offset: int, value: int) -> bytes:
    return GOOD[:offset] + bytes([value]) + GOOD[offset + 1 :]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"This is no archive" * 20, "no PMTiles archive"),
        (b"", "no PMTiles archive"),
        (b"PMTiles\x02" + bytes(504), "version 2"),
        (with_byte(7, 4), "version 4"),
        (GOOD[:100], "cut short"),
        (GOOD[:140], "cut short"),
        (GOOD[:-200], "cut short"),
        (with_byte(97, 3), "something else than gzip"),
        (with_byte(98, 4), "something else than gzip"),
        (with_byte(98, 77), "damaged"),
        (with_byte(99, 6), "type MLT"),
        (with_byte(99, 0), "type UNKNOWN"),
        (with_byte(101, 3), "zooms make no sense"),
        (with_byte(16, 0), "damaged"),
        (with_byte(141, 99), "damaged"),
        (GOOD[:-90] + b"\x00" * 90, "damaged at tile"),
        (archive(tiles_of(BBox(2, 48, 3, 49), range(14))), "nothing of the city"),
        (archive(tiles_of(BBox(0, 0, 1, 1), [0, 6]), box=BBox(0, 0, 1, 1)), "from 0 to 1° E"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(ArchiveError, match=said):
        cut_to(data, tmp_path / "cut.pmtiles")


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_a_sentence_and_never_a_crash(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(GOOD)
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(min(len(data), 700))] = chance.randrange(256)
    with suppress(ArchiveError):
        cut_to(bytes(data), tmp_path / "cut.pmtiles")


def test_directories_that_lead_on_and_on_are_given_up() -> None:
    loop = serialize_directory([Entry(0, 0, 1, 0)])
    loop = serialize_directory([Entry(0, 0, len(loop), 0)])
    facts = {**header(), "min_zoom": 0, "max_zoom": 4}
    base = bytearray(archive([Tile(0, 0, 0)]))
    at = len(base)
    for offset, value in ((8, at), (16, len(loop)), (40, at), (48, len(loop))):
        base[offset : offset + 8] = value.to_bytes(8, "little")
    assert facts["max_zoom"] == 4
    with pytest.raises(ArchiveError, match="lead on and on"):
        plan_cut(open_archive(of_bytes(bytes(base) + loop)), BOX, 4)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(ArchiveError, match="far too large"):
        unpack(gzip.compress(bytes(50_000_000)), 1_000_000)


def test_far_more_tiles_than_a_city_has_are_refused() -> None:
    data = bytearray(archive(tiles_of(BOX, [12]), kind=TileType.PNG, packing=Compression.NONE))
    data[101] = 22
    with pytest.raises(ArchiveError, match="lower --max-zoom"):
        plan_cut(open_archive(of_bytes(bytes(data))), WIDE, 22)


def test_a_directory_in_no_order_is_damaged() -> None:
    with pytest.raises(ArchiveError):
        parse_directory(bytes((2, 5, 0, 1, 1, 3, 3, 1, 1)))
    with pytest.raises(ArchiveError):
        parse_directory(bytes((200, 1)))


def test_whose_it_is_and_what_it_has_are_read_with_care() -> None:
    assert credit(METADATA) == "© Người vẽ & bạn"
    assert credit({"attribution": 7}) == credit({}) == ""
    assert len(credit({"attribution": "x" * 1000})) == 200
    assert layers(METADATA) == ["roads", "water"]
    assert layers({"vector_layers": [{"id": 3}, "x"]}) == layers({"vector_layers": 1}) == []
