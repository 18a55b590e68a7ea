"""From text on a picture to telephone numbers: every spelling is found, what only looks like one is not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.numbers.boxes import TextBox
from service.domain.numbers.extraction import SURE, NumberReading, extract_closer_numbers, extract_numbers
from service.domain.numbers.telephones import mask, of_e164, telephone
from service.models.numbers.kinds import NumberKind

PREFIXES = ("032", "039", "056", "059", "070", "076", "083", "091", "093", "097")


def box(
    text: str, x: float = 0, y: float = 0, *, height: float = 40, tilt: float = 0, sure: float = 0.98
) -> TextBox:
    """A box whose left upper corner is at x, y before everything is turned around the origin."""
    width = height * 0.55 * len(text)
    cos, sin = math.cos(tilt), math.sin(tilt)

    def turned(px: float, py: float) -> tuple[float, float]:
        return px * cos - py * sin, px * sin + py * cos

    corners = (turned(x, y), turned(x + width, y), turned(x + width, y + height), turned(x, y + height))
    return TextBox(corners, text, sure)


def numbers(*boxes: TextBox) -> list[str]:
    return sorted(each.number.digits for each in extract_numbers(boxes))


def read(text: str) -> list[str]:
    return numbers(box(text))


@pytest.mark.parametrize(
    "text",
    [
        "0912724827",
        "LH 0912 724 827",
        "Zalo: 0912.724.827",
        "DT:0912-724-827",
        "Zalo0912724827",
        "(0912) 724 827",
        "0912/724/827",
        "091 272 48 27 (A.Tuấn)",
        "(+84)912724827",
        "(+84)0912 724 827",
        "+84 912 724 827",
        "84912724827",
        "0084 912 724 827",
        "0912·724·827",
        "09 12 72 48 27 - 24/24",
        "24/7 0912 724 827",
        "24h/24h: 0912 724 827",
        "12 0912 724 827",
        "０９１２ ７２４ ８２７",
        "O912 724 827",
        "0912 72A 827",
        "HÚT HẦM CẦU 0912724827 uy tín",
        "Vay ngân hàng, chỉ cần CCCD LH 0912 724 827",
        "Hỗ trợ vay ngân hàng lãi thấp 0912724827",
        "0912 724 827 - STK 19038847562013",
        "Số: 0912 724 827",
        "Chủ nhà 0912724827",
        "CN: 0912 724 827 (chủ)",
    ],
)
def test_every_spelling_is_read(text: str) -> None:
    assert read(text) == ["0912724827"]


@pytest.mark.parametrize(
    "text",
    [
        "0912 724 82",
        "0912 724 8271",
        "912 724 827",
        "5.000.000 đ",
        "0912724827đ",
        "0,5 - 0,9 m2",
        "75F1-123.45",
        "75F1-0912724827",
        "STK 0912724827",
        "Vietcombank 0912 724 827",
        "STK ngân hàng MB: 0912 724 827 (chủ TK)",
        "0912 724 827 Agribank",
        "MST: 0312345678",
        "CCCD 046090001234",
        "19030912724827",
        "1903 0912 724 827",
        "0071000912724827",
        "20/11/2026",
        "09.12.2026 - 08.27.2027",
        "24/24",
        "0112 724 827",
        "0400 724 827",
        "113",
        "Số 19 đường 3/2, P. 4",
        "0912 ... 827",
        "0l2S ZBq lI4",
        "lãi 1% 0912",
        "0912 724 82b7O",
    ],
)
def test_what_only_looks_like_a_number_is_left(text: str) -> None:
    assert read(text) == []


def test_several_numbers_in_one_text_are_all_read() -> None:
    assert read("0912 724 827 - 0905 123 456") == ["0905123456", "0912724827"]
    assert read("Zalo 0912724827/0905123456") == ["0905123456", "0912724827"]


def test_landlines_and_service_lines_are_told_apart() -> None:
    found = {each.number.digits: each.number.kind for each in extract_numbers([box("ĐT 0234 382 2333")])}
    assert found == {"02343822333": NumberKind.LANDLINE}
    [line] = extract_numbers([box("Hotline: 1900 1234")])
    assert (line.number.kind, line.sure) == (NumberKind.SERVICE, True)
    [unnamed] = extract_numbers([box("1900 1234")])
    assert not unnamed.sure


def test_a_former_number_of_eleven_digits_is_that_of_today_and_asked() -> None:
    [found] = extract_numbers([box("LH 0168 123 4567")])
    assert (found.number.digits, found.number.old, found.sure) == ("0381234567", True, False)


def test_letters_taken_for_digits_lower_the_trust_and_three_are_too_many() -> None:
    [plain], [one] = extract_numbers([box("LH 0912724827")]), extract_numbers([box("LH O912724827")])
    assert plain.sure and one.score < plain.score
    assert read("LH O9I27248Z7") == []


def test_a_number_in_two_rows_or_two_boxes_is_read() -> None:
    assert numbers(box("0912"), box("724 827", y=48)) == ["0912724827"]
    assert numbers(box("0912"), box("724 827", x=110)) == ["0912724827"]
    assert numbers(box("LH: 0912"), box("724827", y=48)) == ["0912724827"]


def test_rows_of_other_size_or_far_apart_are_no_number() -> None:
    assert numbers(box("0912"), box("724 827", y=48, height=60)) == []
    assert numbers(box("0912"), box("724 827", y=200)) == []
    assert numbers(box("0912"), box("724 827", x=900)) == []
    assert numbers(box("0912"), box("0913", x=100), box("724 827", x=30, y=48)) == []


def test_a_heading_that_names_an_account_refuses_the_row_below() -> None:
    assert numbers(box("Số tài khoản"), box("0912724827", y=48)) == []
    assert numbers(box("STK Vietcombank:"), box("0912724827", y=48)) == []
    for words in ("Liên hệ", "Số", "Chủ nhà", "Chỉ cần CCCD + sổ hộ khẩu", "Hỗ trợ vay ngân hàng"):
        assert numbers(box(words), box("0912724827", y=48)) == ["0912724827"]


def test_rows_of_a_poster_that_hangs_askew_do_not_cover_each_other() -> None:
    for tilt in (-0.9, -0.6, 0.5, 0.8):
        rows = box("0912724827", tilt=tilt), box("ĐT: 0905123456", y=60, tilt=tilt)
        assert numbers(*rows) == ["0905123456", "0912724827"]


def test_a_closer_look_makes_nothing_of_a_number_that_was_read_half() -> None:
    near = [box("0774 187 033")]
    assert [each.number.digits for each in extract_closer_numbers(near, [box("0774.87033", sure=0.6)])] == [
        "0774187033"
    ]
    assert [each.number.digits for each in extract_closer_numbers(near, [box("Hotline")])] == ["0774187033"]
    assert extract_closer_numbers(near, [box("LH 0774.87033", sure=0.98)]) == []


def test_two_readings_of_one_place_are_both_doubted_and_a_longer_box_wins() -> None:
    both = extract_numbers([box("LH 0912724827"), box("LH 0912724821", x=4, y=3)])
    assert {each.number.digits for each in both} == {"0912724827", "0912724821"}
    assert not any(each.sure for each in both)
    assert numbers(box("LH 0912724827"), box("0912", x=66, y=2, height=36)) == ["0912724827"]


def test_what_was_read_badly_is_not_shown() -> None:
    assert numbers(box("LH 0912724827", sure=0.4)) == []
    [amber] = extract_numbers([box("LH 0912724827", sure=0.7)])
    assert 0.5 <= amber.score < SURE


def test_a_number_twice_on_a_picture_is_one() -> None:
    assert numbers(box("0912724827"), box("0912 724 827", y=300)) == ["0912724827"]


mobiles = st.builds(
    lambda prefix, rest: f"{prefix}{rest:07d}", st.sampled_from(PREFIXES), st.integers(0, 9_999_999)
)


@st.composite
def spelled(draw: st.DrawFn) -> tuple[str, str]:
    digits = draw(mobiles)
    cuts = draw(st.sampled_from([(4, 7), (3, 6, 8), (10,), (4, 6, 8), (2, 4, 6, 8), (5,)]))
    gap = draw(st.sampled_from([" ", ".", "-", "·", " - "]))
    parts = [digits[start:end] for start, end in zip((0, *cuts), (*cuts, 10), strict=True)]
    lead = draw(st.sampled_from(["", "LH ", "Zalo: ", "ĐT.", "Alo ", "Hotline: ", "Gọi ngay "]))
    return digits, lead + gap.join(part for part in parts if part)


@given(spelled(), st.floats(-1.2, 1.2), st.floats(12, 200))
def test_any_mobile_number_in_any_parts_is_read_at_any_tilt(
    one: tuple[str, str], tilt: float, height: float
) -> None:
    digits, text = one
    assert numbers(
        box("Dọn nhà", tilt=tilt, height=height), box(text, y=2 * height, tilt=tilt, height=height)
    ) == [digits]


@given(spelled(), st.integers(0, 9))
def test_a_digit_too_few_or_too_many_is_never_made_up(one: tuple[str, str], place: int) -> None:
    digits, text = one
    at = [index for index, sign in enumerate(text) if sign.isdigit()][place]
    assert digits not in read(text[:at] + text[at + 1 :])
    assert read(text[:at] + text[at + 1 :]) == []
    assert read(text[: at + 1] + "7" + text[at + 1 :]) in (
        [],
        [digits[: place + 1] + "7" + digits[place + 1 :]],
    )


@given(st.lists(st.text("0123456789OIlZSB .,-/:đLHmtrk%ĐT()+", max_size=24), max_size=5))
def test_whatever_is_read_is_a_number_whose_digits_stand_there(texts: list[str]) -> None:
    found: list[NumberReading] = extract_numbers(
        [box(text, y=index * 55) for index, text in enumerate(texts)]
    )
    for each in found:
        assert of_e164(each.number.e164).digits == each.number.digits
        assert 0.5 <= each.score <= 1
        kept = sum(sign.isdigit() for sign in each.text)
        assert kept >= len(each.number.digits) - 4


@given(mobiles)
def test_the_public_form_hides_the_middle(digits: str) -> None:
    found = telephone(digits)
    assert found is not None
    assert found.masked == mask(digits) == f"{digits[:4]} ••• {digits[7:]}"
    assert found.shown.replace(" ", "") == digits
    assert telephone(found.e164.removeprefix("+")) == found
