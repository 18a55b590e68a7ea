"""Reading the text on a picture of our own making, by models inside the packages: nothing is fetched.

The packages are the extra `reading`. Without them nothing is read, and everything else works.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, cast

import numpy as np
from PIL import Image

from service.domain.numbers.boxes import Quad, TextBox

PACKAGES = ("rapidocr", "onnxruntime", "cv2")
MOST_ENLARGED, LEAST_ENLARGED, BLIND_ENLARGED = 3.0, 1.25, 1.5
NEAR_PIXELS, BLIND_PIXELS = 1_500_000, 2_800_000
"""Pixels of the closer look, where text was seen and where none was: with them a photo of 2048 pixels takes
no more than 3 seconds of one core.
"""
MARGIN = 2.0
"""Left around the text, in heights of its largest line."""

_PARAMS = {
    "Global.log_level": "error",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@lru_cache(maxsize=1)
def can_read() -> bool:
    """Return whether the packages that read are installed; they are not imported for it."""
    return all(find_spec(name) is not None for name in PACKAGES)


def open_picture(data: bytes) -> Image.Image:
    """Return a picture that this service made itself."""
    return Image.open(io.BytesIO(data)).convert("RGB")


def read_boxes(picture: Image.Image) -> list[TextBox]:
    """Return the text on the picture and where it stands, in pixels."""
    pixels = np.asarray(picture)[:, :, ::-1]
    found = _engine()(np.ascontiguousarray(pixels))
    if found.boxes is None:
        return []
    return [
        TextBox(_quad(corners), str(text), float(confidence))
        for corners, text, confidence in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def read_nearer(picture: Image.Image, boxes: Sequence[TextBox]) -> list[TextBox]:
    """Return the same by a closer look: where text stands, as far enlarged as about one more reading costs.
    Where no text was seen at all, it may be too small: the whole picture, of a large one its middle.
    """
    left, top, right, bottom = frame = _part_with_text(picture, boxes) if boxes else _middle(picture)
    wide, high = right - left, bottom - top
    pixels = NEAR_PIXELS if boxes else BLIND_PIXELS
    scale = min(MOST_ENLARGED, (pixels / (wide * high)) ** 0.5)
    if scale < LEAST_ENLARGED:  # the text is as large already
        return []
    size = round(wide * scale), round(high * scale)
    near = picture.crop(frame).resize(size, Image.Resampling.LANCZOS)
    return [_moved(box, left, top, scale) for box in read_boxes(near)]


def _part_with_text(picture: Image.Image, boxes: Sequence[TextBox]) -> tuple[int, int, int, int]:
    margin = MARGIN * max(box.height for box in boxes)
    points = [point for box in boxes for point in box.corners]
    return (
        max(0, int(min(x for x, _ in points) - margin)),
        max(0, int(min(y for _, y in points) - margin)),
        min(picture.width, int(max(x for x, _ in points) + margin)),
        min(picture.height, int(max(y for _, y in points) + margin)),
    )


def _middle(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return as much of the middle as can be enlarged by half."""
    share = min(1.0, (BLIND_PIXELS / (picture.width * picture.height)) ** 0.5 / BLIND_ENLARGED)
    beside, above = round(picture.width * (1 - share) / 2), round(picture.height * (1 - share) / 2)
    return beside, above, picture.width - beside, picture.height - above


def _moved(box: TextBox, left: int, top: int, scale: float) -> TextBox:
    corners = tuple((x / scale + left, y / scale + top) for x, y in box.corners)
    return TextBox(cast("Quad", corners), box.text, box.confidence)


def _quad(corners: Sequence[Sequence[float]]) -> Quad:
    return cast("Quad", tuple((float(x), float(y)) for x, y in corners))


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The reader with the models of its own wheel, loaded once a process."""
    from rapidocr import RapidOCR

    return RapidOCR(params=dict(_PARAMS))
