"""The language of a conversation is read from what people write; short answers change nothing."""

from __future__ import annotations

import pytest

from service.domain.talks.dialogue.intents import read_intent
from service.domain.talks.dialogue.speech import spoken_language


@pytest.mark.parametrize(
    "words",
    [
        "Hi, there is a broken manhole cover on vo thi sau street, very dangerous",
        "someone dumped garbage bags at 14 Chu Van An",
        "garbage in front of chợ Đông Ba",
        "The street lights on Lê Lợi have been dark for a week",
        "rubbish everywhere near the pagoda of Thiên Mụ",
        "Hello, where can I report a fallen tree?",
    ],
)
def test_english_is_known_also_with_vietnamese_names(words: str) -> None:
    assert spoken_language(words) == "en"


@pytest.mark.parametrize(
    "words",
    [
        "rac o 12 le loi nhieu qua ad oi",
        "rác ở lê lợi, ad report giúp",
        "help ad ơi, nước ngập rồi, nhà tui ở hùng vương",
        "den duong tat o day that su nguy hiem cho nguoi di bo",
        "cho em hoi street food ban o dau ma rac the nay",
        "mấy bữa ni không ai dọn",
    ],
)
def test_vietnamese_is_known_also_without_marks_and_with_english_words(words: str) -> None:
    assert spoken_language(words) == "vi"


@pytest.mark.parametrize(
    "words", ["1", "ok", "14 Chu Văn An", "phường Thuận Hóa", "Thuan Hoa ward", "hello", ""]
)
def test_a_short_answer_tells_no_language(words: str) -> None:
    assert spoken_language(words) is None


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("That's right", "yes"),
        ("Send it", "yes"),
        ("wrong", "no"),
        ("I don't know", "unknown_place"),
        ("Thank you very much!", "thanks"),
        ("can I talk to someone?", "person"),
        ("is it fixed?", "status"),
        ("chào ad, bóng đèn bữa trước răng rồi?", "status"),
        ("sao rồi", "status"),
        ("khi mô mới xong ad hè", "status"),
        ("bao giờ thì xong ạ", "status"),
        ("cái cống trước nhà tui bị răng rồi", ""),
        ("alo alo alo", "greeting"),
        ("alooo ad ơi", "greeting"),
        ("chào buổi tối ad", "greeting"),
        ("Good morning", "greeting"),
        ("admin ơi cho em hỏi tí", "greeting"),
        ("cho tui hôi", ""),  # a place that stinks
        ("chào, rác nhiều quá", ""),
    ],
)
def test_short_english_is_understood(words: str, intent: str) -> None:
    assert read_intent(words) == intent
