"""Drawn walls with ten numbers each that are nobody's, as they stand on the demo's photos."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from service.demo.drawings.street import HEIGHT, WIDTH
from service.domain.numbers.boxes import Quad
from service.domain.numbers.telephones import Telephone, telephone
from service.storage import Storage

WALLS, ON_A_WALL = 12, 10
COLUMNS = 2
PAPERS = ((250, 244, 120), (244, 244, 238), (255, 214, 170), (206, 232, 255))
INKS = ((178, 40, 40), (20, 40, 120), (30, 30, 30))
PAPER, MARGIN = (560, 150), (30, 30)
LETTERS = 76


def numbers_of(wall: int) -> list[Telephone]:
    """Return the numbers of a wall, all of 095x: no carrier has that range."""
    found = []
    for at in range(wall * ON_A_WALL, (wall + 1) * ON_A_WALL):
        number = telephone(f"095{at % 10}{(at * 7919 + 104_729) % 1_000_000:06}")
        if number is not None:
            found.append(number)
    return found


def number_corners(at: int) -> Quad:
    """Return the corners of the number at that place of a wall, in pixels."""
    left, top = _corner(at)
    right, bottom = left + PAPER[0] - 20, top + 110
    return (left, top + 10), (right, top + 10), (right, bottom), (left, bottom)


def wall_key(wall: int) -> str:
    """Return where the picture of a wall is kept, without its kind and ending."""
    return f"demo/wall-{wall:02}"


def store_wall(storage: Storage, wall: int) -> int:
    """Draw a wall and store it as a photo is; how many bytes it has."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (201, 178, 150))
    pen, letters = ImageDraw.Draw(picture), ImageFont.load_default(LETTERS)
    for row in range(0, HEIGHT, 60):
        pen.line([(0, row), (WIDTH, row)], (182, 160, 134), 4)
    for at, number in enumerate(numbers_of(wall)):
        left, top = _corner(at)
        pen.rectangle(
            (left, top, left + PAPER[0] - 20, top + PAPER[1] - 10), PAPERS[(at + wall) % len(PAPERS)]
        )
        pen.text((left + 14, top + 20), number.shown, INKS[(at + wall) % len(INKS)], letters)
    full = _webp(picture)
    storage.put(f"original/{wall_key(wall)}.webp", full)
    storage.put(f"public/{wall_key(wall)}.webp", full)
    storage.put(f"public/{wall_key(wall)}-small.webp", _webp(picture.resize((480, 360))))
    return len(full)


def _corner(at: int) -> tuple[int, int]:
    return MARGIN[0] + at % COLUMNS * PAPER[0], MARGIN[1] + at // COLUMNS * PAPER[1]


def _webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=74, method=1)
    return out.getvalue()
