"""Guesses at a second factor: pauses, an end for the day, the owner told, their own browsers apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.people import factors
from service.domain.people.code_tries import DAY, FREE, LONGEST_PAUSE, MOST_A_DAY, CodeVerdict, try_code
from service.models import CodeTries, Message, Staff
from tests.support.people import KEY, Cast
from tests.support.small_city import NOON

LONG = timedelta(hours=1)


@pytest.fixture
def account(session: Session, cast: Cast) -> Staff:
    made = cast.triage.account
    made.email = "Lan@City.example"
    factors.enrol(session, KEY, made, SECRET, pyotp.TOTP(SECRET).at(NOON - LONG), NOON - LONG)
    return made


SECRET = factors.new_secret()


def tried(session: Session, account: Staff, code: str, at: datetime, *, known: bool = False) -> CodeVerdict:
    return try_code(session, KEY, account.id, code, at, known=known)


def wrong(session: Session, account: Staff, at: datetime, *, known: bool = False) -> CodeVerdict:
    good = pyotp.TOTP(SECRET)
    near = {good.at(at + timedelta(seconds=30 * step)) for step in (-1, 0, 1)}
    code = next(each for each in ("000000", "111111", "222222", "333333") if each not in near)
    return tried(session, account, code, at, known=known)


def test_a_good_code_is_good_and_ends_the_row_of_failures(session: Session, account: Staff) -> None:
    for _ in range(FREE - 1):
        assert wrong(session, account, NOON) == CodeVerdict(False)
    assert tried(session, account, pyotp.TOTP(SECRET).at(NOON), NOON) == CodeVerdict(True)
    assert wrong(session, account, NOON) == CodeVerdict(False)
    assert wrong(session, account, NOON).wait == timedelta()


def test_pauses_double_and_a_good_code_is_not_looked_at_meanwhile(session: Session, account: Staff) -> None:
    for _ in range(FREE):
        wrong(session, account, NOON)
    assert wrong(session, account, NOON).wait == timedelta(seconds=1)
    assert tried(session, account, pyotp.TOTP(SECRET).at(NOON), NOON).wait == timedelta(seconds=1)
    later = NOON + timedelta(seconds=1)
    assert wrong(session, account, later) == CodeVerdict(False)
    assert wrong(session, account, later).wait == timedelta(seconds=2)


def test_a_day_has_an_end_however_slowly_one_guesses(session: Session, account: Staff) -> None:
    at = NOON
    for _ in range(MOST_A_DAY):
        assert wrong(session, account, at) == CodeVerdict(False)
        at += LONGEST_PAUSE
    assert wrong(session, account, at).wait == NOON + DAY - at
    assert tried(session, account, pyotp.TOTP(SECRET).at(at), at).wait > timedelta()
    assert tried(session, account, pyotp.TOTP(SECRET).at(NOON + DAY), NOON + DAY) == CodeVerdict(True)


def test_the_owners_browsers_are_counted_apart(session: Session, account: Staff) -> None:
    at = NOON
    for _ in range(MOST_A_DAY):
        wrong(session, account, at)
        at += LONGEST_PAUSE
    assert tried(session, account, pyotp.TOTP(SECRET).at(at), at, known=True) == CodeVerdict(True)


def test_the_owner_is_told_once_a_day(session: Session, account: Staff) -> None:
    def told() -> list[str]:
        query = select(Message.recipient).where(Message.notice == "staff_codes")
        return list(session.scalars(query))

    at = NOON
    for number in range(MOST_A_DAY):
        wrong(session, account, at)
        at += LONGEST_PAUSE
        assert told() == ([] if number < 2 else ["lan@city.example"])


def test_a_factor_that_was_taken_away_leaves_no_count(session: Session, account: Staff) -> None:
    for _ in range(FREE):
        wrong(session, account, NOON)
    factors.switch_off_factor(session, account, NOON, by=None)
    assert session.scalars(select(CodeTries)).all() == []
