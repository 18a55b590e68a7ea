"""The small faces still draw every letter a screen of ours may show."""

from __future__ import annotations

import itertools
import re
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from service.rendering.share_card import font_part
from tests.tools.fonts import FONTS, ISLANDS, PARTS, PLAIN

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
VIETNAMESE = {
    unicodedata.normalize("NFC", vowel + tone) for vowel, tone in itertools.product(VOWELS, TONES)
} | {"đ"}
LATIN = {chr(code) for code in range(0x20, 0x7F)} | set("–—…“”‘’·×°©→€")


@pytest.mark.parametrize("weight", [400, 600])
def test_no_letter_is_missing(weight: int) -> None:
    drawn: set[str] = set()
    for part in ("latin", "vietnamese"):
        with TTFont(FONTS / f"be-vietnam-pro-{part}-{weight}.woff2") as font:
            drawn |= {chr(code) for code in font.getBestCmap()}
            assert "kern" in {each.FeatureTag for each in font["GPOS"].table.FeatureList.FeatureRecord}
    letters = VIETNAMESE | {each.upper() for each in VIETNAMESE}
    assert letters - drawn == set()
    assert LATIN - drawn <= set("→"), "an arrow is drawn as an icon"


def ranges() -> dict[str, set[str]]:
    """The letters that the style sheet asks of each file, by the file's name."""
    css = (ISLANDS / "styles/fonts.css").read_text(encoding="utf-8")
    asked = {}
    for name, listed in re.findall(r"fonts/([\w-]+)\.woff2.*?unicode-range: ([^;]+);", css, re.DOTALL):
        spans = [span.strip().removeprefix("U+").split("-") for span in listed.split(",")]
        asked[name] = {chr(n) for span in spans for n in range(int(span[0], 16), int(span[-1], 16) + 1)}
    return asked


@pytest.mark.parametrize("weight", [400, 600])
def test_each_letter_is_asked_of_one_file_that_has_it(weight: int) -> None:
    asked, drawn = ranges(), {}
    for part in PARTS:
        with TTFont(FONTS / f"be-vietnam-pro-{part}-{weight}.woff2") as font:
            drawn[part] = {chr(code) for code in font.getBestCmap()} - {"\r"}
    assert asked.keys() == {path.stem for path in FONTS.glob("*.woff2")}
    for letter in set().union(*drawn.values()):
        files = [part for part in PARTS if letter in asked[f"be-vietnam-pro-{part}-{weight}"]]
        assert files == [font_part(letter)] and letter in drawn[files[0]], letter
    assert asked[f"be-vietnam-pro-latin-{weight}"] == PLAIN


def test_a_first_view_needs_no_more_than_it_is_written_with() -> None:
    assert all(
        (FONTS / f"be-vietnam-pro-latin-{weight}.woff2").stat().st_size < 8_500 for weight in (400, 600)
    )
