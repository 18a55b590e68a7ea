"""A drawn street and a drawn river bank: the ground of the demo's scenes."""

from __future__ import annotations

from random import Random

from PIL import ImageDraw

WIDTH, HEIGHT = 1200, 900

Colour = tuple[int, int, int]


def draw_street(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """Draw sky, houses, a pavement and the road."""
    _sky(pen, random)
    x = -40
    while x < WIDTH:
        wide, high = random.randrange(150, 260), random.randrange(240, 420)
        wall: Colour = random.choice([(222, 198, 160), (201, 178, 150), (214, 206, 190), (190, 200, 184)])
        _house(pen, random, (x, 590 - high, x + wide, 590), wall)
        x += wide + random.randrange(6, 30)
    pen.rectangle((0, 590, WIDTH, 690), (178, 170, 158))
    for joint in range(0, WIDTH, 75):
        pen.line([(joint, 590), (joint - 40, 690)], (160, 152, 140), 3)
    pen.rectangle((0, 690, WIDTH, HEIGHT), (104, 104, 108))
    for dash in range(-60, WIDTH, 260):
        pen.polygon([(dash, 800), (dash + 130, 800), (dash + 118, 818), (dash - 14, 818)], (214, 210, 196))


def draw_river(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """Draw sky, trees on the far bank, water and the near bank."""
    _sky(pen, random)
    draw_blots(pen, random, (600, 470), (420, 30), 90, (30, 80), ((70, 116, 74), (54, 96, 62), (92, 134, 84)))
    pen.rectangle((0, 520, WIDTH, HEIGHT), (112, 142, 150))
    for _ in range(60):
        x, y = random.randrange(WIDTH), random.randrange(540, HEIGHT)
        pen.line([(x, y), (x + random.randrange(30, 120), y)], (132, 162, 168), 3)
    pen.polygon([(0, 560), (340, 600), (240, HEIGHT), (0, HEIGHT)], (128, 140, 92))


def draw_traces(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """Draw the pavement once it was cleaned: swept, a little wet."""
    for _ in range(6):
        x = random.randrange(200, 980)
        pen.ellipse((x, 640, x + random.randrange(80, 220), 668), (164, 158, 148))


def draw_blots(
    pen: ImageDraw.ImageDraw,
    random: Random,
    middle: tuple[int, int],
    spread: tuple[int, int],
    number: int,
    radii: tuple[int, int],
    colours: tuple[Colour, ...],
) -> None:
    """Draw so many round blots around a place: leaves, stones, bags."""
    for _ in range(number):
        x, y = int(random.gauss(middle[0], spread[0])), int(random.gauss(middle[1], spread[1]))
        r = random.randrange(*radii)
        pen.ellipse((x - r, y - r, x + r, y + r), random.choice(colours))


def _sky(pen: ImageDraw.ImageDraw, random: Random) -> None:
    warm = random.randrange(30)
    for y in range(590):
        pen.line([(0, y), (WIDTH, y)], (168 + y // 8, 200 + y // 14, 228 - warm))


def _house(pen: ImageDraw.ImageDraw, random: Random, box: tuple[int, int, int, int], wall: Colour) -> None:
    left, top, right, bottom = box
    pen.rectangle(box, wall)
    pen.rectangle((left - 8, top - 16, right + 8, top + 8), (148, 82, 62))
    for window in range(left + 24, right - 50, 76):
        pen.rectangle((window, top + 48, window + 42, top + 116), (96, 116, 128))
    door = random.randrange(left + 20, max(left + 21, right - 80))
    pen.rectangle((door, bottom - 120, door + 58, bottom), (92, 66, 52))
