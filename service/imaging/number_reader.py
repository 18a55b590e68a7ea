"""Telephone numbers on a picture: a look, a closer one where that found none, a second opinion where the text
was not read surely.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from service.domain.numbers.boxes import TextBox, overlap
from service.domain.numbers.extraction import NumberReading, extract_closer_numbers, extract_numbers
from service.imaging.text_reader import first_look, read_again, read_nearer

DOUBTFUL = 0.97
"""Text that was read less surely is read again. Digits cut off at half their height are read as others, and
every cut a little different as yet others; whole ones, however blurred, stay the same.
"""

LEAST_SURE = 0.998
"""A number with a digit that was read less surely is left to people: of torn, covered, crossed out ones it is
a guess, while whole ones, by night or far away, are read at 0.999 and more each, at least when read again.
"""

WITHIN = 0.8
"""A box belongs to a number if so much of it lies within the number's place."""


def numbers_on(picture: Image.Image) -> list[NumberReading]:
    """Return the telephone numbers on a picture, the best first; none of which a digit is doubtful, or of
    which there are two opinions.
    """
    first = first_look(picture)
    boxes, found = first.boxes, extract_numbers(first.boxes)
    if not found:
        boxes = read_nearer(picture, first)
        found = extract_closer_numbers(boxes, first.boxes)
    return [each for each in found if not _is_guessed(picture, each, boxes)]


def _is_guessed(picture: Image.Image, reading: NumberReading, boxes: Sequence[TextBox]) -> bool:
    """Return whether a digit at the number's place was hardly read, and not better when its text was cut out
    anew; or whether doubtful text says something else then.
    """
    for box in boxes:
        if overlap(box.corners, reading.quad) < WITHIN:
            continue
        hardly = box.weakest < LEAST_SURE
        if box.corners != reading.quad:  # one of several that make the number: read again it is none
            if hardly:
                return True
        elif hardly or box.confidence < DOUBTFUL:
            again = read_again(picture, box)
            if any(reading.number.digits not in _digits_in(each) for each in again):
                return True
            if hardly and any(each.weakest < LEAST_SURE for each in again):
                return True
    return False


def _digits_in(box: TextBox) -> set[str]:
    return {each.number.digits for each in extract_numbers([box])}
