"""Texts of which nothing can be seen are empty, everywhere alike."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.domain.casework.citizens.comments import Remark
from service.domain.casework.citizens.participation import RatingForm, Reopening, Withdrawal
from service.domain.kernel.texts import alphabetical, tidy

UNSEEN = [
    *("\u3164", "\u200b\u200b", "\u2060", "\u115f\u1160", "\uffa0", "\u00ad", "\u180e", "\u2800", "\u200d"),
    *("\ufe0f", "\u0301", "\u034f", "\u061c", " \u3164 ", "\U000e0041", "\u3000", "\u200c\u200d", "\u17b4"),
]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_nobody_sees_is_nothing(text: str) -> None:
    assert tidy(text) == ""
    for body in (Remark, Reopening):
        with pytest.raises(ValidationError):
            body.model_validate({"text" if body is Remark else "reason": text})
    assert Withdrawal(reason=text).reason == ""


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "Rác", "ệ", "?", "7", "ไทย", "👍🏽"], ids=ascii)
def test_signs_and_emoji_stay_whole(text: str) -> None:
    assert tidy(f" {text} ") == text
    assert Remark(text=text).text == text


def test_letters_that_show_nothing_go_from_between_others() -> None:
    assert tidy("R\u3164ác\u00ad ở\u200b góc") == "Rác ở góc"


def test_what_a_form_says_in_letters_is_still_a_number() -> None:
    assert RatingForm.model_validate_strings({"score": "4", "comment": "\u3164"}) == RatingForm(score=4)


def test_names_stand_as_in_a_vietnamese_dictionary() -> None:
    right = ["An Cựu", "Ăn Thề", "Ấp Bắc", "Dương Nỗ", "Đan Điền", "Hóa Châu", "Phong Điền", "Phong Thái"]
    right += ["Phú Bài", "Phú Xuân", "Thuận An", "Thuận Hóa", "Vỹ Dạ"]
    assert sorted(set(right), key=alphabetical) == right
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "mạ 2", "mạn"]
    assert sorted(set(tones), key=alphabetical) == tones
