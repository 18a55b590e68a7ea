"""Files that are whole but for a formality: a photo that every browser shows is a photo.

A JPEG without its end marker, with a vendor's bytes in its place or with blanks before it; a PNG whose notes
unpack to more than a decoder reads. What lacks pixels stays refused.
"""

from __future__ import annotations

import hashlib
import io
import zlib

from PIL import Image, PngImagePlugin

from service.imaging.refusal import PhotoRefused, Reason
from service.imaging.sniff import Format, jpeg_end, sniff

_BLANKS = b"\r\n\t \x00"
_MOST_BLANKS = 16
_END = b"\xff\xd9"
_NOISE = b"".join(
    hashlib.sha256(bytes([n])).digest().replace(b"\xff", b"\x5a") * 8 + bytes([0xFF, 0xD0 + n % 8])
    for n in range(16)
)
"""Compressed pixels of no picture, between restart marks: who waits for pixels takes them for some."""

_PNG_HEAD = 8
_PACKED = frozenset({b"zTXt", b"iTXt", b"iCCP"})
_MOST_UNPACKED = PngImagePlugin.MAX_TEXT_CHUNK


def without_blanks(data: bytes) -> bytes:
    """Return the file from its first byte that says something: some programs write a line's end before a
    JPEG.
    """
    blank = len(data) - len(data[:_MOST_BLANKS].lstrip(_BLANKS)) - len(data[_MOST_BLANKS:])
    return data[blank:] if blank and sniff(data[blank : blank + 64]) is Format.JPEG else data


def with_end(data: bytes, side: int) -> bytes:
    """Return the JPEG with an end marker, itself where it has one. Raises PhotoRefused where rows of pixels
    lack.

    Whether they do is asked of the decoder: with nothing and with noise after the last byte it draws the same
    picture only if it needed neither. `side` as for `load`.
    """
    ended, end = jpeg_end(data)
    if ended:
        return data
    picture = data[:end].rstrip(b"\xff")
    if _drawn(picture + _END, side) != _drawn(picture + _NOISE + _END, side):
        raise PhotoRefused(Reason.BROKEN, "rows of pixels are missing")
    return picture + _END


def without_large_notes(png: bytes) -> bytes:
    """Return the PNG without texts and colour profiles that unpack to more than a decoder reads.

    They are never unpacked whole. A broken file comes back as it is: the decoder refuses it.
    """
    chunks, position = [png[:_PNG_HEAD]], _PNG_HEAD
    while position + 12 <= len(png):
        length = int.from_bytes(png[position : position + 4], "big")
        kind, stop = png[position + 4 : position + 8], position + 12 + length
        if kind not in _PACKED or not _unpacks_too_large(kind, png[position + 8 : stop - 4]):
            chunks.append(png[position:stop])
        position = stop
    return b"".join((*chunks, png[position:]))


def _unpacks_too_large(kind: bytes, body: bytes) -> bool:
    _, _, rest = body.partition(b"\0")
    if kind == b"iTXt":
        if rest[:1] != b"\x01":
            return False
        rest = rest[1:].partition(b"\0")[2].partition(b"\0")[2]
    try:
        return len(zlib.decompressobj().decompress(rest[1:], _MOST_UNPACKED + 1)) > _MOST_UNPACKED
    except zlib.error:
        return False


def _drawn(data: bytes, side: int) -> bytes:
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        image.draft(None, (side, side))
        return hashlib.sha256(image.tobytes()).digest()
