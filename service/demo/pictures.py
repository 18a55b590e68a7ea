"""Drawn street scenes that stand in for photos in the demo: before and after, a few of each kind."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 900)
THUMBNAIL = (480, 360)
VARIANTS = 3
ROOTS = ("litter", "illegal_ad", "hanging_cable", "blocked_drain", "fallen_tree", "street_light", "other")

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class DrawnScene:
    """Drawn scene: its name without ending, and both versions as WebP."""

    name: str
    full: bytes
    thumbnail: bytes


def draw_all() -> list[DrawnScene]:
    """Every scene, before and after; the same ones each time."""
    return [
        _picture(root, variant, fixed=fixed)
        for root in ROOTS
        for variant in range(VARIANTS)
        for fixed in (False, True)
    ]


def picture_name(root: str, variant: int, *, fixed: bool) -> str:
    """The name of a scene; categories without scenes of their own share `other`."""
    return f"{root if root in ROOTS else 'other'}-{variant % VARIANTS}-{'after' if fixed else 'before'}"


def _picture(root: str, variant: int, *, fixed: bool) -> DrawnScene:
    random = Random(f"{root}-{variant}")  # noqa: S311 - before and after share the street
    scene = Image.new("RGB", SIZE)
    pen = ImageDraw.Draw(scene)
    _street(pen, random)
    if fixed:
        _traces(pen, random)
    else:
        _THINGS.get(root, _heap)(pen, random)
    scene = scene.filter(ImageFilter.GaussianBlur(1.2))
    return DrawnScene(picture_name(root, variant, fixed=fixed), _webp(scene), _webp(scene.resize(THUMBNAIL)))


def _webp(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "WEBP", quality=74, method=1)
    return kept.getvalue()


def _street(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """Sky, houses, a pavement and the road."""
    width, height = SIZE
    warm = random.randrange(30)
    for y in range(590):
        pen.line([(0, y), (width, y)], (168 + y // 8, 200 + y // 14, 228 - warm))
    x = -40
    while x < width:
        wide, high = random.randrange(150, 260), random.randrange(240, 420)
        wall: Colour = random.choice([(222, 198, 160), (201, 178, 150), (214, 206, 190), (190, 200, 184)])
        _house(pen, random, (x, 590 - high, x + wide, 590), wall)
        x += wide + random.randrange(6, 30)
    pen.rectangle((0, 590, width, 690), (178, 170, 158))
    for joint in range(0, width, 75):
        pen.line([(joint, 590), (joint - 40, 690)], (160, 152, 140), 3)
    pen.rectangle((0, 690, width, height), (104, 104, 108))
    for dash in range(-60, width, 260):
        pen.polygon([(dash, 800), (dash + 130, 800), (dash + 118, 818), (dash - 14, 818)], (214, 210, 196))


def _house(pen: ImageDraw.ImageDraw, random: Random, box: tuple[int, int, int, int], wall: Colour) -> None:
    left, top, right, bottom = box
    pen.rectangle(box, wall)
    pen.rectangle((left - 8, top - 16, right + 8, top + 8), (148, 82, 62))
    for window in range(left + 24, right - 50, 76):
        pen.rectangle((window, top + 48, window + 42, top + 116), (96, 116, 128))
    door = random.randrange(left + 20, max(left + 21, right - 80))
    pen.rectangle((door, bottom - 120, door + 58, bottom), (92, 66, 52))


def _heap(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """Bags, boxes and bottles on the pavement."""
    middle = random.randrange(380, 820)
    for _ in range(60):
        x = int(random.gauss(middle, 130))
        y = int(min(720, 700 - abs(random.gauss(0, 46)) * (1 - abs(x - middle) / 500)))
        r = random.randrange(22, 58)
        colour: Colour = random.choice(
            [(38, 40, 46), (62, 66, 74), (214, 214, 206), (58, 92, 138), (168, 120, 66), (52, 110, 74)]
        )
        shape = pen.ellipse if random.random() < 0.7 else pen.rectangle
        shape((x - r, y - r, x + r, y + int(r * 0.7)), colour)


def _posters(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """A pole covered with leaflets."""
    x = random.randrange(420, 760)
    pen.rectangle((x, 60, x + 74, 700), (146, 142, 138))
    for _ in range(26):
        left, top = x + random.randrange(-26, 40), random.randrange(240, 640)
        paper: Colour = random.choice([(250, 244, 120), (246, 246, 242), (250, 190, 170), (176, 224, 176)])
        pen.rectangle((left, top, left + 64, top + 46), paper)
        for line in range(3):
            pen.rectangle((left + 8, top + 9 + line * 12, left + 52, top + 14 + line * 12), (178, 40, 40))


def _cables(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """Poles with a bundle that sags over the road."""
    for x in (140, 1030):
        pen.rectangle((x, 40, x + 40, 700), (132, 128, 122))
    low = random.randrange(360, 560)
    for cable in range(14):
        sag = low - cable * 18 + random.randrange(-12, 12)
        points = [
            (160 + step * 9, int(130 + (sag - 130) * (1 - ((step - 49) / 49) ** 2))) for step in range(99)
        ]
        pen.line(points, (26, 26, 28), random.randrange(4, 9), joint="curve")
    pen.arc((460, low - 40, 720, low + 150), 20, 330, (26, 26, 28), 7)


def _water(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """Water over the road and a blocked inlet."""
    pen.ellipse((120, 690, 1080, 890), (104, 116, 110))
    pen.ellipse((240, 720, 960, 870), (126, 140, 132))
    pen.rectangle((520, 676, 680, 712), (52, 52, 54))
    for _ in range(24):
        x, y = random.randrange(470, 730), random.randrange(664, 716)
        pen.ellipse((x, y, x + 34, y + 18), random.choice([(92, 78, 48), (70, 98, 58), (202, 202, 194)]))


def _tree(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """A tree lying across."""
    pen.line([(160, 800), (820, 610)], (98, 70, 46), 46)
    for _ in range(70):
        x, y = int(random.gauss(880, 130)), int(random.gauss(590, 80))
        r = random.randrange(24, 62)
        pen.ellipse((x - r, y - r, x + r, y + r), random.choice([(52, 98, 50), (70, 120, 62), (40, 78, 42)]))


def _lamp(pen: ImageDraw.ImageDraw, _random: Random) -> None:
    """Dusk, and a lamp that is out."""
    pen.rectangle((0, 0, *SIZE), (34, 40, 62))
    pen.rectangle((0, 640, *SIZE), (24, 26, 34))
    pen.rectangle((590, 150, 612, 720), (84, 88, 98))
    pen.arc((590, 110, 770, 260), 180, 290, (84, 88, 98), 18)
    pen.ellipse((722, 106, 802, 150), (60, 62, 70))


def _traces(pen: ImageDraw.ImageDraw, random: Random) -> None:
    """Draw the street once it was cleaned: swept, a little wet."""
    for _ in range(6):
        x = random.randrange(200, 980)
        pen.ellipse((x, 640, x + random.randrange(80, 220), 668), (164, 158, 148))


_THINGS: dict[str, Callable[[ImageDraw.ImageDraw, Random], None]] = {
    "illegal_ad": _posters,
    "hanging_cable": _cables,
    "blocked_drain": _water,
    "fallen_tree": _tree,
    "street_light": _lamp,
}
