"""The privacy ledger: each erasure by a person is entered, retention is not."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.privacy.erasure import Erasure, erase, erase_contacts
from service.domain.publication.ledger import Action, enter_action, entries_after, newest_id
from service.domain.reports.reports import ContactDraft
from tests.support.factories import make_report
from tests.support.people import Cast, reporter_of
from tests.support.small_city import NOON

LAN = ContactDraft("Lan", "+84905123456", "lan@vidu.vn")


def actions(session: Session) -> list[str]:
    return [entry.action for entry in entries_after(session, 0, 100)]


def test_the_reporters_erasure_is_entered(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress", contact=LAN)

    erase(session, reporter_of(report), report.code, Erasure(), NOON)

    [entry] = entries_after(session, 0, 100)
    assert (entry.action, entry.subject_id, entry.at) == (Action.ERASE_REPORTER, report.id, NOON)


def test_a_coordinators_erasure_names_reporter_and_followers(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress", contact=LAN)

    erase(session, cast.triage.asker, report.code, Erasure(reason="Chị Lan gọi tổng đài"), NOON)

    assert actions(session) == [Action.ERASE_REPORTER, Action.ERASE_FOLLOWERS]


def test_retention_is_not_entered(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress", contact=LAN)

    assert erase_contacts(session, [report.id], NOON) == 1

    assert actions(session) == []


def test_entries_come_in_order_and_from_where_one_left(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    for action in (Action.HIDE_REPORT, Action.SHOW_REPORT, Action.HIDE_REPORT):
        enter_action(session, action, report.id, NOON)
    session.flush()

    first, *rest = entries_after(session, 0, 100)

    assert [entry.id for entry in rest] == [entry.id for entry in entries_after(session, first.id, 100)]
    assert newest_id(session) == rest[-1].id
