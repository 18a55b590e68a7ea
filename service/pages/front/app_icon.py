"""The app's icon in the city's colour: a pin with a check mark, on a square that phones may round."""

from __future__ import annotations

import io
import math
from functools import lru_cache

from PIL import Image, ImageDraw

OVERSAMPLED = 4
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    '<rect width="100" height="100" rx="22" fill="{colour}"/>'
    '<path d="M50 84C38 70 27 58 27 44a23 23 0 1 1 46 0c0 14-11 26-23 40z" fill="#fff"/>'
    '<path d="m40 44 7.5 7.5L61 37" fill="none" stroke="{colour}" stroke-width="7" '
    'stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


def draw_svg(colour: str) -> str:
    """Return the icon as SVG."""
    return _SVG.replace("{colour}", colour)


@lru_cache(maxsize=16)
def draw_png(colour: str, size: int, *, rounded: bool = False) -> bytes:
    """Return the icon as PNG, `size` pixels square: filled to the edge for phones that cut their own shape,
    or `rounded` and clear outside.
    """
    whole = size * OVERSAMPLED
    unit = whole / 100
    image = Image.new("RGB", (whole, whole), colour)
    pen = ImageDraw.Draw(image)
    pen.polygon([(x * unit, y * unit) for x, y in _pin()], fill="#ffffff")
    mark = [(40 * unit, 44 * unit), (47.5 * unit, 51.5 * unit), (61 * unit, 37 * unit)]
    pen.line(mark, fill=colour, width=round(7 * unit), joint="curve")
    for x, y in mark:
        pen.ellipse((x - 3.5 * unit, y - 3.5 * unit, x + 3.5 * unit, y + 3.5 * unit), fill=colour)
    if rounded:
        shape = Image.new("L", image.size)
        ImageDraw.Draw(shape).rounded_rectangle((0, 0, whole - 1, whole - 1), 22 * unit, fill=255)
        image.putalpha(shape)
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _pin() -> list[tuple[float, float]]:
    """Return the outline: the upper round, then both sides bending down to the tip."""
    turns = [math.radians(180 + 2 * step) for step in range(91)]
    upper = [(50 + 23 * math.cos(turn), 44 + 23 * math.sin(turn)) for turn in turns]
    right = [_bend(step / 30, (73, 44), (73, 58), (62, 70), (50, 84)) for step in range(1, 31)]
    left = [(100 - x, y) for x, y in reversed(right)]
    return [*upper, *right, *left]


def _bend(t: float, *points: tuple[float, float]) -> tuple[float, float]:
    """Return a point of the cubic curve through its four control points."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    pairs = tuple(zip(weights, points, strict=True))
    return sum(w * p[0] for w, p in pairs), sum(w * p[1] for w, p in pairs)
