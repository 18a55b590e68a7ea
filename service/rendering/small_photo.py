"""A photo made small enough for a page that has to stay light."""

from __future__ import annotations

import io

from PIL import Image

from service.rendering.published_photo import open_published

SIDE, LEAST_SIDE = 240, 120
"""Pixels of the longer side: as wide as a page shows it, and of what is all details."""
MOST_BYTES = 6000
QUALITIES = (70, 55, 40, 28, 18)


def shrink_photo(photo: bytes) -> bytes:
    """Return a WebP file within `SIDE`, in the best quality that takes `MOST_BYTES` or fewer; within
    `LEAST_SIDE` where none does. Raises ValueError for what is no published photo.
    """
    small = open_published(photo)
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    found = (_encoded(small, quality) for quality in QUALITIES)
    light = next((each for each in found if len(each) <= MOST_BYTES), None)
    if light is not None:
        return light
    small.thumbnail((LEAST_SIDE, LEAST_SIDE), Image.Resampling.LANCZOS)
    return _encoded(small, QUALITIES[-1])


def _encoded(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=6)
    return out.getvalue()
