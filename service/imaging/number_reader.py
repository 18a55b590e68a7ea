"""Telephone numbers on a picture: a look, a closer one where that found none, a second opinion where the text
was not read surely.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from service.domain.numbers.boxes import TextBox
from service.domain.numbers.understanding import NumberReading, understand, understand_nearer
from service.imaging.text_reader import first_look, read_again, read_nearer

DOUBTFUL = 0.97
"""Text that was read less surely is read again. Digits cut off at half their height are read as others, and
every cut a little different as yet others; whole ones, however blurred, stay the same.
"""


def numbers_on(picture: Image.Image) -> list[NumberReading]:
    """Return the telephone numbers on a picture, the best first; none of which there are two opinions."""
    first = first_look(picture)
    boxes, found = first.boxes, understand(first.boxes)
    if not found:
        boxes = read_nearer(picture, first)
        found = understand_nearer(boxes, first.boxes)
    return [each for each in found if not _is_contradicted(picture, each, boxes)]


def _is_contradicted(picture: Image.Image, reading: NumberReading, boxes: Sequence[TextBox]) -> bool:
    """Return whether the number stands in doubtful text that says something else when it is cut anew."""
    doubtful = [box for box in boxes if box.corners == reading.quad and box.confidence < DOUBTFUL]
    return any(
        reading.number.digits not in {each.number.digits for each in understand([again])}
        for box in doubtful
        for again in read_again(picture, box)
    )
