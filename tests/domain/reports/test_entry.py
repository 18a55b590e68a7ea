"""Taking a report down for a caller: the reception of every report, and what is kept of the caller."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.entry import DeskSubmission, check_entry
from service.domain.reports.reports import submit
from service.errors import Forbidden, Invalid
from service.models import Contact, Event, Report
from service.models.reports.channels import AT_THE_DESK
from tests.support.people import Cast, Person
from tests.support.small_city import IN_W1, NOON

LAN = {"name": "Lan", "phone": "0905 123 456"}


def enter(session: Session, reference: Reference, person: Person, **values: object) -> Report:
    place = {"lon": IN_W1[0], "lat": IN_W1[1]}
    sent = DeskSubmission.model_validate(
        {"category": "litter", "location": place, "channel": "phone", **values}
    )
    draft = check_entry(reference, sent, person.actor, now=NOON, language="vi")
    return session.get_one(Report, submit(session, draft).id)


@pytest.mark.parametrize("channel", AT_THE_DESK)
def test_channel_and_who_entered_it_are_kept(
    session: Session, reference: Reference, cast: Cast, channel: str
) -> None:
    report = enter(session, reference, cast.triage, channel=channel)
    assert (report.channel, report.status) == (channel, "received")
    [event] = session.scalars(select(Event).where(Event.report_id == report.id))
    assert (event.type, event.actor, event.staff_id) == (
        "report.received",
        "staff",
        cast.triage.actor.staff_id,
    )
    assert event.data["channel"] == channel


def test_a_caller_who_agreed_is_kept_with_the_time_they_did(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = enter(session, reference, cast.triage, contact=LAN, consent=True)
    contact = session.get_one(Contact, report.id)
    assert (contact.name, contact.phone, contact.consent_at) == ("Lan", "+84905123456", NOON)
    alone = enter(session, reference, cast.triage, consent=True)
    assert session.get(Contact, alone.id) is None


def test_a_caller_who_did_not_agree_is_not_kept(session: Session, reference: Reference, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        enter(session, reference, cast.triage, contact=LAN, category="none")
    assert [error.loc for error in refused.value.errors] == [("category",), ("consent",)]
    with pytest.raises(Invalid) as refused:
        enter(session, reference, cast.triage, contact=LAN)
    assert [error.loc for error in refused.value.errors] == [("consent",)]
    report = enter(session, reference, cast.triage, contact=LAN, anonymous=True)
    assert session.get(Contact, report.id) is None


def test_only_coordinators_enter(session: Session, reference: Reference, cast: Cast) -> None:
    for name, person in cast.everyone().items():
        if name != "triage":
            with pytest.raises(Forbidden):
                enter(session, reference, person)
