"""The second factor: codes of now, once each; recovery codes, once each; secrets that are stored sealed."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, load_reference
from service.domain.people import factors
from service.domain.people.factors import STEP_S, seal_secret, unseal_secret
from service.errors import Conflict, Invalid
from service.models import AuditEntry, City, RecoveryCode, Staff
from tests.support.people import KEY, Cast
from tests.support.small_city import NOON

STEP = timedelta(seconds=STEP_S)


def code_at(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(NOON + steps * STEP)


@pytest.fixture
def account(cast: Cast) -> Staff:
    return cast.triage.account


@pytest.fixture
def secret(session: Session, account: Staff) -> str:
    """The secret of an account that enrolled with the code of two steps ago."""
    made = factors.new_secret()
    factors.enrol(session, KEY, account, made, code_at(made, -5), NOON - 5 * STEP)
    return made


def good(session: Session, account: Staff, code: str, steps: int = 0) -> bool:
    session.refresh(account)
    return factors.use_code(session, KEY, account, code, NOON + steps * STEP)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(
    session: Session, account: Staff, secret: str, steps: int, taken: bool
) -> None:
    assert good(session, account, code_at(secret, steps)) is taken


def test_a_code_is_good_once_and_so_are_those_before_it(
    session: Session, account: Staff, secret: str
) -> None:
    assert good(session, account, code_at(secret))
    assert not good(session, account, code_at(secret))
    assert not good(session, account, code_at(secret, -1))
    assert good(session, account, code_at(secret, 1))


def test_the_code_of_the_enrolment_is_used_up(session: Session, account: Staff) -> None:
    made = factors.new_secret()
    factors.enrol(session, KEY, account, made, code_at(made), NOON)

    assert not good(session, account, code_at(made))


def test_recovery_codes_are_good_once_and_stored_as_hashes(session: Session, account: Staff) -> None:
    made = factors.new_secret()
    codes = factors.enrol(session, KEY, account, made, code_at(made), NOON)

    assert len(set(codes)) == factors.HOW_MANY_CODES
    stored = b"".join(session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code.replace("-", "").upper().encode() in stored for code in codes)
    assert good(session, account, codes[0].upper().replace("-", " "))
    assert not good(session, account, codes[0])
    assert good(session, account, codes[1])
    assert factors.state(session, account).codes_left == factors.HOW_MANY_CODES - 2
    again = factors.renew_codes(session, KEY, account, NOON)
    assert not good(session, account, codes[2]) and good(session, account, again[2])


def test_a_code_of_somebody_else_opens_nothing(session: Session, cast: Cast, secret: str) -> None:
    other = cast.manager.account
    made = factors.new_secret()
    codes = factors.enrol(session, KEY, other, made, code_at(made), NOON)

    assert not good(session, cast.triage.account, codes[0])
    assert not good(session, cast.triage.account, code_at(made))


@given(st.text(max_size=40))
def test_nothing_else_is_taken(text: str) -> None:
    made = pyotp.random_base32()
    if text.strip() not in {code_at(made, step) for step in (-1, 0, 1)}:
        digits = "".join(each for each in text if each.isdigit())
        found = factors.matching_step(made, text, NOON)
        assert found is None or digits in {code_at(made, step) for step in (-1, 0, 1)}


def test_enrolment_needs_a_good_code_and_happens_once(session: Session, account: Staff) -> None:
    made = factors.new_secret()
    with pytest.raises(Invalid):
        factors.enrol(session, KEY, account, made, "000000" if code_at(made) != "000000" else "1", NOON)
    assert account.totp_since is None
    factors.enrol(session, KEY, account, made, code_at(made), NOON)
    with pytest.raises(Conflict):
        factors.enrol(session, KEY, account, made, code_at(made, 1), NOON)


def test_the_secret_is_stored_sealed(session: Session, account: Staff, secret: str) -> None:
    assert account.totp_secret and secret not in account.totp_secret
    assert unseal_secret(KEY, account.totp_secret) == secret
    assert unseal_secret(b"x" * 40, account.totp_secret) is None
    assert unseal_secret(KEY, account.totp_secret[:-4] + "AAAA") is None
    assert unseal_secret(KEY, "") is None
    assert seal_secret(KEY, "a") != seal_secret(KEY, "a")


def test_switching_off_takes_all_of_it_away_and_nothing_secret_is_audited(
    session: Session, account: Staff, secret: str
) -> None:
    factors.switch_off_factor(session, account, NOON, by=account.id)

    assert not factors.state(session, account).on
    assert not good(session, account, code_at(secret))
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action.like("staff.factor%"))).all()
    assert [entry.action for entry in entries] == ["staff.factor_on", "staff.factor_off"]
    assert all(secret not in str((entry.before, entry.after)) for entry in entries)


def test_who_must_have_one_is_configuration(session: Session, reference: Reference, cast: Cast) -> None:
    city = session.get_one(City, 1)
    city.config = {**city.config, "second_factor_roles": ["administrator"]}
    session.flush()
    asked = load_reference(session)

    assert factors.must_have(asked, cast.administrator.account)
    assert not factors.must_have(asked, cast.triage.account)
    assert not factors.must_have(reference, cast.administrator.account)
