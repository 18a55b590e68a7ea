"""The closer look of the reader: only where the first one was warm, and nowhere on a bare wall."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from service.domain.numbers.boxes import TextBox
from service.imaging import number_reader, text_reader
from service.imaging.number_reader import numbers_on
from service.imaging.text_reader import FirstLook, first_look, read_nearer

NUMBER = "0912724827"


def _wall(width: int, height: int) -> Image.Image:
    """Plaster with grain of several sizes and nothing written on it."""
    luck = np.random.default_rng(16)
    rough = luck.normal(150, 20, (height // 8, width // 8))
    plaster = Image.fromarray(rough.clip(0, 255).astype("uint8")).resize((width, height))
    grain = np.asarray(plaster, int) + luck.normal(0, 6, (height, width))
    return Image.fromarray(grain.clip(0, 255).astype("uint8")).convert("RGB")


def test_a_bare_wall_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no text to go nearer to: the second look would double what it costs."""
    wall = _wall(1024, 768)
    first = first_look(wall)
    assert first.boxes == []
    assert 0 < first.warmth.max() <= text_reader.WARM

    def again(_: Image.Image) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr(text_reader, "read_boxes", again)
    assert read_nearer(wall, first) == []


@pytest.mark.parametrize("at", [(60, 40), (1500, 1180)])
def test_a_number_too_small_for_the_first_look_is_gone_nearer_to(at: tuple[int, int]) -> None:
    """Wherever it stands on the wall: a small paper in a corner, of whose line only a few signs are warm."""
    wall = _wall(2048, 1536)
    pen = ImageDraw.Draw(wall)
    pen.rectangle((at[0] - 10, at[1] - 10, at[0] + 160, at[1] + 40), (245, 245, 240))
    pen.text(at, NUMBER, (120, 30, 30), ImageFont.load_default(20))
    assert first_look(wall).boxes == []
    assert [each.number.digits for each in numbers_on(wall)] == [NUMBER]


