"""Accounts of people who come by a provider: made once, and closed by whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.city.reference import Reference, load_reference
from service.domain.configuration.administration import people
from service.domain.configuration.administration.changes import EditStamp
from service.domain.people import staff
from service.domain.people.grants import NO_ROLE, Grant
from service.domain.people.identities import (
    DISABLED,
    ProviderIdentity,
    SignInRefusal,
    id_token_of,
    keep_id_token,
    sign_in_by_provider,
)
from service.models import Staff, StaffIdentity
from tests.support.factories import found_city
from tests.support.people import make_cast
from tests.support.small_city import NOON

WHO = ProviderIdentity(
    "https://id.example", "s1", "an", "An", "an@hue.vn", email_verified=True, language="vi"
)
TRIAGE = Grant("triage", None)


def come(session: Session, reference: Reference, grant: Grant | str = TRIAGE) -> Staff | SignInRefusal:
    return sign_in_by_provider(session, reference, WHO, grant, at=NOON, link_by_email=False)


def test_who_was_closed_by_hand_while_the_provider_granted_nothing_stays_out(session: Session) -> None:
    reference = found_city(session)
    account = come(session, reference)
    assert isinstance(account, Staff)
    assert come(session, reference, NO_ROLE) == SignInRefusal(NO_ROLE, "an")
    assert not account.active
    assert come(session, reference, NO_ROLE) == SignInRefusal(NO_ROLE, "an")
    staff.disable_account(session, "an", at=NOON)
    assert come(session, reference) == SignInRefusal(DISABLED, "an")
    assert not account.active


def test_who_was_let_in_by_hand_is_closed_by_the_next_sign_in_that_grants_nothing(session: Session) -> None:
    reference = found_city(session)
    stamp = EditStamp(make_cast(session, reference).administrator.account.id, "Quản trị", NOON)
    come(session, reference)
    come(session, reference, NO_ROLE)
    account = people.enable_account(session, reference, stamp, "an")
    assert account.active
    assert come(session, reference, NO_ROLE) == SignInRefusal(NO_ROLE, "an")
    assert not account.active
    assert come(session, reference) is account and account.active


def test_somebody_new_whom_nothing_is_granted_leaves_nothing_behind(session: Session) -> None:
    assert come(session, found_city(session), NO_ROLE) == SignInRefusal(NO_ROLE)
    assert session.scalar(select(func.count()).select_from(Staff)) == 0


def test_the_last_token_is_that_of_the_provider_asked_for(session: Session) -> None:
    account = come(session, found_city(session))
    assert isinstance(account, Staff)
    other = StaffIdentity(
        issuer=WHO.issuer,
        subject="s0",
        staff_id=account.id,
        created_at=NOON,
        seen_at=NOON - timedelta(days=1),
    )
    session.add(other)
    session.flush()
    keep_id_token(session, WHO.issuer, "s0", "older")
    keep_id_token(session, WHO.issuer, WHO.subject, "newer")
    assert id_token_of(session, WHO.issuer, account.id) == "newer"
    assert id_token_of(session, "https://other.example", account.id) is None


def test_two_first_sign_ins_at_once_make_one_account(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        found_city(session)
    start = Barrier(4)

    def once(_: int) -> int:
        with unit_of_work(clean_engine) as session:
            reference = load_reference(session)
            start.wait(30)
            account = come(session, reference)
            assert isinstance(account, Staff)
            return account.id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(once, range(4)))) == 1
