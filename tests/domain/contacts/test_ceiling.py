"""How often who reported is read in a day, and who is told when somebody reads that often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.contacts.disclosure import read_contact
from service.domain.reports.reports import ContactDraft
from service.errors import TooMany
from service.models import AuditEntry, ContactReading, Message, Report
from service.sending.channels import CHANNELS
from tests.domain.city.city_configs import with_config
from tests.support.factories import make_report
from tests.support.people import Cast, Person
from tests.support.small_city import NOON

LAN = ContactDraft("Lan", "+84905123456", None)
MOST = 3


@pytest.fixture
def strict(reference: Reference) -> Reference:
    return with_config(reference, contacts_a_day=MOST)


@pytest.fixture
def case(session: Session, reference: Reference) -> Report:
    return make_report(session, reference, "in_progress", lead="cables-room", contact=LAN)


def read_all(session: Session, reference: Reference, person: Person, case: Report) -> None:
    for minute in range(MOST):
        read_contact(
            session, CHANNELS, reference, person.asker, case.id, "gọi lại", NOON + timedelta(minutes=minute)
        )


def told(session: Session) -> list[Message]:
    wanted = select(Message).where(Message.notice == "staff_contacts").order_by(Message.recipient)
    return list(session.scalars(wanted))


def test_the_number_is_each_person_s_own_and_comes_back_after_a_day(
    session: Session, strict: Reference, cast: Cast, case: Report
) -> None:
    read_all(session, strict, cast.triage, case)
    with pytest.raises(TooMany) as refused:
        read_contact(
            session, CHANNELS, strict, cast.triage.asker, case.id, "gọi lại", NOON + timedelta(hours=1)
        )
    assert refused.value.headers["Retry-After"] == str(23 * 3600)
    assert refused.value.params == {"most": MOST, "hours": 23}
    assert len(session.scalars(select(ContactReading)).all()) == MOST
    read_contact(
        session, CHANNELS, strict, cast.department.asker, case.id, "gọi lại", NOON + timedelta(hours=1)
    )
    tomorrow = NOON + timedelta(days=1, seconds=1)
    assert (
        read_contact(session, CHANNELS, strict, cast.triage.asker, case.id, "gọi lại", tomorrow).name == "Lan"
    )


def test_the_manager_of_who_reads_so_much_is_told_once(
    session: Session, strict: Reference, cast: Cast, case: Report
) -> None:
    cast.manager.account.email = "Sep@hue.example"
    cast.administrator.account.email = "quantri@hue.example"
    cast.department.account.email = "toi@hue.example"
    read_all(session, strict, cast.department, case)
    for _ in range(2):
        with pytest.raises(TooMany):
            read_contact(session, CHANNELS, strict, cast.department.asker, case.id, "gọi lại", NOON)
    (message,) = told(session)
    assert (message.recipient, message.state) == ("sep@hue.example", "waiting")
    assert message.data["username"] == cast.department.account.username
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.ceiling")).one()
    assert entry.after == {"readings": MOST, "hours": 24}


def test_where_no_manager_stands_above_the_administrators_are_told(
    session: Session, strict: Reference, cast: Cast, case: Report
) -> None:
    cast.manager.account.email = "sep@hue.example"
    cast.other_manager.account.email = "sep2@hue.example"
    cast.administrator.account.email = "quantri@hue.example"
    read_all(session, strict, cast.triage, case)
    assert [each.recipient for each in told(session)] == ["quantri@hue.example"]
