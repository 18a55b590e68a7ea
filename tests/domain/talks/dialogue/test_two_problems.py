"""Two problems in one message are taken apart where they surely are two, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.city.search.places import NamedPlace
from service.domain.talks.dialogue.dialogue import CONFIRM, DANGER
from service.domain.talks.dialogue.kinds import kinds_in
from service.domain.talks.dialogue.message_findings import read_message
from service.domain.talks.dialogue.state import DialogueState, Findings, Reply, Turn, UserInput
from service.domain.talks.dialogue.two_problems import (
    BY_LETTER,
    KEPT,
    NEXT,
    TWO,
    TurnParts,
    chat_turn,
    letter_turn,
    two_problems,
)
from tests.domain.city.hue_kinds import categories, dangers
from tests.domain.talks.dialogue.test_chats import USUAL, heard
from tests.domain.talks.dialogue.town import BOX, search


def apart(words: str) -> list[NamedPlace]:
    """The town's places, each at a spot of its own by the letters of its name."""
    return [replace(each, lon=each.lon + len(each.name) / 1000) for each in search(words)]


def read(text: str) -> Findings:
    return read_message(
        text, search=apart, categories=categories(), dangers=dangers(), box=BOX, code_prefix="HUE", city="hue"
    )


PARTS = TurnParts(read, lambda words: kinds_in(categories(), words), USUAL, "Huế")

TWO_OF_THEM = (
    ("rác ở 12 Lê Lợi và cáp thòng ở 30 Hùng Vương", "cáp thòng ở 30 Hùng Vương"),
    ("rac o 12 le loi va cap thong o 30 hung vuong", "cap thong o 30 hung vuong"),
    ("Rác ở 12 Lê Lợi. Cáp thòng trước số 30 Hùng Vương ạ", "Cáp thòng trước số 30 Hùng Vương ạ"),
    ("rác ở 12 lê lợi\ncáp thòng 30 hùng vương\ncảm ơn ad", "cáp thòng 30 hùng vương"),
    ("rác 12 Lê Lợi, với lại đèn đường tắt ở Bà Triệu nữa", "đèn đường tắt ở Bà Triệu nữa"),
    ("đống rác trước 12 Lê Lợi mấy bữa ni; cống nghẹt ở 24 Chi Lăng", "cống nghẹt ở 24 Chi Lăng"),
    ("o 12 le loi co dong rac con o 30 hung vuong thi cap thong", "30 hung vuong thi cap thong"),
    (
        "bữa ni đường Nguyễn Huệ đèn tắt hết, còn bên đường Bà Triệu rác đổ tràn",
        "bên đường Bà Triệu rác đổ tràn",
    ),
    ("rác ở 12 Lê Lợi và rác ở 30 Hùng Vương", "rác ở 30 Hùng Vương"),
    ("đèn đường ở 12 Lê Lợi hư, dây cáp thòng ở kiệt 30 Hùng Vương", "dây cáp thòng ở kiệt 30 Hùng Vương"),
    (
        "Broken street light at 12 Le Loi. Also garbage dumped at 30 Hung Vuong",
        "garbage dumped at 30 Hung Vuong",
    ),
)
WITH_WARDS = (
    "Rác ở 12 Lê Lợi, phường Thuận Hóa đã nhiều ngày. Cáp thòng trước số 30 Hùng Vương, phường Thuận Hóa"
)
ONE_OF_THEM = (
    "rác ở góc Lê Lợi và Hùng Vương",
    "rác ở góc Lê Lợi, cáp thòng đường Hùng Vương",
    "ngập ở ngã tư Hùng Vương và Bà Triệu, cống nghẹt",
    "rác từ 12 Lê Lợi đến 30 Hùng Vương",
    "rác và xà bần ở 12 Lê Lợi",
    "rác bít cống ở 12 Lê Lợi, nước không thoát được",
    "cống nghẹt ở 12 Lê Lợi, rác trôi sang tận 30 Hùng Vương",
    "cống nghẹt ở 12 Lê Lợi, rác trôi khắp đường Hùng Vương",
    "cây đổ ở 12 Lê Lợi đè dây điện",
    "rác ở 12 Lê Lợi, gần đường Hùng Vương",
    "cáp thòng ở 12 Lê Lợi, trụ điện nghiêng",
    "em ở 30 Hùng Vương, rác ở 12 Lê Lợi hôi quá",
    "rác ở 12 Lê Lợi. À nhầm, cáp thòng ở 30 Hùng Vương",
    "rác ở 12 Lê Lợi, không phải 30 Hùng Vương",
    "rác ở 12 Lê Lợi, cáp thòng ở 12 Lê Lợi",
    "rác ở 12 Lê Lợi, giống vụ cáp thòng ở 30 Hùng Vương",
    "rác ở 12 Lê Lợi, vụ cáp thòng ở 30 Hùng Vương thì đã xử lý rồi",
    "quán ở 12 Lê Lợi mở nhạc ồn, lấn chiếm vỉa hè",
    "kiệt 12 Lê Lợi rác nhiều mà đèn cũng hư",
    "đường Lê Lợi, Hùng Vương, Bà Triệu đều ngập",
)


