"""PMTiles archives (version 3): header, metadata and directories, read with ceilings on all that they claim.

Tile numbers, the header's layout and the writer are those of the library `pmtiles`.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from pmtiles.tile import Compression, Entry, HeaderDict, TileType, deserialize_header

HEADER_BYTES = 127
MAGIC = b"PMTiles"
VERSION = 3
MOST_DIRECTORY = 4 * 1024 * 1024
MOST_UNPACKED = 32 * 1024 * 1024
MOST_METADATA = 16 * 1024 * 1024
DEEPEST = 4
LONGEST_CREDIT = 200
KINDS = {TileType.MVT: "vector", TileType.PNG: "raster", TileType.JPEG: "raster", TileType.WEBP: "raster"}

Read = Callable[[int, int], bytes]
"""A function of offset and length."""


class ArchiveError(Exception):
    """An archive that cannot be used; the message is a sentence's predicate ("is of version 4: …")."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive's header, and how its parts are read."""

    header: HeaderDict
    read: Read

    @property
    def kind(self) -> str:
        """Return `vector` or `raster`."""
        return KINDS[self.header["tile_type"]]

    def directory(self, offset: int, length: int) -> list[Entry]:
        """Read a directory. Raises ArchiveError."""
        if not 0 < length <= MOST_DIRECTORY:
            raise ArchiveError(f"is damaged: it names a directory of {length:,} bytes")
        return parse_directory(self._unpacked(self._whole(offset, length), MOST_UNPACKED))

    def root(self) -> list[Entry]:
        """Read the first directory. Raises ArchiveError."""
        return self.directory(self.header["root_offset"], self.header["root_length"])

    def leaf(self, entry: Entry) -> list[Entry]:
        """Read the directory that an entry leads to. Raises ArchiveError."""
        if entry.offset + entry.length > self.header["leaf_directory_length"]:
            raise ArchiveError("is damaged: a directory lies beyond the part for directories")
        return self.directory(self.header["leaf_directory_offset"] + entry.offset, entry.length)

    def metadata(self) -> dict[str, object]:
        """Read what the archive says of itself; nothing where that cannot be read."""
        length = self.header["metadata_length"]
        if not 0 < length <= MOST_METADATA:
            return {}
        try:
            packed = self._whole(self.header["metadata_offset"], length)
            found = json.loads(self._unpacked(packed, MOST_UNPACKED))
        except (ArchiveError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _whole(self, offset: int, length: int) -> bytes:
        found = self.read(offset, length)
        if len(found) != length:
            raise ArchiveError("is cut short: download it again, whole")
        return found

    def _unpacked(self, data: bytes, most: int) -> bytes:
        return unpack(data, most) if self.header["internal_compression"] is Compression.GZIP else data


def open_archive(read: Read) -> Archive:
    """Read the header and check that maps can show such an archive. Raises ArchiveError."""
    start = read(0, HEADER_BYTES)
    if start[: len(MAGIC)] != MAGIC:
        raise ArchiveError("is no PMTiles archive: its first bytes are not “PMTiles”. Give a .pmtiles file")
    if len(start) > len(MAGIC) and start[len(MAGIC)] != VERSION:
        raise ArchiveError(
            f"is PMTiles of version {start[len(MAGIC)]}; version 3 is read. Convert it with "
            "`pmtiles convert`, or take a file of version 3"
        )
    if len(start) < HEADER_BYTES:
        raise ArchiveError("is cut short: download it again, whole")
    try:
        header = deserialize_header(start)
    except ValueError as problem:
        raise ArchiveError(f"is damaged: {problem} in its header") from problem
    if header["tile_type"] not in KINDS:
        raise ArchiveError(
            f"holds tiles of the type {header['tile_type'].name}; maps show MVT, PNG, JPEG and WEBP. "
            "Take another file"
        )
    packings = (Compression.NONE, Compression.GZIP)
    if header["internal_compression"] not in packings or header["tile_compression"] not in packings:
        raise ArchiveError(
            "is packed with something else than gzip: make it anew with gzip, or take another file"
        )
    if not header["min_zoom"] <= header["max_zoom"] <= 24:
        raise ArchiveError("is damaged: its zooms make no sense")
    return Archive(header, read)


def unpack(data: bytes, most: int) -> bytes:
    """Unpack gzip. Raises ArchiveError for what is none, is cut off, or unpacks to more than `most` bytes."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(data, most)
    except zlib.error as problem:
        raise ArchiveError("is damaged: a part of it cannot be unpacked") from problem
    if not unpacker.eof:
        raise ArchiveError("is damaged: a part of it is cut off, or far too large")
    return found


def parse_directory(data: bytes) -> list[Entry]:
    """Read a directory's entries, by ascending tile number. Raises ArchiveError."""
    numbers = _varints(data)
    try:
        count = next(numbers)
        if count > len(data) // 4 + 1:  # an entry takes four bytes or more
            raise ArchiveError("is damaged: a directory claims more entries than it has")
        columns = [[next(numbers) for _ in range(count)] for _ in range(4)]
    except StopIteration:
        raise ArchiveError("is damaged: a directory ends too soon") from None
    entries: list[Entry] = []
    tile_id = end = 0
    for step, run, length, index in zip(*columns, strict=True):
        if (entries and not step) or not length or (not index and not entries):
            raise ArchiveError("is damaged: a directory is in no order")
        tile_id += step
        offset = index - 1 if index else end
        end = offset + length
        entries.append(Entry(tile_id, offset, length, run))
    return entries


def _varints(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        if byte < 128:
            yield value
            value = shift = 0
        elif (shift := shift + 7) > 63:
            raise ArchiveError("is damaged: a directory holds a number that is too large")


def credit(metadata: Mapping[str, object]) -> str:
    """Return whose the map is as plain text: archives write it as HTML. Empty where it is not said."""
    credit = metadata.get("attribution")
    text = unescape(re.sub(r"<[^>]*>", "", credit)) if isinstance(credit, str) else ""
    return " ".join(text.split())[:LONGEST_CREDIT]


def layers(metadata: Mapping[str, object]) -> Sequence[str]:
    """Return the names of the layers that the archive says it has."""
    found = metadata.get("vector_layers")
    named = [each.get("id") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return [each for each in named if isinstance(each, str)]
