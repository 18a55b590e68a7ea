"""Tiles out of the archive that is kept here: directories are read once a process, each tile by one read."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from pmtiles.tile import Entry, HeaderDict, find_tile, zxy_to_tileid

from geo.tiles import Tile
from service.basemap.archive import (
    DEEPEST,
    HEADER_BYTES,
    MOST_UNPACKED,
    open_archive,
    parse_directory,
    unpack,
)
from service.domain.city.basemap import Basemap
from service.storage import Storage

MOST_LEAVES = 16
"""Directories held in memory beside the first; each has some thousand entries."""


class BasemapTiles:
    """Reader of the basemap in force; a process has one."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._edition = ""
        self._header: HeaderDict | None = None
        self._root: list[Entry] = []
        self._leaves: OrderedDict[int, list[Entry]] = OrderedDict()
        self._opening = asyncio.Lock()

    async def get(self, basemap: Basemap, tile: Tile) -> bytes | None:
        """Return a tile as it is kept (vectors packed by gzip); None where there is none.

        Raises StorageUnavailable, FileNotFoundError where the archive is gone, ArchiveError where damaged.
        """
        header = await self._open(basemap)
        number, entries = zxy_to_tileid(*tile), self._root
        for _ in range(DEEPEST):
            entry = find_tile(entries, number)
            if entry is None:
                return None
            if entry.run_length:
                return await self._storage.read_part(
                    basemap.key, header["tile_data_offset"] + entry.offset, entry.length
                )
            entries = await self._leaf(basemap, header, entry)
        return None

    async def _open(self, basemap: Basemap) -> HeaderDict:
        async with self._opening:
            if self._header is None or self._edition != basemap.edition:
                start = await self._storage.read_part(basemap.key, 0, HEADER_BYTES)
                archive = open_archive(lambda offset, length: start[offset : offset + length])
                where = archive.header["root_offset"], archive.header["root_length"]
                packed = await self._storage.read_part(basemap.key, *where)
                self._root = parse_directory(unpack(packed, MOST_UNPACKED))
                self._leaves.clear()
                self._edition, self._header = basemap.edition, archive.header
            return self._header

    async def _leaf(self, basemap: Basemap, header: HeaderDict, entry: Entry) -> list[Entry]:
        found = self._leaves.get(entry.offset)
        if found is None:
            offset = header["leaf_directory_offset"] + entry.offset
            packed = await self._storage.read_part(basemap.key, offset, entry.length)
            found = await asyncio.to_thread(lambda: parse_directory(unpack(packed, MOST_UNPACKED)))
            self._leaves[entry.offset] = found
            while len(self._leaves) > MOST_LEAVES:
                self._leaves.popitem(last=False)
        self._leaves.move_to_end(entry.offset)
        return found
