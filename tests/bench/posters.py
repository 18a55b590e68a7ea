"""`python -m tests.bench.posters`: how well telephone numbers are read from posters that are drawn anew, and
how often one is seen where there is none. Each kind is hard in one way; the same seed draws the same.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.telephones import Telephone, telephone
from service.imaging.number_reader import numbers_on
from service.imaging.text_reader import open_picture

SIZE = (1600, 1200)
PREFIXES = ("032", "056", "070", "081", "090", "091", "096", "097", "098")
WORDS = ("KHOAN CẮT BÊ TÔNG", "CHO VAY NHANH", "HÚT HẦM CẦU", "SỬA MÁY LẠNH", "CHUYỂN NHÀ TRỌN GÓI")
LOANS = ("VAY NGÂN HÀNG", "CHỈ CẦN CCCD", "VAY BẰNG CMND", "RÚT TIỀN ACB, VCB")
INKS = ((180, 30, 30), (20, 20, 20), (20, 40, 150))
PAPERS = ((250, 244, 120), (245, 245, 240), (220, 235, 250))
Draw = Callable[[random.Random, Image.Image], Image.Image]


def tilted(luck: random.Random, picture: Image.Image) -> Image.Image:
    """Seen from the side, to 35 degrees or so."""
    width, height = picture.size
    near, far = luck.uniform(0.0, 0.06), luck.uniform(0.12, 0.24)
    corners = [
        (0, near * height),
        (width, far * height),
        (width, (1 - far) * height),
        (0, (1 - near) * height),
    ]
    whole = [(0, 0), (width, 0), (width, height), (0, height)]
    rows, targets = [], []
    for (x, y), (u, v) in zip(corners, whole, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        targets += [u, v]
    made = numpy.linalg.solve(numpy.array(rows, float), numpy.array(targets, float))
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        tuple(made),
        Image.Resampling.BICUBIC,
        fillcolor=(150, 140, 130),
    )


def turned(luck: random.Random, picture: Image.Image) -> Image.Image:
    """Glued on crookedly."""
    angle = luck.choice((-1, 1)) * luck.uniform(6, 22)
    return picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(150, 140, 130))


def blurred(luck: random.Random, picture: Image.Image) -> Image.Image:
    """Out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(luck.uniform(2.0, 4.0)))


def dark(luck: random.Random, picture: Image.Image) -> Image.Image:
    """At night, with the noise of a small sensor."""
    dim = ImageEnhance.Brightness(picture).enhance(luck.uniform(0.2, 0.4))
    grain = numpy.random.default_rng(luck.randrange(2**31)).normal(0, 14, (dim.height, dim.width, 3))
    return Image.fromarray(numpy.clip(numpy.asarray(dim) + grain, 0, 255).astype("uint8"))


def far(luck: random.Random, picture: Image.Image) -> Image.Image:
    """On a pole some metres away."""
    share = luck.uniform(0.28, 0.4)
    small = picture.resize(
        (int(picture.width * share), int(picture.height * share)), Image.Resampling.LANCZOS
    )
    scene = Image.new("RGB", SIZE, (139, 146, 150))
    scene.paste(small, (luck.randrange(SIZE[0] - small.width), luck.randrange(SIZE[1] - small.height)))
    return scene


def torn(luck: random.Random, picture: Image.Image) -> Image.Image:
    """With a part of the number torn off: nothing may be read into it."""
    left, _, right, _ = picture.info["place"]
    edge = right - (right - left) * luck.uniform(0.18, 0.4)
    pen = ImageDraw.Draw(picture)
    pen.polygon([(edge, 0), (SIZE[0], 0), (SIZE[0], SIZE[1]), (edge - 60, SIZE[1])], (150, 140, 130))
    return picture


def askew(luck: random.Random, picture: Image.Image) -> Image.Image:
    """Photographed with a phone held anyhow: rows lie within each other's frames."""
    angle = luck.choice((-1, 1)) * luck.uniform(25, 45)
    return picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(150, 140, 130))


def sideways(luck: random.Random, picture: Image.Image) -> Image.Image:
    """Turned by a quarter or upside down."""
    return picture.rotate(luck.choice((90, 180, 270)) + luck.uniform(-4, 4), expand=True)


def tiny(luck: random.Random, picture: Image.Image) -> Image.Image:
    """On a wall across the street: a digit is some 15 pixels high."""
    share = luck.uniform(0.14, 0.2)
    size = int(picture.width * share), int(picture.height * share)
    scene = Image.new("RGB", (1280, 960), (139, 146, 150))
    at = luck.randrange(scene.width - size[0]), luck.randrange(scene.height - size[1])
    scene.paste(picture.resize(size, Image.Resampling.LANCZOS), at)
    return scene


def crossed(luck: random.Random, picture: Image.Image) -> Image.Image:
    """Behind cables and scratches."""
    pen = ImageDraw.Draw(picture)
    for _ in range(luck.randrange(8, 20)):
        x, y = luck.randrange(picture.width), luck.randrange(picture.height)
        way = luck.randrange(-600, 600), luck.randrange(-600, 600)
        ink = tuple(luck.randrange(200) for _ in range(3))
        pen.line((x, y, x + way[0], y + way[1]), ink, luck.randrange(1, 6))
    return picture


