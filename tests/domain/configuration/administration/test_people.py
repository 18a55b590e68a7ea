"""What administrators do for people who lost something: a telephone, a browser somewhere."""

from __future__ import annotations

import pyotp
import pytest

from service.domain.configuration.administration import people
from service.domain.people import factors, staff
from service.domain.people.sessions import open_session, recognise_session, sessions_of
from service.errors import Conflict, NotFound
from service.models import Staff
from tests.domain.configuration.administration.stage import Room
from tests.support.people import KEY
from tests.support.small_city import NOON


def with_factor(room: Room, username: str) -> Staff:
    account = staff.get_account(room.session, username)
    secret = factors.new_secret()
    factors.enrol(room.session, KEY, account, secret, pyotp.TOTP(secret).at(NOON), NOON)
    return account


def test_a_lost_second_factor_is_taken_away_with_all_sessions(room: Room) -> None:
    account = with_factor(room, "triage")
    opened = open_session(room.session, account, "cookie", at=NOON)
    people.remove_factor(room.session, room.stamp(), "triage")
    assert account.totp_since is None and factors.state(room.session, account).codes_left == 0
    assert recognise_session(room.session, opened.token, "cookie", at=NOON) is None
    [entry] = room.audited("staff.factor_off")
    assert (entry.subject, entry.staff_id) == ("triage", room.administrator.id)
    with pytest.raises(Conflict):
        people.remove_factor(room.session, room.stamp(), "triage")


def test_ones_own_is_not_taken_away_here(room: Room) -> None:
    """Who sits down at an administrator's browser must not get rid of what protects the account."""
    account = with_factor(room, "administrator")
    with pytest.raises(Conflict, match="trang tài khoản"):
        people.remove_factor(room.session, room.stamp(), "administrator")
    assert account.totp_since is not None


def test_somebody_is_signed_out_everywhere(room: Room) -> None:
    account = staff.get_account(room.session, "inspector")
    for kind in ("cookie", "bearer"):
        open_session(room.session, account, kind, at=NOON)
    assert people.sign_out_everywhere(room.session, room.stamp(), "inspector") == 2
    assert sessions_of(room.session, account.id, at=NOON) == []
    assert [entry.after for entry in room.audited("staff.sessions_ended")] == [{"sessions_ended": 2}]
    with pytest.raises(NotFound):
        people.sign_out_everywhere(room.session, room.stamp(), "nobody")
