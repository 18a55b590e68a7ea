"""The look at a file when it arrives: is it a photo that decodes, how large, and what does it say."""

from dataclasses import dataclass

from service.imaging.decode import decode_pixels, open_photo
from service.imaging.exif import Evidence, read_evidence, read_orientation
from service.imaging.sniff import Format

_CHECK_SIDE = 256


@dataclass(frozen=True, slots=True)
class PhotoInspection:
    """A file that is a photo; `width` and `height` in pixels, upright."""

    format: Format
    width: int
    height: int
    evidence: Evidence


def inspect_photo(data: bytes) -> PhotoInspection:
    """Read header and EXIF and decode every pixel once, so that "stored" never means "cannot be shown".

    Raises PhotoRefused.
    """
    kind, image = open_photo(data)
    width, height = image.size
    evidence, orientation = read_evidence(image), read_orientation(image)
    decode_pixels(kind, image, _CHECK_SIDE)
    if orientation >= 5:
        width, height = height, width
    return PhotoInspection(kind, width, height, evidence)
