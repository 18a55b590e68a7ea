"""Text of an SMS: letters of the GSM alphabet, two parts at most, the link whole."""

from __future__ import annotations

import pytest

from service.sending.sms_text import LONGEST, fit, length, parts, plain_letters

LINK = "https://phananh.example.vn/r/HUE-7K3M-92?s=" + "A" * 32


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("Phản ánh hiện trường Huế", "Phan anh hien truong Hue"),
        ("Đường “Lê Lợi” – số 3…", 'Duong "Le Loi" - so 3...'),
        ("ngõ\n  nhỏ 🐕", "ngo nho "),
        ("giá 5€ [hai]", "gia 5€ [hai]"),
    ],
)
def test_marks_go_and_the_words_stay(said: str, sent: str) -> None:
    assert plain_letters(said) == sent


def test_parts_are_counted_as_telephones_do() -> None:
    assert (parts("a" * 160), parts("a" * 161), parts("a" * 306), parts("a" * 307)) == (1, 2, 2, 3)
    assert length("[€]") == 6


def test_a_question_goes_whole_in_two_parts() -> None:
    text = fit(lambda quote: f"UBND phường hỏi: “{quote}” Trả lời trước ngày 12/12:", "Hẻm số mấy?", LINK)
    assert text.startswith('UBND phuong hoi: "Hem so may?" Tra loi truoc ngay 12/12:')
    assert text.endswith(LINK)
    assert parts(text) == 1


@pytest.mark.parametrize("quote", ["câu hỏi rất dài " * 60, "[{€}]" * 200])
def test_a_long_question_is_cut_and_nothing_else(quote: str) -> None:
    text = fit(lambda words: f"Đơn vị hỏi: “{words}” Trả lời trước ngày 12/12:", quote, LINK)
    assert length(text) <= LONGEST
    assert text.endswith(f"Tra loi truoc ngay 12/12: {LINK}")
    assert "..." in text


def test_a_text_that_is_too_long_by_itself_keeps_its_link() -> None:
    text = fit(lambda _: "chữ " * 200, "", LINK)
    assert length(text) <= LONGEST
    assert text.endswith(f" {LINK}")
