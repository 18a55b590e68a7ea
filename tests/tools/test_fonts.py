"""The small faces still draw every letter a screen of ours may show."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from tests.tools.fonts import FONTS

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
