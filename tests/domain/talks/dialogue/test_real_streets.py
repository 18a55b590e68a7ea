"""Chats become the right reports with the searches that a city with its streets has, and with a plain one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from service.domain.talks.dialogue.dialogue import (
    HELLO_BY_WARD,
    IN_WARD,
    WHAT_BY_WARD,
    WHERE_BY_WARD,
    WHERE_IN,
    next_turn,
)
from service.domain.talks.dialogue.letter import ASK_IN_WARD, ASK_WHERE_BY_WARD, next_letter
from service.domain.talks.dialogue.state import DialogueState, Reply, Turn, UserInput
from service.domain.talks.turns import _half_said, find_in_words
from tests.domain.city.real_hue import RealHue
from tests.domain.talks.dialogue.chats import Chat
from tests.domain.talks.dialogue.plain_chats import PLAIN_CHATS
from tests.domain.talks.dialogue.real_chats import REAL_CHATS
from tests.domain.talks.dialogue.test_chats import USUAL, answer, heard


def say(hue: RealHue, state: DialogueState, burst: str) -> Turn:
    """Return the turn that follows what somebody says."""
    said = heard(burst)
    return next_turn(
        state, said, find_in_words(hue.session, hue.book, said.text, _half_said(state)), USUAL, "Huế"
    )


def play(hue: RealHue, chat: Chat) -> tuple[DialogueState, bool]:
    """The state in the end, and whether the report was sent."""
    state, bursts = DialogueState(), list(chat.bursts)
    for _ in range(6):
        burst = bursts.pop(0) if bursts else answer(state, chat)
        if burst is None:
            return state, False
        turn = say(hue, state, burst)
        state = turn.state
        if turn.act:
            return state, turn.act == "file"
    return state, False


@pytest.mark.parametrize(
    ("chats", "city"), [(REAL_CHATS, "mapped_hue"), (PLAIN_CHATS, "named_hue")], ids=["mapped", "named"]
)
def test_chats_in_the_real_city(request: pytest.FixtureRequest, chats: Sequence[Chat], city: str) -> None:
    hue: RealHue = request.getfixturevalue(city)
    wrong = []
    for chat in chats:
        state, sent = play(hue, chat)
        address = state.spot.address if state.spot else ""
        right = sent and state.questions <= 2 and state.kind.split(".")[0] == chat.kind
        if not (right and chat.place in address):
            wrong.append((chat.name, sent, state.asked, state.questions, state.kind, address))
    assert not wrong


def asked(turn: Turn) -> str:
    [said] = turn.says
    assert isinstance(said, Reply)
    return said.msgid


def test_a_ward_and_an_address_are_enough_where_no_map_tells_streets(named_hue: RealHue) -> None:
    hue = named_hue
    turn = say(hue, DialogueState(), "rác ở 15 lê lợi")
    assert (asked(turn), turn.says[0].values) == (IN_WARD, {"area": "15 Lê Lợi"})
    turn = say(hue, turn.state, "phường vĩnh ninh")  # a former one: now in Thuận Hóa
    assert turn.state.spot is not None and turn.state.spot.address == "15 Lê Lợi, Phường Thuận Hóa"
    assert (turn.state.asked, turn.state.spot.accuracy_m) == ("confirm", 800)
    corrected = say(hue, turn.state, "không phải, phường Phú Xuân mới đúng").state
    assert corrected.spot is not None and corrected.spot.address == "15 Lê Lợi, Phường Phú Xuân"
    filed = say(hue, turn.state, "gửi đi ạ\ncảm ơn")
    assert (filed.act, filed.state.questions) == ("file", 2)
    assert "gửi" not in filed.state.text

    at_once = say(hue, DialogueState(), "đèn đường hư ở kiệt 12 Nguyễn Trãi, phường Phú Xuân").state
    assert at_once.spot is not None and at_once.spot.address.endswith("Nguyễn Trãi, Phường Phú Xuân")
    turn = say(hue, DialogueState(), "rác ở phường vỹ dạ")
    assert asked(turn) == WHERE_IN
    assert say(hue, turn.state, "tui không biết").state.spot is None
    told = say(hue, turn.state, "trước quán bún mụ Rớt").state
    assert told.spot is not None and told.spot.address == "trước quán bún mụ Rớt, Phường Vỹ Dạ"


@pytest.mark.parametrize(
    "bursts",
    [
        ("alo", "rác nhiều quá", "15 lê lợi phường thuận hóa"),
        ("chào ad", "đèn đường tắt", "phường Phú Xuân, 24 Đinh Tiên Hoàng"),
        ("rác nhiều quá", "alo alo", "24 lê lợi, thuận hóa", "ok gửi"),
        ("alo", "alo ad ơi", "alo", "rác ở 15 lê lợi", "alo?", "phường thuận hóa"),
        ("[ảnh]", "rác", "alo", "kiệt 12 chi lăng phường phú xuân"),
    ],
)
def test_who_tells_piece_by_piece_is_asked_twice_where_no_map_tells_streets(
    named_hue: RealHue, bursts: Sequence[str]
) -> None:
    hue, turn = named_hue, Turn(DialogueState())
    for burst in bursts:
        turn = say(hue, turn.state, burst)
    state = turn.state
    assert (turn.act, state.questions) == ("file", 2)
    assert state.spot is not None and state.spot.address.endswith(("Phường Thuận Hóa", "Phường Phú Xuân"))


def test_place_and_ward_are_one_question_where_no_map_tells_streets(named_hue: RealHue) -> None:
    hue = named_hue
    assert asked(say(hue, DialogueState(), "alo")) == HELLO_BY_WARD
    assert asked(say(hue, DialogueState(), "[ảnh]")) == WHAT_BY_WARD
    turn = say(hue, DialogueState(), "rác nhiều quá")
    assert asked(turn) == WHERE_BY_WARD
    again = say(hue, turn.state, "alo ad ơi")
    assert (asked(again), again.state.questions) == (WHERE_BY_WARD, 1), "a greeting is answered, not counted"
    letter = next_letter(
        DialogueState(),
        UserInput("Rác nhiều quá"),
        find_in_words(hue.session, hue.book, "Rác nhiều quá"),
        USUAL,
    )
    [said] = letter.says
    assert [line.msgid for line in said.values["list"]] == [ASK_WHERE_BY_WARD]  # type: ignore[attr-defined]


def test_a_letter_is_asked_for_the_ward(named_hue: RealHue) -> None:
    hue = named_hue
    words = "Đống rác trước nhà 15 Chi Lăng chưa ai thu gom."
    turn = next_letter(DialogueState(), UserInput(words), find_in_words(hue.session, hue.book, words), USUAL)
    [said] = turn.says
    assert [line.msgid for line in said.values["list"]] == [ASK_IN_WARD]  # type: ignore[attr-defined]
    answered = "Dạ phường Phú Xuân ạ."
    turn = next_letter(turn.state, UserInput(answered), find_in_words(hue.session, hue.book, answered), USUAL)
    assert turn.act == "file"
    assert turn.state.spot is not None and turn.state.spot.address == "15 Chi Lăng, Phường Phú Xuân"
