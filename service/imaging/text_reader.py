"""Reading the text on a picture of our own making, by models inside the packages: nothing is fetched.

The packages are the extra `reading`. Without them nothing is read, and everything else works.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.domain.numbers.boxes import Quad, TextBox

PACKAGES = ("rapidocr", "onnxruntime", "cv2")
MOST_ENLARGED, LEAST_ENLARGED, BLIND_ENLARGED = 3.0, 1.25, 1.5
FIRST_PIXELS, NEAR_PIXELS, BLIND_PIXELS = 3_200_000, 1_500_000, 2_000_000
"""Pixels of the first look, and of the closer one where text was seen and where none was: with them a photo
of 2048 pixels takes no more than 3 seconds of one core.
"""
LEAST_SIDE = 24
"""Pixels of a picture's shorter side below which nothing is read: the models stumble over less than 16."""

MARGIN = 2.0
"""Left around the text, in heights of its largest line."""

AGAIN = (-0.08, 0.12, 0.3)
"""How much higher than a box, in its heights on each side, its text is cut out to be read again."""

WARM = 0.1
"""How sure the detector must be of a pixel for the closer look to go there (0 to 1); a legible line far away
leaves some 0.14 and more, a bare wall 0.08 at most.
"""
WARM_MARGIN = 160
"""Left around what is warm, in pixels of the picture: of a line so small often only a few signs are."""

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


@dataclass(frozen=True, slots=True)
class FirstLook:
    """Text on a picture, and how sure the detector was of each place (0 to 1), in whatever size it looked."""

    boxes: list[TextBox]
    warmth: NDArray[np.float32]


def first_look(picture: Image.Image) -> FirstLook:
    """Return the text on the whole picture, and where there might be more."""
    scale = min(1.0, (FIRST_PIXELS / (picture.width * picture.height)) ** 0.5)
    size = round(picture.width * scale), round(picture.height * scale)
    if min(size) < LEAST_SIDE:
        return FirstLook([], np.zeros((1, 1), np.float32))
    boxes = read_boxes(picture if scale == 1 else picture.resize(size, Image.Resampling.LANCZOS))
    return FirstLook([_moved(box, 0, 0, scale) for box in boxes], _reader().detector.warmth)


