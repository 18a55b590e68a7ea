"""Codes that sign a citizen in: nobody keeps the owner out by asking first, and nobody guesses them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.notices.citizens import (
    DIGITS,
    LASTS,
    MOST_BY_ONE,
    MOST_IN_ALL,
    MOST_TRIES,
    SENT_AT_ONCE,
    ask_code,
    code_of,
    enter_code,
)
from service.errors import TooMany
from service.models import SigninCode
from tests.support.people import KEY
from tests.support.small_city import NOON

TARGET = "an@example.org"


def ask(session: Session, asker: str, minutes: float = 0) -> UUID:
    now = NOON + timedelta(minutes=minutes)
    return ask_code(session, KEY, "email", TARGET, asker=asker.encode(), language="vi", now=now)


def digits(session: Session, code_id: UUID) -> str:
    """What the message said that this code is good for."""
    row = session.get_one(SigninCode, code_id)
    return code_of(KEY, row.same_as or row.id)


def enter(session: Session, code_id: UUID, given: str, minutes: float = 0) -> bool:
    now = NOON + timedelta(minutes=minutes)
    token, _ = enter_code(session, KEY, code_id, given, label="", now=now)
    return token is not None


def test_a_stranger_uses_up_their_own_codes_alone(session: Session) -> None:
    for _ in range(MOST_BY_ONE):
        ask(session, "stranger")
    with pytest.raises(TooMany):
        ask(session, "stranger")
    code = ask(session, "owner")
    assert enter(session, code, digits(session, code))


def test_the_owner_is_let_in_by_the_code_that_was_just_sent(session: Session) -> None:
    sent = [ask(session, f"stranger {number}") for number in range(SENT_AT_ONCE)]
    for code in sent:
        for _ in range(MOST_TRIES):
            assert not enter(session, code, "0")
    own = ask(session, "owner", minutes=1)
    assert session.get_one(SigninCode, own).same_as in sent, "nothing more is sent"
    assert enter(session, own, digits(session, own), minutes=1)


def test_digits_are_good_once_whoever_asked_for_them(session: Session) -> None:
    for number in range(SENT_AT_ONCE):
        ask(session, f"stranger {number}")
    own, other = ask(session, "owner"), ask(session, "another")
    assert digits(session, own) == digits(session, other)
    assert enter(session, own, digits(session, own))
    assert not enter(session, other, digits(session, other))


def test_soon_a_new_code_is_sent(session: Session) -> None:
    """Of those that were sent none is good any more, or not long enough to be typed."""
    for number in range(SENT_AT_ONCE):
        ask(session, f"stranger {number}")
    code = ask(session, "owner", minutes=LASTS.total_seconds() / 60 - 1)
    assert session.get_one(SigninCode, code).same_as is None


def test_all_together_are_bounded(session: Session) -> None:
    for number in range(MOST_IN_ALL):
        ask(session, f"stranger {number}")
    with pytest.raises(TooMany):
        ask(session, "owner")
    sent = session.scalars(select(SigninCode).where(SigninCode.same_as.is_(None))).all()
    assert len(sent) == SENT_AT_ONCE


def test_a_code_has_eight_digits(session: Session) -> None:
    code = code_of(KEY, ask(session, "owner"))
    assert DIGITS == 8 and len(code) == 8 and code.isdecimal()
