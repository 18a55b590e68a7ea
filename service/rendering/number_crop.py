"""The crop of a photo that shows a number, cut from a picture of our own making."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

AROUND = 0.6
"""So much of the number's height is shown around it."""

WIDEST, QUALITY = 960, 88
MOST_PIXELS = 40_000_000
"""A picture of ours is far below; whatever says it is larger is not decoded."""


def cut_crop(data: bytes, corners: Sequence[tuple[float, float]]) -> bytes | None:
    """Return the part around these corners (shares of the sides) as JPEG; None for no picture."""
    try:
        picture = Image.open(io.BytesIO(data))
        if picture.width * picture.height > MOST_PIXELS:
            return None
        part = picture.convert("RGB").crop(crop_frame(picture.size, corners))
    except (OSError, ValueError):
        return None
    part.thumbnail((WIDEST, WIDEST))
    out = io.BytesIO()
    part.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def crop_frame(size: tuple[int, int], corners: Sequence[tuple[float, float]]) -> tuple[int, int, int, int]:
    """Return the frame in pixels, with some room around, within the picture and never empty."""
    width, height = size
    across, down = [x * width for x, _ in corners], [y * height for _, y in corners]
    room = AROUND * (max(down) - min(down))
    left = max(0, min(width - 1, round(min(across) - room)))
    top = max(0, min(height - 1, round(min(down) - room)))
    right, bottom = round(max(across) + room), round(max(down) + room)
    return left, top, max(left + 1, min(width, right)), max(top + 1, min(height, bottom))
