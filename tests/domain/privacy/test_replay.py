"""Repeating the ledger over a restored database: each action, in order, once, whatever is not there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.privacy import replay
from service.domain.publication import publication
from service.domain.publication.ledger import Action, entries_after
from service.domain.publication.publication import DESK, HidingCause, hiding_of
from service.domain.reports.events import SYSTEM
from service.domain.reports.reports import ContactDraft
from service.models import Comment, Contact, Photo, Report
from tests.support.factories import make_photo, make_report
from tests.support.small_city import NOON

LATER = NOON + timedelta(hours=1)
LAN = ContactDraft("Lan", "+84905123456", "lan@vidu.vn")


def replayed(session: Session, *entries: tuple[Action, UUID]) -> int:
    """Replay these, a minute apart."""
    timed = [
        (action, subject, NOON + timedelta(minutes=number))
        for number, (action, subject) in enumerate(entries)
    ]
    return replay.replay(session, timed, LATER)


def test_every_action_can_be_repeated() -> None:
    assert replay._ACTIONS.keys() == set(Action)


@pytest.mark.parametrize("action", Action)
def test_a_subject_that_came_after_the_backup_is_passed_over_and_entered(
    session: Session, action: Action
) -> None:
    subject = uuid4()
    assert replayed(session, (action, subject)) == 1
    [entry] = entries_after(session, 0, 10)
    assert (entry.action, entry.subject_id, entry.at) == (action, subject, NOON)
    assert replayed(session, (action, subject)) == 0


@pytest.mark.parametrize("last", [Action.HIDE_REPORT, Action.SHOW_REPORT])
def test_the_last_decision_counts_however_often_it_is_restored(
    session: Session, reference: Reference, last: Action
) -> None:
    report = make_report(session, reference, "in_progress")
    first = Action.SHOW_REPORT if last is Action.HIDE_REPORT else Action.HIDE_REPORT
    steps = [(Action.HIDE_REPORT, report.id), (first, report.id), (last, report.id)]

    assert replayed(session, *steps) == 3
    assert replayed(session, *steps) == 0

    assert report.published is (last is Action.SHOW_REPORT)
    assert len(entries_after(session, 0, 10)) == 3


def test_photos_and_comments_are_hidden_and_get_new_names(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    photo = session.get_one(Photo, make_photo(session, report, "report"))
    old = photo.public_key
    comment = Comment(
        id=uuid4(), report_id=report.id, kind="remark", public=True, text="ông T.", created_at=NOON
    )
    session.add(comment)
    session.flush()

    replayed(session, (Action.HIDE_PHOTO, photo.id), (Action.HIDE_COMMENT, comment.id))

    assert not photo.published and photo.public_key != old
    assert not comment.public
    replayed(session, (Action.SHOW_PHOTO, photo.id), (Action.SHOW_COMMENT, comment.id))
    assert photo.published and comment.public


def test_words_contact_and_secrets(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress", contact=LAN)

    replayed(
        session,
        (Action.ERASE_WORDS, report.id),
        (Action.ERASE_REPORTER, report.id),
        (Action.RENEW_REPORT_SECRET, report.id),
    )

    session.expire_all()
    row = session.get_one(Report, report.id)
    assert (row.description, row.published, row.secret_generation) == ("", False, 1)
    assert session.get_one(Contact, report.id).phone is None
    assert [entry.action for entry in entries_after(session, 0, 10)] == [
        Action.ERASE_WORDS,
        Action.ERASE_REPORTER,
        Action.RENEW_REPORT_SECRET,
    ]


def test_what_the_backup_holds_already_is_not_repeated(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    publication.hide_report(session, report, HidingCause(DESK, "nêu tên người"), actor=SYSTEM, now=NOON)
    [entry] = entries_after(session, 0, 10)

    assert replay.replay(session, [(Action.HIDE_REPORT, report.id, entry.at)], LATER) == 0

    row = hiding_of(session, "report", report.id)
    assert row and row.reason == "nêu tên người"
