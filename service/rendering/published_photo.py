"""A published photo opened to be drawn anew: for shared cards, small pictures, crops of numbers."""

from __future__ import annotations

import io

from PIL import Image

MOST_PIXELS = 40_000_000
"""A published photo is far below; whatever says it is larger is not decoded."""


def open_published(photo: bytes) -> Image.Image:
    """Return the picture of a published photo, a WebP file, in RGB. Raises ValueError for what is none."""
    try:
        with Image.open(io.BytesIO(photo), formats=("WEBP",)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            return opened.convert("RGB")
    except OSError as error:
        raise ValueError(str(error)) from error
