"""The picture of a shared report: its size, its photos, words that fit; a broken photo is left out."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from service.rendering.share_card import SIZE, CardWords, draw_card, fitting_size

WORDS = CardWords("Rác thải, Phường Thuận Hóa", "Đã xử lý xong · HUE-7K3M-92", "Phản ánh", ("Trước", "Sau"))
PURPLE = "#5b2a86"


def photo(colour: str, size: tuple[int, int] = (400, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "WEBP", lossless=True)
    return out.getvalue()


def drawn(words: CardWords, *photos: bytes) -> Image.Image:
    data = draw_card(words, photos, PURPLE)
    assert len(data) < 300_000
    return Image.open(io.BytesIO(data)).convert("RGB")


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 25 for one, other in zip(pixel, colour, strict=True))


def test_before_stands_left_of_after() -> None:
    card = drawn(WORDS, photo("#ff0000"), photo("#00ff00"))
    assert card.size == SIZE
    assert near(card, (100, 100), (255, 0, 0))
    assert near(card, (1100, 100), (0, 255, 0))


@pytest.mark.parametrize("size", [(30, 2000), (3000, 40), (1, 1)])
def test_one_photo_fills_the_card_whatever_its_shape(size: tuple[int, int]) -> None:
    card = drawn(WORDS, photo("#0000ff", size))
    assert near(card, (20, 20), (0, 0, 255)) and near(card, (1180, 20), (0, 0, 255))


@pytest.mark.parametrize("broken", [b"", b"no photo", photo("#ff0000")[:40]])
def test_what_is_no_photo_is_left_out(broken: bytes) -> None:
    assert near(drawn(WORDS, broken), (20, 20), (0x5B, 0x2A, 0x86))


def test_a_long_title_is_written_smaller_rather_than_cut() -> None:
    assert fitting_size(WORDS.title, 46, 30, 1112) == 46
    assert 30 < fitting_size("Quảng cáo, rao vặt trái phép, Phường Thuận Hóa", 46, 30, 1112) < 46
    assert fitting_size("Đường " * 80, 46, 30, 1112) == 30


def test_long_words_are_cut_inside_the_card() -> None:
    card = drawn(CardWords("Đường " * 80, "ỗ" * 300, "Phản ánh " * 40))
    right = card.crop((SIZE[0] - 20, 480, SIZE[0], SIZE[1]))
    assert all(near(right, (x, y), (0xFB, 0xFA, 0xF7)) for x in (5, 15) for y in (20, 60, 120))