@pytest.mark.parametrize("size", [(2048, 1536), (1536, 2048), (900, 900), (400, 300), (2048, 60)])
@pytest.mark.parametrize("spots", [[(0.0, 0.0)], [(0.9, 0.9)], [(0.02, 0.03), (0.97, 0.95)]])
def test_the_part_to_go_nearer_to_lies_within_the_picture_and_holds_the_warm_spot(
    size: tuple[int, int], spots: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[int, int]] = []

    def remember(near: Image.Image) -> list[TextBox]:
        looked.append(near.size)
        return []

    monkeypatch.setattr(text_reader, "read_boxes", remember)
    warmth = np.zeros((max(1, size[1] // 2), max(1, size[0] // 2)), np.float32)
    for across, down in spots:
        warmth[int(down * warmth.shape[0]), int(across * warmth.shape[1])] = 0.5
    picture = Image.new("RGB", size)
    left, top, right, bottom = text_reader._warm_part(picture, warmth) or (0, 0, 0, 0)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    assert any(
        left <= x * size[0] + 1
        and x * size[0] - 3 <= right
        and top <= y * size[1] + 1
        and y * size[1] - 3 <= bottom
        for x, y in spots
    )
    read_nearer(picture, FirstLook([], warmth))
    assert all(wide * high <= 1.05 * text_reader.BLIND_PIXELS for wide, high in looked)


@pytest.mark.parametrize("size", [(1, 1), (2048, 1), (3, 900), (2048, 20), (2048, 24)])
def test_a_strip_of_some_pixels_has_no_number(size: tuple[int, int]) -> None:
    """The models stumble over it; it is no failure of the reader."""
    assert numbers_on(Image.new("RGB", size)) == []


def test_a_square_photo_costs_no_more_than_another() -> None:
    """Its first look is as many pixels large; boxes are told in pixels of the photo."""
    picture = Image.new("RGB", (2048, 2048), (240, 240, 230))
    ImageDraw.Draw(picture).text((900, 1500), NUMBER, (20, 20, 20), ImageFont.load_default(120))
    first = first_look(picture)
    assert first.warmth.size <= 1.05 * text_reader.FIRST_PIXELS
    (box,) = first.boxes
    assert box.text == NUMBER
    assert abs(box.corners[0][0] - 900) < 60 and abs(box.corners[0][1] - 1500) < 60


@pytest.mark.parametrize("turn", [0, 30, 90, 180])
def test_what_is_read_again_is_what_stands_there(turn: int) -> None:
    """However the poster hangs: the same text each time it is cut out anew."""
    poster = Image.new("RGB", (900, 900), (250, 240, 120))
    ImageDraw.Draw(poster).text((150, 400), NUMBER, (180, 20, 20), ImageFont.load_default(90))
    poster = poster.rotate(turn, Image.Resampling.BICUBIC, fillcolor=(150, 140, 130))
    (box,) = first_look(poster).boxes
    assert {again.text for again in text_reader.read_again(poster, box)} == {NUMBER}


@pytest.mark.parametrize(
    ("weakest", "again", "place", "kept"),
    [
        (0.999, 0.5, "there", True),
        (0.99, 0.99, "there", False),
        (0.6, 0.999, "there", True),
        (0.99, 0.999, "row", False),
        (0.5, 0.5, "elsewhere", True),
    ],
)
def test_a_number_with_a_digit_that_was_guessed_is_not_proposed(
    weakest: float, again: float, place: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However sure the rest of it was, unless all of it is when it is read again; a guess at another place of
    the picture is none of it.
    """
    picture = Image.new("RGB", (400, 200))
    there = ((10.0, 10.0), (300.0, 10.0), (300.0, 50.0), (10.0, 50.0))
    upper = ((10.0, 60.0), (150.0, 60.0), (150.0, 100.0), (10.0, 100.0))
    below = ((10.0, 110.0), (150.0, 110.0), (150.0, 150.0), (10.0, 150.0))
    boxes = {
        "there": [TextBox(there, NUMBER, 0.99, weakest)],
        "row": [TextBox(upper, NUMBER[:5], 0.99, weakest), TextBox(below, NUMBER[5:], 0.99)],
        "elsewhere": [TextBox(there, NUMBER, 0.99), TextBox(below, "GIÁ 500", 0.99, weakest)],
    }[place]
    sure = TextBox(there, NUMBER, 0.99, 1.0)
    monkeypatch.setattr(number_reader, "first_look", lambda _: FirstLook(boxes, np.zeros((1, 1), np.float32)))
    monkeypatch.setattr(number_reader, "read_nearer", lambda *_: [])
    monkeypatch.setattr(
        number_reader, "read_again", lambda *_: [sure, TextBox(there, NUMBER, 0.99, again), sure]
    )
    assert [each.number.digits for each in numbers_on(picture)] == ([NUMBER] if kept else [])


def test_each_text_is_told_with_its_least_certain_digit() -> None:
    """Whole digits are certain; half of one covered, the guess shows though the mean hides it."""
    poster = Image.new("RGB", (900, 300), (250, 240, 120))
    pen = ImageDraw.Draw(poster)
    pen.text((60, 100), NUMBER, (180, 20, 20), ImageFont.load_default(90))
    (whole,) = first_look(poster).boxes
    assert whole.text == NUMBER
    assert whole.weakest > number_reader.LEAST_SURE
    pen.rectangle((0, 148, 900, 300), (140, 130, 120))
    cut = [box for box in first_look(poster).boxes if len(box.text) > 6]
    assert all(box.weakest < number_reader.LEAST_SURE for box in cut)
    assert numbers_on(poster) == []


@pytest.mark.parametrize(("sure", "again", "kept"), [(0.9, 1, False), (0.9, 0, True), (0.99, 1, True)])
def test_a_doubtful_number_that_is_read_otherwise_is_not_proposed(
    sure: float, again: int, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digits cut off at half their height: a wrong number costs a person, a missed one a moment."""
    picture = Image.new("RGB", (400, 200))
    box = TextBox(((10.0, 10.0), (300.0, 10.0), (300.0, 50.0), (10.0, 50.0)), NUMBER, sure)
    other = TextBox(box.corners, "0912724327", sure)
    monkeypatch.setattr(number_reader, "first_look", lambda _: FirstLook([box], np.zeros((1, 1), np.float32)))
    monkeypatch.setattr(number_reader, "read_again", lambda *_: [box, [box, other][again], box])
    assert [each.number.digits for each in numbers_on(picture)] == ([NUMBER] if kept else [])