def shaded(luck: random.Random, picture: Image.Image) -> Image.Image:
    """Half in the shade, faded."""
    light = numpy.linspace(1, luck.uniform(0.3, 0.6), picture.width)[None, :, None]
    faded = ImageEnhance.Contrast(picture).enhance(luck.uniform(0.3, 0.6))
    return Image.fromarray((numpy.asarray(faded) * light).astype("uint8"))


def covered(luck: random.Random, picture: Image.Image) -> Image.Image:
    """With another paper over one or two of its digits: nothing may be read into them."""
    left, top, right, bottom = picture.info["place"]
    wide = (right - left) * luck.uniform(0.05, 0.14)
    at = luck.uniform(left, right - wide)
    ink = tuple(luck.randrange(220) for _ in range(3))
    ImageDraw.Draw(picture).rectangle((at, top - 80, at + wide, bottom + 80), ink)
    return picture


def plain(luck: random.Random, picture: Image.Image) -> Image.Image:
    """As it was glued on."""
    return picture


HOW: dict[str, Draw] = {
    "plain": plain,
    "spaced": plain,
    "two rows": plain,
    "tilted": tilted,
    "turned": turned,
    "blurred": blurred,
    "dark": dark,
    "far": far,
    "torn": torn,
    "askew": askew,
    "sideways": sideways,
    "tiny": tiny,
    "crossed": crossed,
    "shaded": shaded,
    "covered": covered,
    "loan": plain,
}
NOTHING = (
    "GIÁ 1.250.000 Đ",
    "75F1-123.45",
    "STK 19038847562013",
    "15/03/2026 – 20/04/2026",
    "GIẢM 50% – 2 KG",
    "KM 1034+500",
    "MST 3301234567",
)


def poster(luck: random.Random, kind: str, digits: str = "") -> tuple[Image.Image, str]:
    """A poster of that kind, and its number: a new one unless it is given."""
    digits = digits or luck.choice(PREFIXES) + "".join(luck.choices("0123456789", k=7))
    if telephone(digits) is None:
        return poster(luck, kind)
    written = {"spaced": "  ".join(digits), "two rows": f"{digits[:5]}\n{digits[5:]}"}.get(
        kind, luck.choice((digits, f"{digits[:4]} {digits[4:7]} {digits[7:]}", f"{digits[:4]}.{digits[4:]}"))
    )
    words = luck.choice(LOANS if kind == "loan" else WORDS)
    return HOW[kind](luck, _paper(luck, words, written)), digits


def _paper(luck: random.Random, words: str, written: str) -> Image.Image:
    picture = Image.new("RGB", SIZE, (150, 140, 130))
    pen, ink = ImageDraw.Draw(picture), luck.choice(INKS)
    pen.rectangle((180, 240, 1420, 960), luck.choice(PAPERS))
    pen.text((240, 320), words, ink, ImageFont.load_default(84))
    size = luck.randrange(110, 140)
    face = ImageFont.load_default(size)
    while pen.textbbox((240, 520), written, font=face)[2] > 1390:
        size -= 6
        face = ImageFont.load_default(size)
    pen.text((240, 520), written, ink, face)
    picture.info["place"] = pen.textbbox((240, 520), written, font=face)
    return picture


def read(picture: Image.Image) -> tuple[list[NumberReading], float]:
    """What the reader finds, as the worker asks it, and the processor's time that it took."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    began = time.process_time()
    opened = open_picture(out.getvalue())
    found = numbers_on(opened)
    return found, time.process_time() - began


def outcome(found: Sequence[NumberReading], digits: str) -> str:
    """Complete, nothing, or wrong: a wrong number is one that does not stand there."""
    numbers: set[Telephone] = {each.number for each in found}
    if {each.digits for each in numbers} - {digits}:
        return "wrong"
    return "complete" if numbers else "nothing"


def measure(count: int, negatives: int, seed: int) -> dict[str, float]:
    """Read so many posters and pictures without a number; shares and seconds."""
    luck, told, times = random.Random(seed), Counter[str](), []
    kinds = list(HOW)
    for at in range(count):
        kind = kinds[at % len(kinds)]
        picture, digits = poster(luck, kind)
        found, took = read(picture)
        said = outcome(found, digits)
        told[f"{kind}: {said}"] += 1
        told[said] += 1
        times.append(took)
    seen = 0
    for at in range(negatives):
        found, took = read(_paper(luck, luck.choice(WORDS), NOTHING[at % len(NOTHING)]))
        seen += bool(found)
        times.append(took)
    times.sort()
    return {
        "posters": count,
        "complete": told["complete"] / max(1, count),
        "wrong": told["wrong"] / max(1, count),
        "seen_where_none": seen / max(1, negatives),
        "read_p95_s": round(times[int(len(times) * 0.95)], 2),
        **{name: float(number) for name, number in sorted(told.items()) if ": " in name},
    }


def main() -> None:
    """Measure, print, and keep the figures if asked to."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench.posters")
    asked.add_argument("--count", type=int, default=208)
    asked.add_argument("--negatives", type=int, default=200)
    asked.add_argument("--seed", type=int, default=16)
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    figures = measure(given.count, given.negatives, given.seed)
    print(json.dumps(figures, indent=1))
    if given.json:
        given.json.write_text(json.dumps(figures))


if __name__ == "__main__":
    main()
