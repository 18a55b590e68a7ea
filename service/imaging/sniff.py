"""Type of a file by its first bytes alone; its name and declared type are never asked."""

import re
from enum import StrEnum

SNIFF_BYTES = 64

_HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_GENERAL_BRANDS = frozenset({b"mif1", b"msf1"})
_AV1_BRANDS = frozenset({b"avif", b"avis", b"avio"})
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_END, _SCAN = 0xD9, 0xDA
_BETWEEN_SCANS = frozenset({_SCAN, 0xC4, 0xDB, 0xDC, 0xDD, 0xFE, *range(0xE0, 0xF0)})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


class Format(StrEnum):
    """The four kinds of file that are taken."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"

    @property
    def media_type(self) -> str:
        return f"image/{self.value}"


def sniff(head: bytes) -> Format | None:
    """Return the format of a file that begins with `head` (`SNIFF_BYTES` are enough), None for everything
    else.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp" and _is_heic(head):
        return Format.HEIC
    return None


def _is_heic(head: bytes) -> bool:
    """ISO/IEC 23008-12: an HEVC brand, or the general one of a file that does not call itself AV1."""
    length = min(int.from_bytes(head[:4], "big"), len(head), SNIFF_BYTES)
    major = head[8:12]
    brands = {major, *(head[i : i + 4] for i in range(16, length - 3, 4))}
    if brands & _HEVC_BRANDS:
        return major not in _AV1_BRANDS
    return major in _GENERAL_BRANDS and not brands & _AV1_BRANDS


def jpeg_scans(data: bytes) -> int:
    """Return how many scans a JPEG's main picture has. Thumbnails inside its segments and anything after its
    end do not count; counting stops quietly where the structure is broken.
    """
    position, scans = 2, 0
    while found := _NEXT_MARKER.search(data, position):
        marker, position = data[found.end() - 1], found.end()
        if marker == _END:
            break
        if marker in _WITHOUT_LENGTH:
            continue
        scans += marker == _SCAN
        position += max(2, int.from_bytes(data[position : position + 2], "big"))
    return scans


def jpeg_end(data: bytes) -> tuple[bool, int]:
    """Return whether the JPEG's main picture has its end marker, and where its last scan's bytes end
    otherwise.
    """
    position, end, scanned = 2, len(data), False
    while found := _NEXT_MARKER.search(data, position):
        marker, position = data[found.end() - 1], found.end()
        if marker == _END:
            return True, found.start()
        if marker in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        if scanned and (marker not in _BETWEEN_SCANS or position + length > len(data)):
            return False, found.start()  # a vendor's bytes after the picture
        scanned = scanned or marker == _SCAN
        position += max(2, length)
    return False, end
