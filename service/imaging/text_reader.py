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
ENLARGED, OVERLAP = 2, 0.1

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


def read_text(picture: Image.Image) -> list[TextBox]:
    """Return the text on the picture and where it stands, in pixels."""
    pixels = np.asarray(picture)[:, :, ::-1]
    found = _engine()(np.ascontiguousarray(pixels))
    if found.boxes is None:
        return []
    return [
        TextBox(_quad(corners), str(text), float(confidence))
        for corners, text, confidence in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def read_quarters(picture: Image.Image) -> list[TextBox]:
    """Return the same by a closer look: at four parts that overlap, each enlarged."""
    boxes: list[TextBox] = []
    width, height = picture.size
    wide, high = round(width * (0.5 + OVERLAP / 2)), round(height * (0.5 + OVERLAP / 2))
    for left in (0, width - wide):
        for top in (0, height - high):
            part = picture.crop((left, top, left + wide, top + high))
            near = part.resize((wide * ENLARGED, high * ENLARGED), Image.Resampling.LANCZOS)
            boxes += [_moved(box, left, top) for box in read_text(near)]
    return boxes


def _moved(box: TextBox, left: int, top: int) -> TextBox:
    corners = tuple((x / ENLARGED + left, y / ENLARGED + top) for x, y in box.corners)
    return TextBox(cast("Quad", corners), box.text, box.confidence)


def _quad(corners: Sequence[Sequence[float]]) -> Quad:
    return cast("Quad", tuple((float(x), float(y)) for x, y in corners))


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The reader with the models of its own wheel, loaded once a process."""
    from rapidocr import RapidOCR

    return RapidOCR(params=dict(_PARAMS))
