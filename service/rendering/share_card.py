"""The picture that goes with a shared report: its photos, before beside after, and a line of words below."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from service.rendering.published_photo import open_published

SIZE = 1200, 630
"""Pixels, as messengers and social networks want it; no larger whatever the photos are."""
QUALITY = 82

FONTS = Path(__file__).parents[1] / "islands" / "fonts"
INK, SOFT, GROUND = "#1f1b18", "#5a534c", "#fbfaf7"
_LATIN = frozenset("\u00a0©°²³·½×–—‘’“”•…›€−ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý")
"""What the file for Latin has beside the letters of ASCII."""

_BAND = 170
_EDGE = 44
_GAP = 6


@dataclass(frozen=True, slots=True)
class CardWords:
    """Words of a card: `title` and `line` below the photos, `marks` on each of two photos."""

    title: str
    line: str
    service: str
    marks: tuple[str, str] = ("", "")


def draw_card(words: CardWords, photos: Sequence[bytes], colour: str) -> bytes:
    """Return the card as JPEG, with none, one or two photos; one that cannot be read is left out."""
    card = Image.new("RGB", SIZE, GROUND)
    shown = [photo for photo in map(_open, photos[:2]) if photo is not None]
    pen = ImageDraw.Draw(card)
    top = SIZE[1] - _BAND
    width = (SIZE[0] - _GAP * (len(shown) - 1)) // len(shown) if shown else SIZE[0]
    if not shown:
        pen.rectangle((0, 0, SIZE[0], top), fill=colour)
        _write(pen, (_EDGE, top // 2 - 40), words.service, 64, "#ffffff", SIZE[0] - 2 * _EDGE)
    for index, photo in enumerate(shown):
        left = index * (width + _GAP)
        card.paste(ImageOps.fit(photo, (width, top), Image.Resampling.BILINEAR), (left, 0))
        if len(shown) == 2:
            _mark(pen, (left + 24, top - 74), words.marks[index], colour if index else INK)
    pen.rectangle((0, top, SIZE[0], top + 8), fill=colour)
    # A long name is written smaller rather than cut: at its end stands the ward.
    for text, down, size, least, ink in ((words.title, 30, 46, 30, INK), (words.line, 100, 32, 24, SOFT)):
        fitted = fitting_size(text, size, least, SIZE[0] - 2 * _EDGE)
        _write(pen, (_EDGE, top + down + (size - fitted) / 2), text, fitted, ink, SIZE[0] - 2 * _EDGE)
    out = io.BytesIO()
    card.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _open(photo: bytes) -> Image.Image | None:
    try:
        return open_published(photo)
    except ValueError:
        return None


def _mark(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, colour: str) -> None:
    size = 30
    width = sum(font.getlength(part) for part, font in _runs(text, size))
    pen.rounded_rectangle((at[0], at[1], at[0] + width + 36, at[1] + 50), 25, fill=colour)
    _write(pen, (at[0] + 18, at[1] + 6), text, size, "#ffffff", SIZE[0])


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: str, room: float
) -> None:
    """Write one line, cut where it is longer than `room` pixels."""
    x, limit = at[0], at[0] + room
    for part, font in _runs(_cut(text, size, room), size):
        if x >= limit:
            return
        pen.text((x, at[1]), part, font=font, fill=colour)
        x += font.getlength(part)


def fitting_size(text: str, size: int, least: int, room: float) -> int:
    """Return the largest size from `size` down to `least` in which the line takes `room` pixels or fewer."""
    while size > least and _length(text, size) > room:
        size -= 2
    return size


def _length(text: str, size: int) -> float:
    return sum(font.getlength(part) for part, font in _runs(text, size))


def _cut(text: str, size: int, room: float) -> str:
    if _length(text, size) <= room:
        return text
    while text and _length(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _runs(text: str, size: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """Yield the text in pieces, each with the font for it: letters lie in three files."""
    piece, kind = "", ""
    for letter in text:
        wanted = font_part(letter)
        if kind and wanted != kind:
            yield piece, _font(kind, size)
            piece = ""
        piece, kind = piece + letter, wanted
    if piece:
        yield piece, _font(kind, size)


def font_part(letter: str) -> str:
    """Return which of the files has the letter, as `styles/fonts.css` tells them apart."""
    if letter in "ĂăĐđĨĩŨũƠơƯư₫" or "\u1ea0" <= letter <= "\u1ef9" or "\u0300" <= letter <= "\u0329":
        return "vietnamese"
    return "latin" if letter.isascii() or letter in _LATIN else "more"


@lru_cache(maxsize=32)  # 0.3 ms each, some a card
def _font(kind: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"be-vietnam-pro-{kind}-600.woff2", size)
