"""A photo made small enough for a page that has to stay light."""

from __future__ import annotations

import io

from PIL import Image

SIDE = 240
"""Pixels of the longer side, as wide as a page shows it."""
MOST_BYTES = 6000
QUALITIES = (70, 55, 40, 28, 18)
MOST_PIXELS = 40_000_000
"""A published photo is far below; whatever says it is larger is not decoded."""


def shrink_photo(photo: bytes) -> bytes:
    """Return a WebP file within `SIDE`, in the best quality that takes `MOST_BYTES` or fewer, else in the
    least one. Raises ValueError for what is no published photo.
    """
    try:
        with Image.open(io.BytesIO(photo), formats=("WEBP",)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            small = opened.convert("RGB")
    except OSError as error:
        raise ValueError(str(error)) from error
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        out = io.BytesIO()
        small.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()
