"""Who sees a report, and as whom; what one may not see looks like what does not exist."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.casework.merge import merge_into
from service.domain.city.reference import Reference
from service.domain.kernel.codes import report_secret
from service.domain.kernel.follower_secrets import follower_secret, read_follower_secret
from service.domain.reports.access import ANYONE, NOBODY, Asker, find_report, lock_report, visible
from service.domain.reports.events import SYSTEM
from service.errors import NotFound, Unauthenticated
from service.models import Report
from tests.support.factories import found_city, make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

STAFF = [field.name for field in fields(Cast)]
INSIDE = {
    "triage",
    "department",
    "room",
    "executor",
    "inspector",
    "manager",
    "administrator",
}
"""Who sees a case of the cables-room with telecom as executor from inside."""


def case(session: Session, reference: Reference, **columns: object) -> Report:
    return make_report(session, reference, "in_progress", lead="cables-room", executor="telecom", **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", STAFF)
def test_staff_see_their_cases_from_inside_and_others_as_the_public_does(
    session: Session, reference: Reference, cast: Cast, name: str
) -> None:
    person = cast.everyone()[name]
    access = find_report(session, person.asker, case(session, reference).id, now=NOON)
    assert access.actor == person.actor
    assert access.inside is (name in INSIDE)


@pytest.mark.parametrize("name", STAFF)
def test_an_unpublished_report_does_not_exist_for_who_has_no_part_in_it(
    session: Session, reference: Reference, cast: Cast, name: str
) -> None:
    hidden = case(session, reference, published=False)
    asker = cast.everyone()[name].asker
    listed = session.scalars(select(Report.id).where(visible(asker))).all()
    if name in INSIDE:
        assert find_report(session, asker, hidden.code, now=NOON).inside
        assert hidden.id in listed
    else:
        with pytest.raises(NotFound) as refused:
            find_report(session, asker, hidden.code, now=NOON)
        with pytest.raises(NotFound) as missing:
            find_report(session, asker, uuid4(), now=NOON)
        assert str(refused.value) == str(missing.value)
        assert hidden.id not in listed


def test_supporting_departments_see_the_case_contractors_only_what_was_handed_to_them(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress", supports=["ward-W2", "sanitation"])
    assert find_report(session, cast.other_department.asker, report.id, now=NOON).inside
    assert not find_report(session, cast.other_executor.asker, report.id, now=NOON).inside


def test_anyone_sees_what_is_published_and_nothing_else(session: Session, reference: Reference) -> None:
    open_one, hidden = case(session, reference), case(session, reference, published=False)
    assert find_report(session, NOBODY, str(open_one.id), now=NOON).actor is ANYONE
    with pytest.raises(NotFound):
        find_report(session, NOBODY, hidden.id, now=NOON)
    assert session.scalars(select(Report.id).where(visible(NOBODY))).all() == [open_one.id]


def test_the_reporter_sees_their_own_and_the_use_of_the_secret_is_marked_once(
    session: Session, reference: Reference
) -> None:
    report = case(session, reference, published=False)
    access = find_report(session, reporter_of(report), report.id, now=NOON)
    assert (access.actor.kind, access.inside) == ("reporter", False)
    assert report.secret_used_at == NOON
    lock_report(session, reporter_of(report), report.id, now=NOON + timedelta(days=1))
    session.flush()
    assert report.secret_used_at == NOON


def test_a_reader_does_not_wait_for_whoever_works_on_the_report(clean_engine: Engine) -> None:
    """The use of the secret is marked by the next reader then; the first mark stays."""
    with unit_of_work(clean_engine) as session:
        report = case(session, found_city(session), published=False)

    def look(at: datetime) -> datetime | None:
        with unit_of_work(clean_engine) as session:
            session.execute(text("SET LOCAL lock_timeout = '1s'"))
            access = find_report(session, reporter_of(report), report.id, now=at)
            assert access.actor.kind == "reporter"
        with unit_of_work(clean_engine) as session:
            return session.get_one(Report, report.id).secret_used_at

    with unit_of_work(clean_engine) as worker:
        worker.scalars(select(Report).where(Report.id == report.id).with_for_update()).one()
        assert look(NOON) is None
    assert look(NOON + timedelta(minutes=1)) == NOON + timedelta(minutes=1)
    assert look(NOON + timedelta(minutes=2)) == NOON + timedelta(minutes=1)


def test_whoever_changes_the_report_marks_the_use_under_their_own_lock(
    session: Session, reference: Reference
) -> None:
    report = case(session, reference)
    lock_report(session, reporter_of(report), report.id, now=NOON)
    assert report.secret_used_at == NOON
    session.refresh(report)
    assert report.secret_used_at == NOON


def test_a_secret_of_another_report_opens_nothing(session: Session, reference: Reference) -> None:
    open_one, hidden = case(session, reference), case(session, reference, published=False)
    wrong = reporter_of(make_report(session, reference))
    with pytest.raises(Unauthenticated):
        find_report(session, wrong, open_one.id, now=NOON)
    with pytest.raises(NotFound):
        find_report(session, wrong, hidden.id, now=NOON)


def test_a_secret_made_with_another_key_opens_nothing(session: Session, reference: Reference) -> None:
    report = case(session, reference)
    forged = Asker(secret=report_secret(b"another key", report.id), key=KEY)
    with pytest.raises(Unauthenticated):
        find_report(session, forged, report.id, now=NOON)


def test_followers_are_known_by_their_own_secret(session: Session, reference: Reference) -> None:
    report, other = case(session, reference), case(session, reference)
    follower_id, _ = add_follower(
        session, reference, Asker(key=KEY), report.id, Follow(), language="vi", now=NOON
    )
    asker = Asker(secret=follower_secret(KEY, follower_id), key=KEY)

    access = find_report(session, asker, report.id, now=NOON)
    assert access.actor.kind == "follower"
    assert access.follower is not None
    assert access.follower.id == follower_id
    with pytest.raises(Unauthenticated):
        find_report(session, asker, other.id, now=NOON)


def test_the_reporter_of_a_duplicate_follows_the_original_with_the_old_secret(
    session: Session, reference: Reference
) -> None:
    original, duplicate = case(session, reference), make_report(session, reference, "triage")
    merge_into(session, duplicate, original.id, actor=SYSTEM, at=NOON)
    access = find_report(session, reporter_of(duplicate), original.id, now=NOON)
    assert (access.actor.kind, access.follower) == ("follower", None)


@pytest.mark.parametrize(
    "name", ["", " ", "x", "HUE-0000-00", "not a code", "' OR 1=1", "\x00", "0" * 40, "Ơ" * 9, "{}", "-"]
)
def test_what_is_no_name_of_a_report_is_not_found(session: Session, name: str) -> None:
    with pytest.raises(NotFound):
        find_report(session, NOBODY, name, now=NOON)


def test_codes_are_found_however_they_are_typed(session: Session, reference: Reference) -> None:
    report = case(session, reference)
    typed = f" {report.code.lower().replace('-', ' ')} "
    assert find_report(session, NOBODY, typed, now=NOON).report.id == report.id


@given(st.uuids(), st.binary(min_size=1, max_size=40))
def test_a_follower_secret_says_whose_it_is_and_is_good_for_one_key(identity, key) -> None:  # type: ignore[no-untyped-def]
    secret = follower_secret(key, identity)
    assert read_follower_secret(key, secret) == identity
    assert read_follower_secret(key + b"x", secret) is None
    assert len(secret) != len(report_secret(key, identity))


@given(st.text(max_size=60))
def test_no_text_is_a_follower_secret_by_chance(text: str) -> None:
    assert read_follower_secret(KEY, text) is None
