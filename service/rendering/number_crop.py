"""The crop of a published photo that shows a number."""

from __future__ import annotations

import io
from collections.abc import Sequence

from service.rendering.published_photo import open_published

AROUND = 0.6
"""So much of the number's height is shown around it."""

WIDEST, QUALITY = 960, 88


def cut_crop(data: bytes, corners: Sequence[tuple[float, float]]) -> bytes | None:
    """Return the part around these corners (shares of the sides) as JPEG; None for no picture."""
    try:
        picture = open_published(data)
    except ValueError:
        return None
    part = picture.crop(crop_frame(picture.size, corners))
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
