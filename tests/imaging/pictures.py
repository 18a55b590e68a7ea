"""Pictures made for the tests, and the shared collection of real and broken ones."""

import csv
import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image

SHARED = Path(__file__).parents[3] / "shared" / "data" / "photos"

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (250, 250, 250)
CORNERS = (RED, GREEN, BLUE, WHITE)
"""Upright, from the top left, row by row."""

_STORED_AS = {  # EXIF orientation → which upright corner each stored corner holds
    1: (0, 1, 2, 3),
    2: (1, 0, 3, 2),
    3: (3, 2, 1, 0),
    4: (2, 3, 0, 1),
    5: (0, 2, 1, 3),
    6: (1, 3, 0, 2),
    7: (3, 1, 2, 0),
    8: (2, 0, 3, 1),
}


def collection() -> Iterator[dict[str, str]]:
    """The rows of the shared collection's index."""
    with (SHARED / "index.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def quarters(orientation: int = 1, size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Four colours that stand as CORNERS once `orientation` is applied; `size` is upright."""
    width, height = size if orientation < 5 else size[::-1]
    image = Image.new("RGB", (width, height))
    for place, corner in enumerate(_STORED_AS[orientation]):
        left, top = (place % 2) * width // 2, (place // 2) * height // 2
        image.paste(CORNERS[corner], (left, top, left + width // 2, top + height // 2))
    return image


def encoded(image: Image.Image, kind: str, orientation: int | None = None, **options: Any) -> bytes:
    """The picture as a file of that Pillow format (`JPEG`, `PNG`, `WEBP`, `HEIF`)."""
    if kind == "HEIF":
        pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False)
        options.setdefault("quality", 90)
    if orientation is not None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif.tobytes()
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def grainy(size: tuple[int, int]) -> bytes:
    """A JPEG as heavy as a photo of leaves: noise packs badly."""
    return encoded(Image.effect_noise(size, 90).convert("RGB"), "JPEG")


def corners(data: bytes) -> tuple[tuple[int, ...], ...]:
    """The colours in the middle of each quarter of a picture file."""
    with Image.open(io.BytesIO(data)) as image:
        rgb = image.convert("RGB")
        width, height = rgb.size
        places = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
        return tuple(_pixel(rgb, place) for place in places)


def _pixel(image: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    value = image.getpixel(place)
    assert isinstance(value, tuple)
    return value


def alike(one: tuple[tuple[int, ...], ...], other: tuple[tuple[int, ...], ...]) -> bool:
    """Equal but for what lossy coding does."""
    return all(abs(a - b) < 40 for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True))


def png(width: int, height: int, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG whose header claims that size; `more` are chunks before its (empty) picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose frame header claims that size."""
    data = bytearray(encoded(quarters(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def heic_claiming(width: int, height: int) -> bytes:
    """A HEIC whose properties claim that size."""
    data = bytearray(encoded(quarters(), "HEIF"))
    place = data.index(b"ispe") + 8
    data[place : place + 8] = struct.pack(">II", width, height)
    return bytes(data)


def webp_claiming(width: int, height: int) -> bytes:
    """A lossless WebP whose header claims that size (at most 16384 a side)."""
    data = bytearray(encoded(quarters(), "WEBP", lossless=True))
    place = data.index(b"VP8L") + 9
    old = int.from_bytes(data[place : place + 4], "little") & 0xF0000000
    data[place : place + 4] = (old | (width - 1) | (height - 1) << 14).to_bytes(4, "little")
    return bytes(data)
