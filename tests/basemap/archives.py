"""PMTiles archives of a few tiles, as tests need them."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Mapping

from pmtiles.tile import Compression, HeaderDict, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geo.points import BBox
from geo.tiles import Tile
from service.basemap.cut import tiles_in

BOX = BBox(107.5, 16.4, 107.7, 16.55)
METADATA = {
    "attribution": '<a href="https://maps.example">© Người vẽ</a> &amp; bạn',
    "vector_layers": [{"id": "roads"}, {"id": "water"}],
}


def tile_bytes(tile: Tile) -> bytes:
    """What the archive has at a tile: no two are alike, and gzip does not make them small."""
    name = "/".join(map(str, tile)).encode()
    return name + bytes((tile.x * 31 + tile.y * 17 + n * n * 7) % 256 for n in range(300))


def tiles_of(box: BBox, zooms: Iterable[int]) -> list[Tile]:
    """Every tile of a box, by ascending number."""
    found = [Tile(z, x, y) for z in zooms for xs, ys in [tiles_in(box, z)] for x in xs for y in ys]
    return sorted(found, key=lambda tile: zxy_to_tileid(*tile))


def header(
    kind: TileType = TileType.MVT, packing: Compression = Compression.GZIP, box: BBox = BOX
) -> HeaderDict:
    """The part of a header that a writer does not fill in by itself."""
    west, south, east, north = (round(degrees * 10**7) for degrees in box)
    return {  # type: ignore[typeddict-item]
        "tile_type": kind,
        "tile_compression": packing,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
    }


def archive(
    tiles: Iterable[Tile],
    *,
    kind: TileType = TileType.MVT,
    packing: Compression = Compression.GZIP,
    metadata: Mapping[str, object] = METADATA,
    box: BBox = BOX,
) -> bytes:
    """An archive of these tiles, in the order given: by ascending number it is clustered."""
    file = io.BytesIO()
    writer = Writer(file)  # type: ignore[no-untyped-call]
    for tile in tiles:
        data = tile_bytes(tile)
        packed = gzip.compress(data, mtime=0) if packing is Compression.GZIP else data
        writer.write_tile(zxy_to_tileid(*tile), packed)  # type: ignore[no-untyped-call]
    writer.finalize(header(kind, packing, box), dict(metadata))  # type: ignore[no-untyped-call]
    return file.getvalue()