def say(state: DialogueState, burst: str) -> Turn:
    said = heard(burst)
    return chat_turn(state, said, read(said.text), PARTS)


def sentences(turn: Turn) -> list[str]:
    return [each.msgid for each in turn.says]


@pytest.mark.parametrize(("message", "second"), TWO_OF_THEM)
def test_two_problems_are_taken_apart(message: str, second: str) -> None:
    found = two_problems(message, read(message), PARTS)
    assert found is not None and found.second == second
    assert second not in found.first


def test_what_is_said_of_the_first_stays_with_it() -> None:
    found = two_problems(WITH_WARDS, read(WITH_WARDS), PARTS)
    assert found is not None
    assert found.first == "Rác ở 12 Lê Lợi, phường Thuận Hóa đã nhiều ngày"
    assert found.second == "Cáp thòng trước số 30 Hùng Vương, phường Thuận Hóa"


@pytest.mark.parametrize("message", ONE_OF_THEM)
def test_what_may_be_one_problem_stays_one(message: str) -> None:
    assert two_problems(message, read(message), PARTS) is None


def test_the_first_is_reported_and_the_second_starts_by_itself_with_its_words() -> None:
    turn = say(DialogueState(), "rác ở 12 Lê Lợi và cáp thòng ở 20 Nguyễn Huệ")
    assert sentences(turn) == [TWO, CONFIRM]
    assert turn.says[0].values == {"words": "cáp thòng ở 20 Nguyễn Huệ"}
    assert (turn.state.text, turn.state.kind, turn.state.later) == (
        "rác ở 12 Lê Lợi",
        "litter",
        "cáp thòng ở 20 Nguyễn Huệ",
    )
    sent = say(turn.state, "Gửi")
    assert (sent.act, sent.state.later) == ("file", "cáp thòng ở 20 Nguyễn Huệ")

    kept, fresh = UserInput(sent.state.later), DialogueState(last_code="HUE-7K3M-92")
    notice = Reply(NEXT, {"words": kept.text})
    second = chat_turn(fresh, kept, read(kept.text), PARTS, notice)
    assert sentences(second) == [NEXT, CONFIRM], (
        "one word sends it; nobody is asked whether it is an addition"
    )
    assert second.state.kind.startswith("hanging_cable")
    dropped = say(second.state, "hủy")
    assert (dropped.act, dropped.state.later) == ("drop", "")


def test_danger_is_spoken_of_first_whichever_problem_it_is_of() -> None:
    turn = say(DialogueState(), "rác ở 12 Lê Lợi và dây điện đứt rơi xuống đường ở 20 Nguyễn Huệ")
    assert turn.urgent and sentences(turn)[:2] == [DANGER, TWO]


def test_another_problem_told_before_the_first_is_sent_waits_for_its_turn() -> None:
    turn = say(DialogueState(), "rác ở 12 Lê Lợi")
    kept = say(turn.state, "cáp thòng ở 20 Nguyễn Huệ nữa nha ad")
    assert sentences(kept) == [KEPT, CONFIRM]
    spot = kept.state.spot
    assert spot is not None and spot.address.startswith("12 Lê Lợi")
    assert (kept.state.kind, kept.state.later) == ("litter", "cáp thòng ở 20 Nguyễn Huệ nữa nha ad")
    corrected = say(turn.state, "à nhầm, cáp thòng ở 20 Nguyễn Huệ").state
    assert corrected.spot is not None and corrected.spot.address.startswith("20 Nguyễn Huệ")
    assert (corrected.kind.split(".")[0], corrected.later) == ("hanging_cable", "")


@pytest.mark.parametrize("word", ["1" * 1400, "a1" * 700, "/" * 1400])
def test_a_word_without_an_end_hides_no_problem(word: str) -> None:
    message = f"rác ở 12 Lê Lợi; {word} cáp thòng ở 30 Hùng Vương"
    found = two_problems(message, read(message), PARTS)
    assert found is not None and found.second.endswith("cáp thòng ở 30 Hùng Vương")


def test_a_story_is_not_kept_for_later() -> None:
    turn = say(DialogueState(), "rác ở 12 Lê Lợi")
    story = "cáp thòng ở 20 Nguyễn Huệ " + "đã lâu lắm " * 200
    assert say(turn.state, story).state.later == ""


def test_what_was_said_of_a_new_problem_is_not_asked_again() -> None:
    asked = say(DialogueState(last_code="HUE-7K3M-92"), "rác ở 12 Lê Lợi nhiều lắm")
    new = say(asked.state, "2")
    assert sentences(new) == [CONFIRM]
    assert new.state.text == "rác ở 12 Lê Lợi nhiều lắm"


def test_a_letter_is_one_report_and_says_what_is_to_be_sent_apart() -> None:
    words = "Phản ánh\nRác ở 12 Lê Lợi. Cáp thòng trước số 20 Nguyễn Huệ."
    turn = letter_turn(DialogueState(), UserInput(words), read(words), PARTS)
    assert (turn.act, sentences(turn)[-1]) == ("file", BY_LETTER)
    assert "Cáp thòng" in turn.state.text, "its words stay whole, for who reads it"
