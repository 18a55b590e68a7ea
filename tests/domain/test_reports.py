"""Storing reports: in batches, once however often they are sent, contact apart, never half."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain import reports
from service.domain.reports import ContactDraft, Receipt, submit, submit_many
from service.models import Category, Contact, Event, Report
from tests.small_city import IN_W1, NOON, draft, make_small_city


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
    sent = draft(litter)
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


def test_the_secret_is_told_again_for_a_day_and_until_it_is_used(session: Session, litter: int) -> None:
    sent = draft(litter)
    submit(session, sent)
    later = draft(litter, id=sent.id, at=NOON + timedelta(hours=25))

    assert submit(session, sent).tell_secret
    assert not submit(session, later).tell_secret
    session.get_one(Report, sent.id).secret_used_at = NOON
    session.flush()
    assert not submit(session, sent).tell_secret


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
