"""Joining a report that is there already: idempotent, and telling nobody who else follows."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.city.reference import Reference
from service.domain.reports.access import Asker
from service.errors import Conflict, Invalid, NotFound
from service.models import Event, Follower, Report, Status
from tests.support.factories import make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

ANYBODY = Asker(key=KEY)
LAN = {"name": "Lan", "phone": "0905 123 456", "email": "lan@vidu.vn"}


def join(
    session: Session, reference: Reference, report: Report, asker: Asker = ANYBODY, **sent: Any
) -> tuple[UUID, bool]:
    body = Follow.model_validate(sent)
    return add_follower(session, reference, asker, report.id, body, language="en", now=NOON)


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Follower)).one()


def test_a_follower_is_kept_without_the_address_that_was_typed(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference)
    follower_id, is_new = join(session, reference, report, contact=LAN)
    row = session.get_one(Follower, follower_id)
    assert (row.name, row.phone, row.email, row.language, is_new) == ("Lan", None, None, "en", True)
    event = session.scalars(select(Event).where(Event.type == "report.followed")).one()
    assert (event.public, event.data, event.private) == (False, {}, None)


def test_one_follows_without_saying_who_one_is(session: Session, reference: Reference) -> None:
    report = make_report(session, reference)
    assert join(session, reference, report)[0] != join(session, reference, report)[0]


@pytest.mark.parametrize("sent", [{"id": str(uuid4())}, {"id": str(uuid4()), "contact": LAN}])
def test_the_same_again_is_the_same_follower(
    session: Session, reference: Reference, sent: dict[str, Any]
) -> None:
    report = make_report(session, reference)
    first, _ = join(session, reference, report, **sent)
    assert join(session, reference, report, **sent) == (first, False)
    assert count(session) == 1


def test_an_id_stands_for_one_follower_of_one_report(session: Session, reference: Reference) -> None:
    report, other = (make_report(session, reference) for _ in range(2))
    identity = str(uuid4())
    join(session, reference, report, id=identity)
    for target, contact in ((report, LAN), (other, None)):
        with pytest.raises(Conflict):
            join(session, reference, target, id=identity, contact=contact)


def test_without_an_id_every_request_makes_a_follower_of_its_own(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference)
    made = [join(session, reference, report, contact=LAN) for _ in range(2)]
    assert made[0][0] != made[1][0], "who types an address is told nothing of who typed it before"
    assert [is_new for _, is_new in made] == [True, True]


def test_the_same_person_follows_several_reports(session: Session, reference: Reference) -> None:
    ids = {join(session, reference, make_report(session, reference), contact=LAN)[0] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("contact", [{"phone": "123"}, {"email": "no address"}])
def test_a_contact_that_is_none_is_refused(
    session: Session, reference: Reference, contact: dict[str, str]
) -> None:
    with pytest.raises(Invalid):
        join(session, reference, make_report(session, reference), contact=contact)


@pytest.mark.parametrize("status", Status)
def test_what_has_come_to_nothing_is_not_followed(
    session: Session, reference: Reference, status: str
) -> None:
    original = make_report(session, reference)
    merged_into = original.id if status == "duplicate" else None
    report = make_report(session, reference, status, duplicate_of_id=merged_into)
    if status in ("rejected", "withdrawn"):
        with pytest.raises(Conflict):
            join(session, reference, report)
        return
    follower_id, _ = join(session, reference, report)
    followed = session.get_one(Follower, follower_id).report_id
    assert followed == (original.id if status == "duplicate" else report.id)


def test_the_reporter_is_told_anyway(session: Session, reference: Reference) -> None:
    report = make_report(session, reference)
    with pytest.raises(Conflict):
        join(session, reference, report, reporter_of(report))


def test_what_one_cannot_see_one_cannot_follow(session: Session, reference: Reference) -> None:
    with pytest.raises(NotFound):
        join(session, reference, make_report(session, reference, published=False))


def test_staff_may_follow_like_everyone(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference)
    follower_id, _ = join(session, reference, report, cast.triage.asker)
    event = session.scalars(select(Event).where(Event.type == "report.followed")).one()
    assert (event.actor, event.staff_id) == ("follower", None)
    assert session.get_one(Follower, follower_id).report_id == report.id
