"""Opening and decoding a picture with Pillow: checked by its header first, every failure a `PhotoRefused`.

Call this only where one picture is handled at a time (the sandbox's child): warnings are set aside globally.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from service.imaging.refusal import (
    MAX_BYTES,
    MAX_JPEG_SCANS,
    MAX_PIXELS,
    MAX_SIDE,
    MAX_WEBP_PIXELS,
    PhotoRefused,
    Reason,
)
from service.imaging.repairs import with_end, without_blanks, without_large_notes
from service.imaging.sniff import SNIFF_BYTES, Format, jpeg_scans, sniff

_MENDING_SIDE = 1024
_DECODERS = {Format.JPEG: ["JPEG"], Format.PNG: ["PNG"], Format.WEBP: ["WEBP"], Format.HEIC: ["HEIF"]}


def open_photo(data: bytes) -> tuple[Format, Image.Image]:
    """Return the format and the opened, not yet decoded, first picture of the file.

    Raises PhotoRefused: by size, by its first bytes, by the dimensions its header states, or unreadable.
    """
    kind, data = recognise_format(data), without_blanks(data)
    if kind is Format.JPEG and jpeg_scans(data) > MAX_JPEG_SCANS:
        raise PhotoRefused(Reason.BROKEN, "too many scans")
    if kind is Format.HEIC:
        _teach_heic()
    if kind is Format.PNG:
        data = without_large_notes(data)
    image = _open(kind, data)
    if kind is Format.JPEG:
        with refusing():
            mended = with_end(data, _MENDING_SIDE)
        if mended is not data:
            image = _open(kind, mended)
    return kind, image


def _open(kind: Format, data: bytes) -> Image.Image:
    with refusing():
        image = Image.open(io.BytesIO(data), formats=_DECODERS[kind])
    check_dimensions(kind, image.size)
    return image


def recognise_format(data: bytes) -> Format:
    """Return the format by size and first bytes; raises PhotoRefused (empty, too large, not a photo)."""
    if not data:
        raise PhotoRefused(Reason.EMPTY)
    if len(data) > MAX_BYTES:
        raise PhotoRefused(Reason.TOO_LARGE, f"{len(data)} bytes")
    kind = sniff(without_blanks(data[: 2 * SNIFF_BYTES])[:SNIFF_BYTES])
    if kind is None:
        raise PhotoRefused(Reason.NOT_A_PHOTO)
    return kind


def check_dimensions(kind: Format, size: tuple[int, int]) -> None:
    """Refuse what would take too much memory; `size` is (width, height) in pixels."""
    width, height = size
    limit = MAX_WEBP_PIXELS if kind is Format.WEBP else MAX_PIXELS
    if width < 1 or height < 1:
        raise PhotoRefused(Reason.BROKEN, "no area")
    if width * height > limit or max(size) > MAX_SIDE:
        raise PhotoRefused(Reason.TOO_MANY_PIXELS, f"{width}x{height}")


def decode_pixels(kind: Format, image: Image.Image, side: int) -> None:
    """Decode every pixel; a JPEG at the smallest scale that still has `side` pixels both ways.

    A truncated file is refused: half a photo is half a proof, and the sender can still send it again.
    """
    with refusing():
        image.draft(None, (side, side))
        image.load()
    check_dimensions(kind, image.size)


@contextmanager
def refusing() -> Iterator[None]:
    """Raise PhotoRefused for whatever a decoder raises over foreign bytes: the file cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except PhotoRefused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise PhotoRefused(Reason.TOO_MANY_PIXELS, str(error)) from error
    except Exception as error:
        raise PhotoRefused(Reason.BROKEN, f"{type(error).__name__}: {error}") from error


def _teach_heic() -> None:
    import pillow_heif  # costs 40 ms, so only for those who send HEIC

    pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
