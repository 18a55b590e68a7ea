"""What the city has kept long enough: neither a day too early nor ever again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, load_reference
from service.domain.privacy import retention
from service.domain.privacy.retention import BATCHES, months_before
from service.domain.reports.reports import ContactDraft
from service.models import City, Contact, Follower, PendingDeletion, Photo, Report, SenderTrace, StaffSession
from service.models.reports.photo import PhotoState
from tests.support.factories import make_photo, make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

LAN = ContactDraft("Lan", "+84905123456", None)
DAY = timedelta(days=1)


@pytest.fixture
def kept(session: Session, reference: Reference) -> Reference:
    """A city that keeps contacts two months, originals three, devices one."""
    config = {"contact_months": 2, "original_photo_months": 3, "device_months": 1}
    city = session.get_one(City, 1)
    city.config = {**city.config, "retention": config}
    session.flush()
    return load_reference(session)


def ended(session: Session, reference: Reference, at: datetime) -> Report:
    """A report closed at a time, with all that is personal."""
    report = make_report(session, reference, "closed", contact=LAN, closed_at=at, device_hash=b"d" * 16)
    make_photo(session, report, "report")
    session.add(
        Follower(
            id=report.id,
            report_id=report.id,
            email="hoa@vidu.vn",
            name=None,
            phone=None,
            body_hash=b"",
            created_at=at,
        )
    )
    session.flush()
    return report


def carried_out(session: Session, reference: Reference, now: datetime) -> dict[str, int]:
    done = {name: batch(session, reference, now, 100) for name, batch in BATCHES.items()}
    session.expire_all()
    return done


def left(session: Session, report: Report) -> set[str]:
    follower, photo = (
        session.get_one(Follower, report.id),
        session.scalars(select(Photo).where(Photo.report_id == report.id)).one(),
    )
    found = {
        "contact": session.get_one(Contact, report.id).phone,
        "follower": follower.email,
        "original": None if photo.original_erased_at else "there",
        "device": report.device_hash,
    }
    return {name for name, value in found.items() if value}


@pytest.mark.parametrize(
    ("days", "stays"),
    [
        (27, {"contact", "follower", "original", "device"}),
        (32, {"contact", "follower", "original"}),
        (58, {"contact", "follower", "original"}),
        (63, {"original"}),
        (89, {"original"}),
        (93, set()),
    ],
)
def test_each_thing_goes_after_its_own_time(
    session: Session, kept: Reference, days: int, stays: set[str]
) -> None:
    report = ended(session, kept, NOON)

    carried_out(session, kept, NOON + days * DAY)

    assert left(session, report) == stays


def test_what_has_not_ended_is_kept(session: Session, kept: Reference) -> None:
    report = make_report(session, kept, "in_progress", contact=LAN)

    carried_out(session, kept, NOON + 2000 * DAY)

    assert session.get_one(Contact, report.id).phone


def test_the_second_run_finds_nothing_and_a_run_stays_within_its_batch(
    session: Session, kept: Reference
) -> None:
    for _ in range(3):
        ended(session, kept, NOON)
    now = NOON + 400 * DAY

    assert [retention.old_contacts(session, kept, now, 2) for _ in range(3)] == [2, 1, 0]
    done = carried_out(session, kept, now)
    assert {name: count for name, count in done.items() if count} == {
        "followers": 3,
        "originals": 3,
        "devices": 3,
    }
    assert set(carried_out(session, kept, now).values()) == {0}


def test_traces_and_sessions_go_when_they_are_of_no_use(
    session: Session, kept: Reference, cast: Cast
) -> None:
    report = make_report(session, kept)
    session.add(SenderTrace(report_id=report.id, kind="device", hash=b"d", text_hash=b"t", at=NOON))
    cast.triage.token(session, NOON)
    cast.triage.token(session, NOON + 40 * DAY)

    assert carried_out(session, kept, NOON + DAY)["traces"] == 0
    done = carried_out(session, kept, NOON + 41 * DAY)

    assert (done["traces"], done["sessions"]) == (1, 0)  # signing in again had already cleared the old one
    assert len(session.scalars(select(StaffSession)).all()) == 1
    assert carried_out(session, kept, NOON + 80 * DAY)["sessions"] == 1


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        (datetime(2026, 3, 31, 5, tzinfo=UTC), 1, datetime(2026, 2, 28, 5, tzinfo=UTC)),
        (datetime(2026, 1, 15, 5, tzinfo=UTC), 1, datetime(2025, 12, 15, 5, tzinfo=UTC)),
        (datetime(2026, 12, 31, 5, tzinfo=UTC), 24, datetime(2024, 12, 31, 5, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(now: datetime, months: int, then: datetime) -> None:
    assert months_before(now, months, "Asia/Ho_Chi_Minh") == then


def test_files_are_taken_once_and_tried_again_later(session: Session, kept: Reference) -> None:
    session.add(PendingDeletion(key="original/a", since=NOON, next_at=NOON))
    session.flush()

    assert retention.take_pending_deletions(session, NOON, 10) == [("original/a", 1)]
    assert retention.take_pending_deletions(session, NOON, 10) == []
    retention.postpone_deletion(session, "original/a", 1, NOON)
    session.flush()
    assert retention.take_pending_deletions(session, NOON + timedelta(minutes=1), 10) == []
    assert retention.take_pending_deletions(session, NOON + timedelta(minutes=3), 10) == [("original/a", 2)]
    retention.deleted(session, "original/a")
    assert retention.pending_deletions(session) == 0


def test_an_original_that_is_still_to_be_rendered_waits(session: Session, kept: Reference) -> None:
    report = ended(session, kept, NOON)
    photo = session.scalars(select(Photo).where(Photo.report_id == report.id)).one()
    photo.state = PhotoState.RAW
    carried_out(session, kept, NOON + 400 * DAY)

    assert retention.take_pending_deletions(session, NOON + 400 * DAY, 10) == []
    photo.state = PhotoState.READY
    session.flush()
    assert [key for key, _ in retention.take_pending_deletions(session, NOON + 400 * DAY, 10)] == [
        photo.original_key
    ]
