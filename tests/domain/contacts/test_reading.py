"""Who may read who reported, and that every reading is written down."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.contacts.disclosure import ContactView, read_contact
from service.domain.contacts.reading_log import ReadingFilters, read_readings, readers
from service.domain.reports.access import NOBODY
from service.domain.reports.reports import ContactDraft
from service.errors import Forbidden, Gone, Invalid, NotFound
from service.models import Contact, ContactReading, Report, Staff
from service.sending.channels import CHANNELS
from tests.domain.city.city_configs import with_config
from tests.support.factories import make_report
from tests.support.people import Cast, reporter_of
from tests.support.small_city import NOON

LAN = ContactDraft("Lan", "+84905123456", None)
STAFF = [field.name for field in fields(Cast)]
WHY = "gọi hỏi địa chỉ"


@pytest.fixture
def case(session: Session, reference: Reference) -> Report:
    return make_report(session, reference, "in_progress", lead="cables-room", executor="telecom", contact=LAN)


def readings(session: Session) -> list[ContactReading]:
    return list(session.scalars(select(ContactReading)))


@pytest.mark.parametrize("name", STAFF)
def test_the_coordinator_and_the_lead_department_read_it_and_nobody_else(
    session: Session, reference: Reference, cast: Cast, case: Report, name: str
) -> None:
    person = cast.everyone()[name]
    if name not in ("triage", "department", "room", "manager"):
        with pytest.raises(Forbidden):
            read_contact(session, CHANNELS, reference, person.asker, case.id, WHY, NOON)
        assert readings(session) == []
        return
    found = read_contact(session, CHANNELS, reference, person.asker, case.id, WHY, NOON)
    assert found == ContactView(anonymous=False, name="Lan", phone="+84905123456", email=None)
    [reading] = readings(session)
    assert (reading.report_id, reading.staff_id, reading.at, reading.purpose) == (
        case.id,
        person.account.id,
        NOON,
        WHY,
    )


def test_a_city_may_keep_it_to_the_coordinator(
    session: Session, reference: Reference, cast: Cast, case: Report
) -> None:
    strict = with_config(reference, contact_for_lead=False)
    with pytest.raises(Forbidden):
        read_contact(session, CHANNELS, strict, cast.department.asker, case.id, WHY, NOON)
    assert read_contact(session, CHANNELS, strict, cast.triage.asker, case.id, WHY, NOON).name == "Lan"


def test_citizens_do_not_read_it_back_here(session: Session, reference: Reference, case: Report) -> None:
    for asker in (NOBODY, reporter_of(case)):
        with pytest.raises(Forbidden):
            read_contact(session, CHANNELS, reference, asker, case.id, WHY, NOON)


def test_what_one_may_not_see_has_no_contact(session: Session, reference: Reference, cast: Cast) -> None:
    hidden = make_report(session, reference, "in_progress", published=False, contact=LAN)
    with pytest.raises(NotFound):
        read_contact(session, CHANNELS, reference, cast.other_department.asker, hidden.id, WHY, NOON)


def test_an_anonymous_report_has_nobody_to_read(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference)
    assert read_contact(session, CHANNELS, reference, cast.triage.asker, report.id, WHY, NOON).anonymous
    assert readings(session) == []


def test_what_was_erased_is_gone(session: Session, reference: Reference, cast: Cast, case: Report) -> None:
    session.get_one(Contact, case.id).erased_at = NOON
    with pytest.raises(Gone):
        read_contact(session, CHANNELS, reference, cast.triage.asker, case.id, WHY, NOON)


@pytest.mark.parametrize("purpose", ["", "x", " \u200b \x00"])
def test_without_a_purpose_nothing_is_read(
    session: Session, reference: Reference, cast: Cast, case: Report, purpose: str
) -> None:
    with pytest.raises(Invalid):
        read_contact(session, CHANNELS, reference, cast.triage.asker, case.id, purpose, NOON)
    assert readings(session) == []


def test_who_read_it_is_told_to_who_answers_for_the_office(
    session: Session, reference: Reference, cast: Cast, case: Report
) -> None:
    other = make_report(session, reference, "in_progress", lead="cables-room", contact=LAN)
    for person, report in ((cast.triage, case), (cast.department, case), (cast.triage, other)):
        read_contact(session, CHANNELS, reference, person.asker, report.id, WHY, NOON)
    triage = session.get_one(Staff, cast.triage.actor.staff_id)
    everything = read_readings(session, ReadingFilters())
    assert [each.code for each in everything] == [other.code, case.code, case.code]
    assert {(each.at, each.purpose) for each in everything} == {(NOON, WHY)}
    theirs = read_readings(session, ReadingFilters(who=triage.username, code=case.code))
    assert [(each.who, each.code) for each in theirs] == [(triage.name, case.code)]
    assert read_readings(session, ReadingFilters(since=NOON + timedelta(days=1))) == []
    assert len(read_readings(session, ReadingFilters(before_id=everything[0].id))) == 2
    assert (triage.username, triage.name) in readers(session)
    assert len(readers(session)) == 2
