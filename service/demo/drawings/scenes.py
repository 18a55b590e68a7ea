"""Street scenes of the demo, before and after: one for each kind that a drawing can show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from PIL import ImageDraw

from service.demo.drawings.street import (
    HEIGHT,
    WIDTH,
    Colour,
    draw_blots,
    draw_river,
    draw_street,
    draw_traces,
)

Pen = ImageDraw.ImageDraw
Thing = Callable[[Pen, Random], None]
_BAGS: tuple[Colour, ...] = (
    (38, 40, 46), (62, 66, 74), (214, 214, 206), (58, 92, 138), (168, 120, 66), (52, 110, 74),
)  # fmt: skip
_RUBBLE: tuple[Colour, ...] = ((176, 96, 70), (150, 144, 134), (196, 188, 174), (122, 116, 108))
_LEAVES: tuple[Colour, ...] = ((52, 98, 50), (70, 120, 62), (40, 78, 42))
_FLOATING: tuple[Colour, ...] = ((226, 226, 218), (58, 92, 138), (196, 60, 50), (120, 96, 52))
_PAPERS: tuple[Colour, ...] = ((250, 244, 120), (246, 246, 242), (250, 190, 170), (176, 224, 176))
_POLE: Colour = (136, 132, 128)
_DARK: Colour = (30, 30, 34)


def _heap(pen: Pen, random: Random, colours: tuple[Colour, ...] = _BAGS) -> None:
    """Bags, boxes and bottles on the pavement."""
    middle = random.randrange(380, 820)
    for _ in range(60):
        x = int(random.gauss(middle, 130))
        y = int(min(720, 700 - abs(random.gauss(0, 46)) * (1 - abs(x - middle) / 500)))
        r = random.randrange(22, 58)
        shape = pen.ellipse if random.random() < 0.7 else pen.rectangle
        shape((x - r, y - r, x + r, y + int(r * 0.7)), random.choice(colours))


def _rubble(pen: Pen, random: Random) -> None:
    """Bricks and broken concrete."""
    _heap(pen, random, _RUBBLE)


def _fire(pen: Pen, random: Random) -> None:
    """Draw a smoking heap."""
    for step in range(26):
        x, r = 600 + int(random.gauss(step * 7, 30)), 26 + step * 4
        shade = 150 + step * 2
        pen.ellipse((x - r, 620 - step * 22 - r, x + r, 620 - step * 22 + r), (shade, shade, shade + 2))
    draw_blots(pen, random, (600, 690), (90, 24), 40, (14, 40), ((40, 36, 34), (70, 60, 54), (226, 120, 36)))


def _posters(pen: Pen, random: Random) -> None:
    """Leaflets on a pole."""
    x = random.randrange(420, 760)
    pen.rectangle((x, 60, x + 74, 700), _POLE)
    for _ in range(26):
        left, top = x + random.randrange(-26, 40), random.randrange(240, 640)
        pen.rectangle((left, top, left + 64, top + 46), random.choice(_PAPERS))
        for line in range(3):
            pen.rectangle((left + 8, top + 9 + line * 12, left + 52, top + 14 + line * 12), (178, 40, 40))


def _banner(pen: Pen, random: Random) -> None:
    """Draw a banner over the road, one end loose."""
    low = random.randrange(300, 380)
    for x in (130, 1040):
        pen.rectangle((x, 120, x + 30, 700), _POLE)
    pen.polygon([(160, 210), (1040, 250), (1010, low + 60), (170, 330)], (196, 44, 40))
    for line in range(2):
        pen.line([(240, 252 + line * 40), (920, 276 + line * 40)], (250, 232, 120), 16)


def _cables(pen: Pen, random: Random) -> None:
    """Poles with a bundle that sags over the road."""
    for x in (140, 1030):
        pen.rectangle((x, 40, x + 40, 700), _POLE)
    low = random.randrange(360, 560)
    for cable in range(14):
        sag = low - cable * 18 + random.randrange(-12, 12)
        points = [
            (160 + step * 9, int(130 + (sag - 130) * (1 - ((step - 49) / 49) ** 2))) for step in range(99)
        ]
        pen.line(points, (26, 26, 28), random.randrange(4, 9), joint="curve")
    pen.arc((460, low - 40, 720, low + 150), 20, 330, (26, 26, 28), 7)


def _cabinet(pen: Pen, random: Random) -> None:
    """Draw an open cable box on a pole."""
    pen.rectangle((560, 40, 610, 700), _POLE)
    pen.rectangle((520, 300, 650, 480), (92, 98, 104))
    pen.polygon([(650, 300), (730, 330), (730, 510), (650, 480)], (150, 156, 160))
    for _ in range(9):
        x = random.randrange(530, 640)
        pen.line([(x, 330), (x + random.randrange(-60, 60), 560)], _DARK, 5)


def _pole(pen: Pen, random: Random) -> None:
    """Draw a pole that leans over the road."""
    top = random.randrange(820, 940)
    pen.line([(520, 700), (top, 80)], _POLE, 40)
    for wire in range(3):
        pen.line([(top - wire * 14, 96 + wire * 26), (1200, 250 + wire * 60)], _DARK, 5)


def _flood(pen: Pen, random: Random) -> None:
    """Water over the road and a blocked inlet."""
    pen.ellipse((120, 690, 1080, 890), (104, 116, 110))
    pen.ellipse((240, 720, 960, 870), (126, 140, 132))
    pen.rectangle((520, 676, 680, 712), (52, 52, 54))
    draw_blots(pen, random, (600, 692), (60, 12), 24, (12, 20), ((92, 78, 48), (70, 98, 58), (202, 202, 194)))


def _manhole(pen: Pen, _random: Random) -> None:
    """Draw a manhole without its cover."""
    pen.ellipse((440, 742, 720, 838), (70, 70, 74))
    pen.ellipse((458, 752, 702, 832), (16, 16, 18))
    pen.pieslice((700, 760, 900, 836), 150, 360, (84, 84, 88))


def _tree(pen: Pen, random: Random) -> None:
    """Draw a tree lying across the road."""
    pen.line([(160, 800), (820, 610)], (98, 70, 46), 46)
    draw_blots(pen, random, (880, 590), (130, 80), 70, (24, 62), _LEAVES)


def _leaning_tree(pen: Pen, random: Random) -> None:
    """Draw a tree that leans over the road."""
    pen.line([(420, 700), (760, 300)], (98, 70, 46), 44)
    draw_blots(pen, random, (810, 250), (120, 80), 70, (24, 62), _LEAVES)


def _floating(pen: Pen, random: Random) -> None:
    """Bottles and bags on the water."""
    draw_blots(pen, random, (620, 740), (230, 50), 46, (8, 22), _FLOATING)


def _outflow(pen: Pen, _random: Random) -> None:
    """Draw a pipe with black water."""
    pen.ellipse((240, 660, 980, 880), (44, 46, 42))
    pen.rectangle((330, 560, 430, 640), (120, 116, 110))
    pen.ellipse((404, 560, 456, 640), _DARK)
    pen.polygon([(420, 600), (480, 640), (520, 760), (390, 760)], (44, 46, 42))


def _site(pen: Pen, random: Random) -> None:
    """Draw a house being built over the pavement, bricks before it."""
    pen.rectangle((420, 170, 860, 660), (168, 162, 152))
    for x in range(420, 880, 110):
        pen.rectangle((x - 6, 140, x + 6, 690), (112, 82, 50))
    for y in range(220, 660, 120):
        pen.rectangle((400, y - 5, 880, y + 5), (112, 82, 50))
    draw_blots(pen, random, (900, 690), (60, 14), 30, (12, 22), _RUBBLE)


def _tables(pen: Pen, random: Random) -> None:
    """Tables and stools over the whole pavement."""
    for x in range(200, 1000, 170):
        top: Colour = random.choice([(196, 60, 50), (50, 100, 170), (228, 186, 60)])
        pen.rectangle((x, 620, x + 110, 636), top)
        pen.rectangle((x + 46, 636, x + 62, 694), _DARK)
        for side in (-34, 118):
            pen.rectangle((x + side, 658, x + side + 30, 694), top)


def _parked(pen: Pen, random: Random) -> None:
    """Draw a car on the pavement."""
    body: Colour = random.choice([(186, 44, 44), (44, 78, 130), (232, 232, 228)])
    pen.polygon([(400, 560), (470, 480), (740, 480), (820, 560)], body)
    pen.polygon([(430, 556), (484, 496), (600, 496), (600, 556)], (150, 176, 190))
    pen.polygon([(616, 556), (616, 496), (726, 496), (780, 556)], (150, 176, 190))
    pen.rounded_rectangle((340, 556, 880, 660), 26, body)
    for x in (450, 770):
        pen.ellipse((x - 50, 610, x + 50, 710), _DARK)
        pen.ellipse((x - 22, 638, x + 22, 682), (170, 170, 172))


def _hole(pen: Pen, random: Random) -> None:
    """Holes in the road."""
    for _ in range(3):
        x, y, r = random.randrange(260, 860), random.randrange(730, 830), random.randrange(60, 120)
        pen.ellipse((x - r, y - r // 3, x + r, y + r // 3), (78, 72, 66))
        pen.ellipse((x - r + 14, y - r // 3 + 6, x + r - 20, y + r // 3 - 8), (56, 50, 46))


def _signal(pen: Pen, *, lit: bool) -> None:
    pen.rectangle((584, 320, 616, 700), (84, 88, 98))
    pen.rounded_rectangle((530, 90, 670, 410), 20, _DARK)
    for n, colour in enumerate(((214, 54, 44), (236, 180, 50), (60, 176, 92))):
        top = 112 + n * 98
        pen.ellipse((560, top, 640, top + 80), colour if lit and n == 2 else (64, 64, 68))


def _lamp(pen: Pen, *, night: bool, lit: bool, broken: bool = False) -> None:
    if night:
        pen.rectangle((0, 0, WIDTH, HEIGHT), (34, 40, 62))
        pen.rectangle((0, 640, WIDTH, HEIGHT), (24, 26, 34))
    pen.line([(601, 720), (730 if broken else 601, 150)], (84, 88, 98), 22)
    if broken:
        pen.line([(730, 150), (850, 260)], (84, 88, 98), 16)
        pen.ellipse((820, 250, 900, 296), (60, 62, 70))
        return
    if lit and night:
        pen.polygon([(762, 140), (520, 760), (1010, 760)], (88, 86, 70))
    pen.arc((590, 110, 770, 260), 180, 290, (84, 88, 98), 18)
    pen.ellipse((722, 106, 802, 150), (255, 232, 150) if lit else (60, 62, 70))


def _on_street(thing: Thing) -> Thing:
    """Return what draws the street with the thing on it."""

    def draw(pen: Pen, random: Random) -> None:
        draw_street(pen, random)
        thing(pen, random)

    return draw


def _on_river(thing: Thing) -> Thing:
    def draw(pen: Pen, random: Random) -> None:
        draw_river(pen, random)
        thing(pen, random)

    return draw


def _nothing(_pen: Pen, _random: Random) -> None:
    """Draw a place as it ought to be."""


_CLEAN, _CLEAN_RIVER = _on_street(draw_traces), _on_river(_nothing)
_UPRIGHT = _on_street(lambda pen, _: pen.rectangle((500, 60, 540, 700), _POLE))
_LIT = _on_street(lambda pen, _: _lamp(pen, night=True, lit=True))
_OFF = _on_street(lambda pen, _: _lamp(pen, night=False, lit=False))

SCENES: Mapping[str, tuple[Thing, Thing]] = {
    "litter": (_on_street(_heap), _CLEAN),
    "rubble": (_on_street(_rubble), _CLEAN),
    "fire": (_on_street(_fire), _CLEAN),
    "floating": (_on_river(_floating), _CLEAN_RIVER),
    "outflow": (_on_river(_outflow), _CLEAN_RIVER),
    "posters": (_on_street(_posters), _UPRIGHT),
    "banner": (_on_street(_banner), _CLEAN),
    "cables": (_on_street(_cables), _UPRIGHT),
    "cabinet": (_on_street(_cabinet), _UPRIGHT),
    "pole": (_on_street(_pole), _UPRIGHT),
    "flood": (_on_street(_flood), _CLEAN),
    "manhole": (_on_street(_manhole), _CLEAN),
    "tree": (_on_street(_tree), _CLEAN),
    "leaning_tree": (_on_street(_leaning_tree), _CLEAN),
    "site": (_on_street(_site), _CLEAN),
    "tables": (_on_street(_tables), _CLEAN),
    "parked": (_on_street(_parked), _CLEAN),
    "hole": (_on_street(_hole), _CLEAN),
    "signal": (
        _on_street(lambda pen, _: _signal(pen, lit=False)),
        _on_street(lambda pen, _: _signal(pen, lit=True)),
    ),
    "lamp_off": (_on_street(lambda pen, _: _lamp(pen, night=True, lit=False)), _LIT),
    "lamp_day": (_on_street(lambda pen, _: _lamp(pen, night=False, lit=True)), _OFF),
    "lamp_broken": (_on_street(lambda pen, _: _lamp(pen, night=False, lit=False, broken=True)), _OFF),
}
"""Each scene before and after."""