def read_boxes(picture: Image.Image) -> list[TextBox]:
    """Return the text on the picture and where it stands, in pixels."""
    pixels = np.asarray(picture)[:, :, ::-1]
    _reader().recogniser.weakest.clear()
    found = _reader().read(np.ascontiguousarray(pixels))
    if found.boxes is None:
        return []
    weakest = _reader().recogniser.weakest
    return [
        TextBox(_quad(corners), str(text), float(confidence), weakest.get((text, confidence), 1.0))
        for corners, text, confidence in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def read_nearer(picture: Image.Image, first: FirstLook) -> list[TextBox]:
    """Return the same by a closer look: where text stands, as far enlarged as about one more reading costs.
    Where none was read, where the detector was warm; a picture that left it cold everywhere has no text.
    """
    frame = _part_with_text(picture, first.boxes) if first.boxes else _warm_part(picture, first.warmth)
    if frame is None:
        return []
    left, top, right, bottom = frame
    wide, high = right - left, bottom - top
    pixels = NEAR_PIXELS if first.boxes else BLIND_PIXELS
    scale = min(MOST_ENLARGED, (pixels / (wide * high)) ** 0.5)
    if scale < LEAST_ENLARGED:  # the text is as large already
        return []
    size = round(wide * scale), round(high * scale)
    near = picture.crop(frame).resize(size, Image.Resampling.LANCZOS)
    return [_moved(box, left, top, scale) for box in read_boxes(near)]


def read_again(picture: Image.Image, box: TextBox) -> list[TextBox]:
    """Return what the text of a box is read as when it is cut out a little lower or higher, a time each."""
    pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    return [_reread(pixels, box, margin) for margin in AGAIN]


def _reread(pixels: NDArray[np.uint8], box: TextBox, margin: float) -> TextBox:
    from rapidocr.utils.process_img import get_rotate_crop_image

    corners = np.array(box.corners, np.float32)
    down, along = corners[[3, 2]] - corners[[0, 1]], corners[[1, 2]] - corners[[0, 3]]
    if box.height <= box.width:
        corners[[0, 1]] -= down * margin
        corners[[3, 2]] += down * margin
    else:  # text that runs upwards
        corners[[0, 3]] -= along * margin
        corners[[1, 2]] += along * margin
    read = _reader().read
    turned, _ = read.cls_and_rotate([get_rotate_crop_image(pixels, corners)])
    recognised = read.recognize_txt(turned)
    text, confidence = str(recognised.txts[0]), float(recognised.scores[0])
    weakest = _reader().recogniser.weakest.get((text, confidence), 1.0)
    return TextBox(box.corners, text, confidence, weakest)


def _part_with_text(picture: Image.Image, boxes: Sequence[TextBox]) -> tuple[int, int, int, int]:
    margin = MARGIN * max(box.height for box in boxes)
    points = [point for box in boxes for point in box.corners]
    return (
        max(0, int(min(x for x, _ in points) - margin)),
        max(0, int(min(y for _, y in points) - margin)),
        min(picture.width, int(max(x for x, _ in points) + margin)),
        min(picture.height, int(max(y for _, y in points) + margin)),
    )


def _warm_part(picture: Image.Image, warmth: NDArray[np.float32]) -> tuple[int, int, int, int] | None:
    """Return the frame around what is warm; of a large one the warmest part that can be enlarged by half."""
    warm = warmth > WARM
    if not warm.any():
        return None
    across, down = picture.width / warm.shape[1], picture.height / warm.shape[0]
    columns, rows = np.flatnonzero(warm.any(axis=0)), np.flatnonzero(warm.any(axis=1))
    left = max(0, int(columns[0] * across) - WARM_MARGIN)
    right = min(picture.width, int(columns[-1] * across) + WARM_MARGIN)
    top = max(0, int(rows[0] * down) - WARM_MARGIN)
    bottom = min(picture.height, int(rows[-1] * down) + WARM_MARGIN)
    most = BLIND_PIXELS / BLIND_ENLARGED**2
    if (right - left) * (bottom - top) <= most:
        return left, top, right, bottom
    share = min(1.0, (most / (picture.width * picture.height)) ** 0.5)
    wide, high = round(warm.shape[1] * share), round(warm.shape[0] * share)
    row, column = _warmest(warm, high, wide)
    left, top = int(column * across), int(row * down)
    return (
        left,
        top,
        min(picture.width, left + int(wide * across)),
        min(picture.height, top + int(high * down)),
    )


def _warmest(warm: NDArray[np.bool_], high: int, wide: int) -> tuple[int, int]:
    """Return row and column at which a window of that size begins that holds the most of what is warm."""
    sums = np.zeros((warm.shape[0] + 1, warm.shape[1] + 1), np.int64)
    sums[1:, 1:] = warm.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    inside = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    row, column = np.unravel_index(inside.argmax(), inside.shape)
    return int(row), int(column)


def _moved(box: TextBox, left: int, top: int, scale: float) -> TextBox:
    corners = tuple((x / scale + left, y / scale + top) for x, y in box.corners)
    return replace(box, corners=cast("Quad", corners))


def _quad(corners: Sequence[Sequence[float]]) -> Quad:
    return cast("Quad", tuple((float(x), float(y)) for x, y in corners))


class _Detector:
    """Last step of the detector; `warmth` is how sure it was of each place of the newest picture, 0 to 1."""

    def __init__(self, inner: Callable[[NDArray[np.float32], tuple[int, int]], object]) -> None:
        self._inner = inner
        self.warmth: NDArray[np.float32] = np.zeros((1, 1), np.float32)

    def __call__(self, found: NDArray[np.float32], size: tuple[int, int]) -> object:
        self.warmth = found[0, 0]
        return self._inner(found, size)


class _Recogniser:
    """The recogniser's last step; it keeps how sure it was of the least certain digit of each text, by the
    text and its confidence, until the next picture.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.weakest: dict[tuple[str, float], float] = {}

    def __call__(self, found: NDArray[np.float32], *given: object, **named: object) -> tuple[object, object]:
        lines, words = self._inner(found, *given, **named)
        for steps, (text, confidence) in zip(found, lines, strict=True):
            signs, sure = steps.argmax(axis=1), steps.max(axis=1)
            first = np.ones(len(signs), bool)
            first[1:] = signs[1:] != signs[:-1]
            digits = [
                float(sure[at])
                for at in np.flatnonzero(first & (signs != 0))
                if self._inner.character[signs[at]].isdigit()
            ]
            self.weakest[text, confidence] = min(digits, default=1.0)
        return lines, words


@dataclass(frozen=True, slots=True)
class _Reader:
    read: Any
    detector: _Detector
    recogniser: _Recogniser


@lru_cache(maxsize=1)
def _reader() -> _Reader:
    """Return the reader with the models of its own wheel, loaded once a process."""
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(params=dict(_PARAMS))
    finder = engine._load_det_model()
    finder.postprocess_op = detector = _Detector(finder.postprocess_op)
    reader = engine._load_rec_model()
    reader.postprocess_op = recogniser = _Recogniser(reader.postprocess_op)
    return _Reader(engine, detector, recogniser)
