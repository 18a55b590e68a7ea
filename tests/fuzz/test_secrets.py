"""Secrets and tokens: whatever is shown instead of one opens nothing, and breaks nothing."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.domain.kernel.codes import is_report_secret, report_secret
from service.domain.kernel.follower_secrets import follower_secret, read_follower_secret
from service.domain.people.sessions import recognise_session
from service.domain.people.staff import find_account
from service.domain.reports.access import Asker, find_report
from service.errors import AppError
from tests.fuzz.inputs import LOOSE, TEXT

KEY = b"k" * 40
NOW = datetime(2026, 5, 4, 1, 30, tzinfo=UTC)
GUESSES = (
    TEXT
    | st.binary(min_size=20, max_size=42).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
    | st.text(st.characters(codec="latin-1"), max_size=60)
)


@given(GUESSES, st.uuids())
def test_a_guess_is_nobodys_secret(guess: str, report_id: UUID) -> None:
    assert not is_report_secret(KEY, report_id, guess)
    assert read_follower_secret(KEY, guess) is None


@given(st.uuids(), st.uuids(), st.binary(min_size=1, max_size=40))
def test_a_secret_is_its_owners_alone(one: UUID, other: UUID, key: bytes) -> None:
    assert is_report_secret(KEY, one, report_secret(KEY, one))
    assert read_follower_secret(KEY, follower_secret(KEY, one)) == one
    if one != other:
        assert not is_report_secret(KEY, other, report_secret(KEY, one))
    if key != KEY:
        assert read_follower_secret(key, follower_secret(KEY, one)) is None
    assert read_follower_secret(KEY, report_secret(KEY, one)) is None
    assert not is_report_secret(KEY, one, follower_secret(KEY, one))


@given(st.uuids(), st.integers(0, 51), st.integers(1, 127))
def test_a_changed_secret_opens_nothing(follower: UUID, place: int, change: int) -> None:
    letters = list(follower_secret(KEY, follower))
    letters[place] = chr(ord(letters[place]) ^ change)
    assert read_follower_secret(KEY, "".join(letters)) in (None, follower)


@LOOSE
@given(guess=GUESSES, kind=st.sampled_from(["cookie", "bearer"]))
@example(guess="\0", kind="bearer")
def test_a_guess_signs_nobody_in(hue: Session, guess: str, kind: str) -> None:
    assert recognise_session(hue, guess, kind, at=NOW) is None


@LOOSE
@given(name=GUESSES)
@example(name="\0")
@example(name="admin\0")
def test_a_guess_is_no_account(hue: Session, name: str) -> None:
    assert find_account(hue, name) is None


@LOOSE
@given(name=GUESSES, secret=st.none() | GUESSES)
@example(name="\0", secret=None)
def test_a_guess_names_no_report(hue: Session, name: str, secret: str | None) -> None:
    with pytest.raises(AppError) as refused:
        find_report(hue, Asker(secret=secret, key=KEY), name, now=NOW)
    assert refused.value.status == 404
