"""Drawn scenes that stand in for photos in the demo: before and after, of kinds that a drawing can show."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from service.demo.drawings.scenes import SCENES
from service.demo.drawings.street import HEIGHT, WIDTH

THUMBNAIL = (480, 360)
VARIANTS: Mapping[str, int] = {"litter": 3, "posters": 3, "cables": 2, "flood": 2}
"""How many streets there are with the scenes that are seen most; one with each other."""

SCENE_OF: Mapping[str, str | None] = {
    "litter": "litter",
    "litter.construction": "rubble",
    "litter.water": "floating",
    "litter.burning": "fire",
    "litter.dead_animal": None,
    "illegal_ad": "posters",
    "illegal_ad.banner": "banner",
    "illegal_ad.offensive": None,
    "hanging_cable": "cables",
    "hanging_cable.box": "cabinet",
    "hanging_cable.pole": "pole",
    "blocked_drain": "flood",
    "blocked_drain.cover": "manhole",
    "fallen_tree": "tree",
    "fallen_tree.leaning": "leaning_tree",
    "pollution.wastewater": "outflow",
    "illegal_construction": "site",
    "pavement_order.occupied": "tables",
    "pavement_order.parking": "parked",
    "pavement_order.road_damage": "hole",
    "pavement_order.signal": "signal",
    "street_light": "lamp_off",
    "street_light.daytime": "lamp_day",
    "street_light.damaged": "lamp_broken",
}
"""The scene of a kind, or of all kinds below it; a kind that no drawing shows has none."""


@dataclass(frozen=True, slots=True)
class DrawnScene:
    """Drawn scene: its name without ending, and both versions as WebP."""

    name: str
    full: bytes
    thumbnail: bytes


def draw_all() -> Iterator[DrawnScene]:
    """Draw every scene, before and after; the same ones each time."""
    for scene in SCENES:
        for variant in range(VARIANTS.get(scene, 1)):
            for fixed in (False, True):
                yield _picture(scene, variant, fixed=fixed)


def scene_of(path: Sequence[str]) -> str | None:
    """Return the scene of a category, by the codes from its root down to itself; None where none fits."""
    return next((SCENE_OF[code] for code in reversed(path) if code in SCENE_OF), None)


def picture_name(scene: str, variant: int, *, fixed: bool) -> str:
    """Return the name of a scene's picture in the street of that number. Raises KeyError for a scene that
    nobody draws, such as the code of a category: its file would be missing.
    """
    if scene not in SCENES:
        raise KeyError(scene)
    return f"{scene}-{variant % VARIANTS.get(scene, 1)}-{'after' if fixed else 'before'}"


NEWEST = picture_name("lamp_broken", 0, fixed=True)
"""The last one drawn: where it is stored, all are."""


def _picture(scene: str, variant: int, *, fixed: bool) -> DrawnScene:
    random = Random(f"{scene}-{variant}")  # noqa: S311 - before and after share the street
    image = Image.new("RGB", (WIDTH, HEIGHT))
    before, after = SCENES[scene]
    (after if fixed else before)(ImageDraw.Draw(image), random)
    image = image.filter(ImageFilter.GaussianBlur(1.2))
    return DrawnScene(picture_name(scene, variant, fixed=fixed), _webp(image), _webp(image.resize(THUMBNAIL)))


def _webp(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=74, method=1)
    return buffer.getvalue()
