"""Chats become the right reports with the searches that a city with its streets has, and with a plain one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from service.domain.rules.rulebook import Rulebook, RulebookCache
from service.domain.talks.answering import _half_said, find_all
from service.domain.talks.dialogue.dialogue import (
    HELLO_BY_WARD,
    IN_WARD,
    WHAT_BY_WARD,
    WHERE_BY_WARD,
    WHERE_IN,
    next_turn,
)
from service.domain.talks.dialogue.letter import ASK_IN_WARD, ASK_WHERE_BY_WARD, next_letter
from service.domain.talks.dialogue.state import Heard, Say, State, Turn
from tests.domain.city.real_hue import STREETS, load_real_hue
from tests.domain.talks.dialogue.chats import Chat
from tests.domain.talks.dialogue.plain_chats import PLAIN_CHATS
from tests.domain.talks.dialogue.real_chats import REAL_CHATS
from tests.domain.talks.dialogue.test_chats import USUAL, answer, heard

pytestmark = pytest.mark.skipif(not STREETS.is_dir(), reason="the shared data are not here")


def loaded(session: Session, *, streets: bool) -> Rulebook:
    load_real_hue(session, streets=streets)
    return RulebookCache().get(session)


def say(session: Session, book: Rulebook, state: State, burst: str) -> Turn:
    said = heard(burst)
    return next_turn(state, said, find_all(session, book, said.text, _half_said(state)), USUAL, "Huế")


def play(session: Session, book: Rulebook, chat: Chat) -> tuple[State, bool]:
    """The state in the end, and whether the report was sent."""
    state, bursts = State(), list(chat.bursts)
    for _ in range(6):
        burst = bursts.pop(0) if bursts else answer(state, chat)
        if burst is None:
            return state, False
        turn = say(session, book, state, burst)
        state = turn.state
        if turn.act:
            return state, turn.act == "file"
    return state, False


@pytest.mark.parametrize(
    ("chats", "streets"), [(REAL_CHATS, True), (PLAIN_CHATS, False)], ids=["mapped", "named"]
)
def test_chats_in_the_real_city(session: Session, chats: Sequence[Chat], streets: bool) -> None:
    book = loaded(session, streets=streets)
    wrong = []
    for chat in chats:
        state, sent = play(session, book, chat)
        address = state.spot.address if state.spot else ""
        right = sent and state.questions <= 2 and state.kind.split(".")[0] == chat.kind
        if not (right and chat.place in address):
            wrong.append((chat.name, sent, state.asked, state.questions, state.kind, address))
    assert not wrong


def asked(turn: Turn) -> str:
    [said] = turn.says
    assert isinstance(said, Say)
    return said.msgid


def test_a_ward_and_an_address_are_enough_where_no_map_tells_streets(session: Session) -> None:
    book = loaded(session, streets=False)
    turn = say(session, book, State(), "rác ở 15 lê lợi")
    assert (asked(turn), turn.says[0].values) == (IN_WARD, {"area": "15 Lê Lợi"})
    turn = say(session, book, turn.state, "phường vĩnh ninh")  # a former one: now in Thuận Hóa
    assert turn.state.spot is not None and turn.state.spot.address == "15 Lê Lợi, Phường Thuận Hóa"
    assert (turn.state.asked, turn.state.spot.accuracy_m) == ("confirm", 800)
    corrected = say(session, book, turn.state, "không phải, phường Phú Xuân mới đúng").state
    assert corrected.spot is not None and corrected.spot.address == "15 Lê Lợi, Phường Phú Xuân"
    filed = say(session, book, turn.state, "gửi đi ạ\ncảm ơn")
    assert (filed.act, filed.state.questions) == ("file", 2)
    assert "gửi" not in filed.state.text

    at_once = say(session, book, State(), "đèn đường hư ở kiệt 12 Nguyễn Trãi, phường Phú Xuân").state
    assert at_once.spot is not None and at_once.spot.address.endswith("Nguyễn Trãi, Phường Phú Xuân")
    turn = say(session, book, State(), "rác ở phường vỹ dạ")
    assert asked(turn) == WHERE_IN
    assert say(session, book, turn.state, "tui không biết").state.spot is None
    told = say(session, book, turn.state, "trước quán bún mụ Rớt").state
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
    session: Session, bursts: Sequence[str]
) -> None:
    book, turn = loaded(session, streets=False), Turn(State())
    for burst in bursts:
        turn = say(session, book, turn.state, burst)
    state = turn.state
    assert (turn.act, state.questions) == ("file", 2)
    assert state.spot is not None and state.spot.address.endswith(("Phường Thuận Hóa", "Phường Phú Xuân"))


def test_place_and_ward_are_one_question_where_no_map_tells_streets(session: Session) -> None:
    book = loaded(session, streets=False)
    assert asked(say(session, book, State(), "alo")) == HELLO_BY_WARD
    assert asked(say(session, book, State(), "[ảnh]")) == WHAT_BY_WARD
    turn = say(session, book, State(), "rác nhiều quá")
    assert asked(turn) == WHERE_BY_WARD
    again = say(session, book, turn.state, "alo ad ơi")
    assert (asked(again), again.state.questions) == (WHERE_BY_WARD, 1), "a greeting is answered, not counted"
    letter = next_letter(State(), Heard("Rác nhiều quá"), find_all(session, book, "Rác nhiều quá"), USUAL)
    [said] = letter.says
    assert [line.msgid for line in said.values["list"]] == [ASK_WHERE_BY_WARD]  # type: ignore[attr-defined]


def test_a_letter_is_asked_for_the_ward(session: Session) -> None:
    book = loaded(session, streets=False)
    words = "Đống rác trước nhà 15 Chi Lăng chưa ai thu gom."
    turn = next_letter(State(), Heard(words), find_all(session, book, words), USUAL)
    [said] = turn.says
    assert [line.msgid for line in said.values["list"]] == [ASK_IN_WARD]  # type: ignore[attr-defined]
    answered = "Dạ phường Phú Xuân ạ."
    turn = next_letter(turn.state, Heard(answered), find_all(session, book, answered), USUAL)
    assert turn.act == "file"
    assert turn.state.spot is not None and turn.state.spot.address == "15 Chi Lăng, Phường Phú Xuân"
