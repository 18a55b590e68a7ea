"""Accounts, passwords and sessions of staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.people import passwords, staff
from service.domain.people.sessions import (
    BEARER_LASTS,
    COOKIE_IDLE,
    COOKIE_LONGEST,
    TOUCH_EVERY,
    end_session,
    open_session,
    recognise_session,
)
from service.domain.people.staff import NewAccount
from service.errors import Conflict, Invalid, NotFound
from service.models import AuditEntry, Role, StaffSession
from tests.support.people import PASSWORD, Cast, password_hash
from tests.support.small_city import NOON

LAN = NewAccount(username="lan", name="Lan", role="department", department="city-cables")


def test_a_password_is_kept_as_argon2id_and_checked() -> None:
    stored = password_hash()
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored
    assert passwords.verify(PASSWORD, stored) == (True, None)
    assert passwords.verify(PASSWORD + " ", stored) == (False, None)


@pytest.mark.parametrize("stored", [None, "", "plain text", "$argon2id$broken"])
def test_nothing_is_the_password_of_an_account_without_one(stored: str | None) -> None:
    assert passwords.verify(PASSWORD, stored) == (False, None)


def test_an_overlong_password_is_wrong_and_costs_no_more() -> None:
    assert passwords.verify("x" * 1000, password_hash()) == (False, None)


def test_a_hash_with_weaker_settings_is_renewed() -> None:
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
    matches, better = passwords.verify(PASSWORD, weak.hash(PASSWORD))
    assert matches
    assert better is not None
    assert passwords.verify(PASSWORD, better) == (True, None)


def test_generated_passwords_are_good_and_differ() -> None:
    made = {passwords.generate() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.check_password(password, "lan")


@pytest.mark.parametrize("password", ["", "short", "x" * 257, "Xin chao LAN nhe"])
def test_poor_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.check_password(password, "lan")


def test_an_account_is_found_however_its_name_is_typed(session: Session, reference: Reference) -> None:
    account = staff.add_account(session, reference, replace(LAN, username=" LAN "), None, at=NOON)
    assert account.username == "lan"
    assert staff.find_account(session, "Lan") is account
    assert staff.find_account(session, "lan\x00") is account
    assert staff.find_account(session, "minh") is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "l"}, "username"),
        ({"username": "lan anh"}, "username"),
        ({"username": "Đức"}, "username"),
        ({"username": "x" * 101}, "username"),
        ({"name": " \u200b"}, "name"),
        ({"role": "boss"}, "role"),
        ({"department": None}, "department"),
        ({"department": "nowhere"}, "department"),
        ({"department": "gone"}, "department"),
    ],
)
def test_what_is_wrong_with_an_account_is_named(
    session: Session, reference: Reference, changes: dict[str, str | None], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        staff.add_account(session, reference, replace(LAN, **changes), None, at=NOON)  # type: ignore[arg-type]
    assert [error.loc for error in refused.value.errors] == [(field,)]


def test_a_name_is_given_once(session: Session, reference: Reference) -> None:
    staff.add_account(session, reference, LAN, None, at=NOON)
    with pytest.raises(Conflict):
        staff.add_account(session, reference, replace(LAN, username="LAN"), None, at=NOON)


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_over_its_department_and_all_below(
    session: Session, reference: Reference, role: str
) -> None:
    account = staff.add_account(session, reference, replace(LAN, role=role), None, at=NOON)
    known = reference.department_by_code
    below = {known["city-cables"].id, known["cables-room"].id}
    assert staff.actor_for(account, reference).departments == below


def test_a_city_wide_role_has_no_departments(session: Session, reference: Reference) -> None:
    account = staff.add_account(session, reference, NewAccount("an", "An", "inspector"), None, at=NOON)
    assert staff.actor_for(account, reference).departments == frozenset()


def test_disabling_ends_every_session_and_is_audited(session: Session, cast: Cast) -> None:
    account = cast.department.account
    opened = [open_session(session, account, kind, at=NOON) for kind in ("cookie", "bearer")]
    staff.disable_account(session, account.username, at=NOON, by=cast.administrator.account.id)
    session.flush()

    for one, kind in zip(opened, ("cookie", "bearer"), strict=True):
        assert recognise_session(session, one.token, kind, at=NOON) is None
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "staff.disabled")).one()
    assert (entry.subject, entry.staff_id) == (account.username, cast.administrator.account.id)
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["active"], entry.after["active"]) == (True, False)
    assert entry.after["sessions_ended"] == 2


def test_a_new_password_ends_every_session_and_its_hash_is_not_audited(session: Session, cast: Cast) -> None:
    account = cast.department.account
    opened = open_session(session, account, "bearer", at=NOON)
    staff.set_password(session, account.username, "a new hash", at=NOON)
    session.flush()
    assert account.password_hash == "a new hash"
    assert recognise_session(session, opened.token, "bearer", at=NOON) is None
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "staff.password")).all()
    assert [entry.after for entry in entries] == [{"sessions_ended": 1}]


@pytest.mark.parametrize(
    "verb", [staff.disable_account, lambda s, n, at: staff.set_password(s, n, "h", at=at)]
)
def test_nobody_can_be_changed_who_is_not_there(session: Session, verb) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotFound):
        verb(session, "nobody", at=NOON)


def test_only_the_hash_of_a_token_is_kept(session: Session, cast: Cast) -> None:
    opened = open_session(session, cast.triage.account, "bearer", at=NOON, label="x" * 500)
    row = session.get_one(StaffSession, opened.id)
    assert opened.token.encode() not in row.token_hash
    assert len(row.label) == 200
    found = recognise_session(session, opened.token, "bearer", at=NOON)
    assert found is not None
    assert found[0] is cast.triage.account


@pytest.mark.parametrize("kind", ["cookie", "bearer"])
def test_a_token_is_good_for_one_kind_and_for_its_time(session: Session, cast: Cast, kind: str) -> None:
    opened = open_session(session, cast.triage.account, kind, at=NOON)
    other = "bearer" if kind == "cookie" else "cookie"
    assert recognise_session(session, opened.token, other, at=NOON) is None
    assert (
        recognise_session(session, opened.token, kind, at=opened.expires_at - timedelta(seconds=1))
        is not None
    )
    assert recognise_session(session, opened.token, kind, at=opened.expires_at + timedelta(days=8)) is None


def test_a_cookie_lasts_while_it_is_used_but_not_for_ever(session: Session, cast: Cast) -> None:
    opened = open_session(session, cast.triage.account, "cookie", at=NOON)
    at, step = NOON, COOKIE_IDLE - timedelta(minutes=1)
    while recognise_session(session, opened.token, "cookie", at=at):
        session.flush()
        at += step
    assert COOKIE_LONGEST <= at - NOON < COOKIE_LONGEST + step


def test_a_bearer_token_is_not_prolonged_by_use(session: Session, cast: Cast) -> None:
    opened = open_session(session, cast.triage.account, "bearer", at=NOON)
    recognise_session(session, opened.token, "bearer", at=NOON + BEARER_LASTS / 2)
    session.flush()
    assert recognise_session(session, opened.token, "bearer", at=NOON + BEARER_LASTS) is None


def test_its_last_use_is_written_now_and_then(session: Session, cast: Cast) -> None:
    opened = open_session(session, cast.triage.account, "bearer", at=NOON)
    row = session.get_one(StaffSession, opened.id)
    first = NOON + TOUCH_EVERY / 2
    recognise_session(session, opened.token, "bearer", at=first)
    assert row.seen_at == first, "the first use is shown at once"
    recognise_session(session, opened.token, "bearer", at=first + TOUCH_EVERY / 2)
    assert row.seen_at == first
    recognise_session(session, opened.token, "bearer", at=first + TOUCH_EVERY)
    assert row.seen_at == first + TOUCH_EVERY


def test_signing_out_ends_that_session_alone(session: Session, cast: Cast) -> None:
    first, second = (open_session(session, cast.triage.account, "bearer", at=NOON) for _ in range(2))
    end_session(session, first.id)
    assert recognise_session(session, first.token, "bearer", at=NOON) is None
    assert recognise_session(session, second.token, "bearer", at=NOON) is not None


def test_signing_in_clears_what_has_expired(session: Session, cast: Cast) -> None:
    account = cast.triage.account
    open_session(session, account, "bearer", at=NOON)
    open_session(session, account, "bearer", at=NOON + BEARER_LASTS)
    assert len(session.scalars(select(StaffSession)).all()) == 1


@given(st.text(max_size=50))
def test_a_tidied_name_stays_as_it_is(text: str) -> None:
    once = staff.tidy_username(text)
    assert staff.tidy_username(once) == once
