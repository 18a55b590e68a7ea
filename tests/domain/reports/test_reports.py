"""Storing reports: in batches, once however often they are sent, contact apart, never half."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.reports import reports
from service.domain.reports.reports import ContactDraft, Receipt, submit, submit_many
from service.models import Category, Contact, Event, Report
from tests.support.small_city import IN_W1, NOON, draft, make_small_city

Who = tuple[bytes | None, bytes | None]
"""(device, address) of a sender, hashed."""


@pytest.fixture
def litter(session: Session) -> int:
    make_small_city(session)
    return category_id(session)


def category_id(session: Session, code: str = "litter") -> int:
    return session.scalars(select(Category.id).where(Category.code == code)).one()


def count(session: Session, table: type[Report] | type[Event] | type[Contact]) -> int:
    return session.scalars(select(func.count()).select_from(table)).one()


def test_report_contact_and_event_are_stored_together(session: Session, litter: int) -> None:
    person = ContactDraft("Người dân", "+84905123456", None)
    sent = draft(litter, contact=person, description="Rác ở góc phố")

    receipt = submit(session, sent)

    report = session.get_one(Report, receipt.id)
    assert receipt.stored
    assert (report.code, report.description, report.status) == (receipt.code, "Rác ở góc phố", "received")
    assert (report.lon, report.lat) == pytest.approx(IN_W1)
    assert report.created_at == NOON
    contact = session.get_one(Contact, receipt.id)
    assert (contact.name, contact.phone, contact.email) == ("Người dân", "+84905123456", None)
    event = session.scalars(select(Event)).one()
    assert (event.type, event.report_id, event.public, event.position) == (
        "report.received",
        receipt.id,
        True,
        None,
    )
    assert "Người dân" not in str(event.data)


def test_nobody_is_kept_of_who_gives_no_contact(session: Session, litter: int) -> None:
    submit(session, draft(litter))
    assert count(session, Contact) == 0


def test_the_same_id_again_is_the_first_answer(session: Session, litter: int) -> None:
    sent = replace(draft(litter), device_hash=b"d" * 16)
    first = submit(session, sent)

    again = submit(session, sent)

    assert again == Receipt(first.id, first.code, first.created_at, stored=False)
    assert (count(session, Report), count(session, Event)) == (1, 1)


def test_another_body_under_the_same_id_is_told_apart_and_not_stored(session: Session, litter: int) -> None:
    identity = uuid4()
    submit(session, draft(litter, id=identity, description="một"))

    other = submit(session, draft(litter, id=identity, description="hai", body=b"other"))

    assert not other.stored
    assert not other.same_body
    assert session.get_one(Report, identity).description == "một"


def test_the_same_report_twice_in_one_batch_is_stored_once(session: Session, litter: int) -> None:
    twin, single = draft(litter), draft(litter)

    first, other, second = submit_many(session, [twin, single, twin])

    assert (first.stored, other.stored, second.stored) == (True, True, False)
    assert (first.id, first.code) == (second.id, second.code)
    assert count(session, Report) == 2


HERE, THERE = b"a" * 16, b"b" * 16
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("first", "again", "later", "told"),
    [
        # (device, address) of who sent it, of who sends it again, and how much later
        ((HERE, HERE), (HERE, HERE), 23 * 60 * MINUTES, True),
        ((HERE, HERE), (HERE, THERE), MINUTES, True),  # the phone went from one network to another
        ((HERE, HERE), (HERE, HERE), 24 * 60 * MINUTES, False),
        ((HERE, HERE), (THERE, HERE), MINUTES, False),  # two phones behind one address
        ((HERE, HERE), (None, HERE), MINUTES, False),
        ((None, HERE), (None, HERE), 9 * MINUTES, True),
        ((None, HERE), (None, HERE), 10 * MINUTES, False),
        ((None, HERE), (None, THERE), MINUTES, False),
        ((None, HERE), (HERE, THERE), MINUTES, False),
        ((None, None), (None, None), MINUTES, False),  # entered by staff, or erased: nobody is known
    ],
)
def test_the_secret_is_told_again_only_to_who_sent_it(
    session: Session, litter: int, first: Who, again: Who, later: timedelta, told: bool
) -> None:
    sent = draft(litter)
    submit(session, replace(sent, device_hash=first[0], address_hash=first[1]))

    repeat = replace(sent, device_hash=again[0], address_hash=again[1], received_at=NOON + later)

    assert submit(session, repeat).tell_secret == told


def test_a_used_secret_is_told_again_to_the_device_alone(session: Session, litter: int) -> None:
    named = replace(draft(litter), device_hash=HERE, address_hash=HERE)
    nameless = replace(draft(litter), address_hash=HERE)
    for sent in (named, nameless):
        submit(session, sent)
        session.get_one(Report, sent.id).secret_used_at = NOON
    session.flush()

    assert submit(session, named).tell_secret
    assert not submit(session, nameless).tell_secret


def test_two_who_send_one_id_in_one_batch_are_told_apart(session: Session, litter: int) -> None:
    mine = replace(draft(litter), device_hash=HERE, address_hash=HERE)
    theirs = replace(mine, device_hash=THERE)

    receipts = submit_many(session, [mine, theirs, mine])

    assert [receipt.tell_secret for receipt in receipts] == [True, False, True]


def test_a_code_already_taken_is_drawn_again(
    session: Session, litter: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: Iterator[str] = iter(["SML-2222-22", "SML-2222-22", "SML-3333-33"])
    monkeypatch.setattr(reports, "new_code", lambda _prefix: next(codes))

    first, second = submit(session, draft(litter)), submit(session, draft(litter))

    assert (first.code, second.code) == ("SML-2222-22", "SML-3333-33")
    assert second.stored


def test_a_batch_that_fails_stores_nothing(session: Session, litter: int) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        submit_many(session, [draft(litter), draft(category_id=999_999)])
    assert (count(session, Report), count(session, Event)) == (0, 0)


def test_identical_requests_at_the_same_moment_make_one_report(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        make_small_city(session)
        sent = draft(category_id(session))

    def send(_: int) -> Receipt:
        with unit_of_work(clean_engine) as own:
            return submit(own, sent)

    with ThreadPoolExecutor(4) as phones:
        receipts = list(phones.map(send, range(8)))

    assert sum(receipt.stored for receipt in receipts) == 1
    assert len({(receipt.id, receipt.code) for receipt in receipts}) == 1
    with unit_of_work(clean_engine) as session:
        assert (count(session, Report), count(session, Event)) == (1, 1)
