"""Letters as people write them become the right reports; everything missing is asked together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic_core import to_json

from service.domain.talks.dialogue.letter import ASK_NOT_FOUND, ASK_WHERE_IN, next_letter
from service.domain.talks.dialogue.message_findings import read_message
from service.domain.talks.dialogue.state import (
    DialoguePlace,
    DialogueState,
    Findings,
    Reply,
    Turn,
    UserInput,
)
from service.sending.email.intake.account import MailAccount
from service.sending.email.intake.parsing import read_letter
from service.sending.email.intake.stored_letters import read_stored_letter
from tests.domain.city.hue_kinds import categories, dangers
from tests.domain.talks.dialogue.mails import MAILS, Mail
from tests.domain.talks.dialogue.test_chats import PIN, USUAL
from tests.domain.talks.dialogue.town import BOX, search
from tests.support.mail.letters import CITY, write

MOST_QUESTIONS, LEAST_RIGHT = 2, 38
ACCOUNT = MailAccount(CITY, "", "")


def words(text: str, subject: str, *, answer: bool = False) -> str:
    """The words of a letter as they come out of its bytes."""
    headers = {"In-Reply-To": "<a@b>"} if answer else {}
    raw = write(text, subject, headers=headers).as_bytes()
    letter = read_letter(raw, ACCOUNT, datetime(2026, 11, 2, tzinfo=UTC))
    arrival = read_stored_letter(to_json({**letter.payload, "object_key": "k"}).decode())
    return arrival.text if arrival else ""


def say(state: DialogueState, text: str, photos: int = 0, spot: DialoguePlace | None = None) -> Turn:
    found = (
        read_message(
            text, search=search, categories=categories(), dangers=dangers(), box=BOX, code_prefix="HUE"
        )
        if text
        else Findings()
    )
    return next_letter(state, UserInput(text, photos=photos, spot=spot), found, USUAL)


def play(mail: Mail) -> tuple[DialogueState, str]:
    """The state in the end, and what the last turn did."""
    turn = say(DialogueState(), words(mail.text, mail.subject), mail.photos, PIN if mail.pin else None)
    for answer in mail.answers:
        if turn.act:
            break
        turn = say(turn.state, words(answer, f"Re: {mail.subject}", answer=True))
    return turn.state, turn.act


def is_right(mail: Mail) -> bool:
    state, act = play(mail)
    return (
        act == "file"
        and state.questions <= MOST_QUESTIONS
        and state.kind.split(".")[0] == mail.kind
        and state.spot is not None
        and mail.place in (state.spot.address if mail.place else "")
    )


def test_forty_letters_become_the_right_reports() -> None:
    wrong = [
        (mail.subject, mail.text[:40], act, state.kind, state.spot and state.spot.address, state.asked)
        for mail in MAILS
        if not is_right(mail)
        for state, act in [play(mail)]
    ]
    assert len(MAILS) == 40
    assert len(MAILS) - len(wrong) >= LEAST_RIGHT, wrong
    assert all(play(mail)[0].questions <= MOST_QUESTIONS for mail in MAILS)


def test_everything_that_is_missing_is_asked_at_once() -> None:
    turn = say(DialogueState(), "Xem giúp tôi với")
    [asked] = turn.says
    assert len(asked.values["list"]) == 2  # type: ignore[arg-type]
    assert turn.link
    assert turn.state.questions == 1


def test_a_house_that_no_map_knows_is_not_called_too_large() -> None:
    for area, said in (("45 Lê Lợi", ASK_NOT_FOUND), ("Phường An Cựu", ASK_WHERE_IN)):
        turn = next_letter(
            DialogueState(text="rác", kind="litter"), UserInput("rác"), Findings(area=area), USUAL
        )
        [asked] = turn.says
        assert asked.values["list"] == (Reply(said, {"area": area}),)


def test_two_questions_in_vain_call_a_person() -> None:
    turn = say(DialogueState(), "abc xyz")
    turn = say(turn.state, "qwe")
    turn = say(turn.state, "rty")
    assert (turn.act, turn.state.questions) == ("person", 2)


@pytest.mark.parametrize(
    ("state", "text", "act"),
    [
        (DialogueState(last_code="HUE-7K3M-92"), "Cảm ơn anh chị", ""),
        (DialogueState(last_code="HUE-7K3M-92"), "Hôm nay vẫn còn, nhờ anh chị xem lại", "add"),
        (DialogueState(last_code="HUE-7K3M-92"), "xử lý chưa ạ", "status"),
        (DialogueState(), "HUE-7K3M-92 đến đâu rồi", "status"),
        (DialogueState(), "cho gặp cán bộ", "person"),
    ],
)
def test_what_is_always_understood_in_a_letter(state: DialogueState, text: str, act: str) -> None:
    assert say(state, text).act == act


def test_danger_is_answered_first_and_a_large_letter_gets_a_link() -> None:
    turn = say(DialogueState(), "Cháy nhà ở 12 Lê Lợi")
    assert turn.urgent
    large = next_letter(DialogueState(), UserInput("Rác", large=True), Findings(), USUAL)
    assert large.link
    assert len(large.says) == 2
