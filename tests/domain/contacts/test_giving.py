"""A contact given once the report is there: by its reporter, checked as the first, never after the end."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.contacts.late_contacts import give_contact
from service.domain.kernel.codes import report_secret
from service.domain.reports.access import Asker
from service.domain.reports.drafts import ContactIn
from service.domain.reports.reports import ContactDraft
from service.errors import Conflict, Invalid, Unauthenticated
from service.models import Contact, Report
from tests.support.factories import make_report
from tests.support.small_city import NOON

KEY = b"k" * 40


def reporter_of(report: Report) -> Asker:
    return Asker(secret=report_secret(KEY, report.id), key=KEY)


def test_what_was_right_stays_beside_what_is_given(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress", contact=ContactDraft("Lan", None, None))
    give_contact(session, reference, reporter_of(report), report.code, ContactIn(phone="0905 123 456"), NOON)
    kept = session.get_one(Contact, report.id)
    assert (kept.name, kept.phone, kept.email) == ("Lan", "+84905123456", None)


def test_wrong_and_empty_ones_are_refused(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    for sent in (ContactIn(phone="12"), ContactIn(email="a@b"), ContactIn()):
        with pytest.raises(Invalid):
            give_contact(session, reference, reporter_of(report), report.code, sent, NOON)
    assert session.get(Contact, report.id) is None


def test_only_its_reporter_and_not_after_the_end(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    with pytest.raises(Unauthenticated):
        give_contact(
            session, reference, Asker(secret="x", key=KEY), report.code, ContactIn(email="a@b.vn"), NOON
        )
    erased = make_report(session, reference, "in_progress", contact=ContactDraft("Lan", None, None))
    session.get_one(Contact, erased.id).erased_at = NOON
    ended = make_report(session, reference, "closed")
    for each in (erased, ended):
        with pytest.raises(Conflict):
            give_contact(session, reference, reporter_of(each), each.code, ContactIn(email="a@b.vn"), NOON)
