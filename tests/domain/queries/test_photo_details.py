"""Who may add a photo, who sees which, and that each reading of an original is noted."""

from __future__ import annotations

from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from service.domain.kernel.codes import report_secret
from service.domain.queries.photo_details import detail, list_photos, open_original
from service.domain.reports import photos
from service.domain.reports.access import NOBODY, Asker
from service.domain.reports.events import REPORTER, Actor
from service.domain.reports.photos import find_for_sender
from service.errors import Forbidden, NotFound, Unauthenticated
from service.models import Photo, Report, Role
from service.models.reports.event import ActorKind
from tests.support.photo_stage import NOW, add_report, add_staff, events, new_photo

KEY = b"k" * 40


@pytest.fixture
def report(session: Session) -> Report:
    return add_report(session)


@pytest.fixture
def reporter(report: Report) -> Asker:
    return Asker(secret=report_secret(KEY, report.id), key=KEY)


@pytest.fixture
def triage(session: Session) -> Asker:
    return Asker(Actor(ActorKind.STAFF, staff_id=add_staff(session).id, role=Role.TRIAGE))


@pytest.fixture
def stranger(session: Session) -> Asker:
    """A member of staff whose department has no part in the case."""
    return Asker(
        Actor(
            ActorKind.STAFF,
            staff_id=add_staff(session, "manager").id,
            role=Role.MANAGER,
            departments=frozenset({1}),
        )
    )


def add(
    session: Session, report: Report, content: bytes, actor: Actor = REPORTER, **account: object
) -> Photo:
    new = new_photo(content, **account)
    return photos.add_photo(session, report.id, new, actor=actor, at=NOW, zone=ZoneInfo("UTC"))[0]


def test_who_may_add(session: Session, report: Report, reporter: Asker, triage: Asker) -> None:
    assert find_for_sender(session, reporter, report.id, now=NOW) == (report.id, REPORTER)
    assert find_for_sender(session, triage, report.code, now=NOW) == (report.id, triage.staff)


def test_who_may_not_add(session: Session, report: Report, stranger: Asker) -> None:
    other = Asker(secret=report_secret(KEY, uuid4()), key=KEY)
    for asker, refusal in ((NOBODY, Unauthenticated), (other, Unauthenticated), (stranger, Forbidden)):
        with pytest.raises(refusal):
            find_for_sender(session, asker, report.id, now=NOW)


def test_who_sees_which(
    session: Session, report: Report, reporter: Asker, triage: Asker, stranger: Asker
) -> None:
    raw, failed, ready = (add(session, report, bytes([number])).id for number in range(3))
    assert triage.staff is not None
    evidence = add(session, report, b"proof", triage.staff).id
    photos.mark_photo_failed(session, failed, "broken", at=NOW)
    photos.mark_ready(session, ready, at=NOW)

    def seen(asker: Asker) -> tuple[set[UUID], bool]:
        found, inside = list_photos(session, asker, report.id, now=NOW)
        return {photo.id for photo in found}, inside

    assert seen(NOBODY) == seen(stranger) == ({ready}, False)
    assert seen(reporter) == ({raw, failed, ready}, False)
    assert seen(triage) == ({raw, failed, ready, evidence}, True)


def test_a_detail_has_what_the_file_says(session: Session, report: Report) -> None:
    told = {"camera": "M1", "clock": "local", "accuracy_m": 5.0}
    photo = add(
        session, report, b"one", evidence=told, taken_local="2026-05-04T08:00:00", lon=107.0, lat=16.0
    )

    found = detail(photo)

    assert (found.camera, found.clock, found.accuracy_m) == ("M1", "local", 5.0)
    assert (found.lon, found.lat, found.taken_local) == (107.0, 16.0, "2026-05-04T08:00:00")
    assert found.distance_m == photo.distance_m
    assert not found.shown
    assert found.view.public_key == photo.public_key


def test_reading_an_original_is_noted(session: Session, report: Report, triage: Asker) -> None:
    photo = add(session, report, b"one")

    assert open_original(session, triage, report.id, photo.id, now=NOW).original_key == photo.original_key

    event = events(session, report.id)[-1]
    assert triage.staff is not None
    assert (event.type, event.public, event.staff_id) == (
        "photo.original_read",
        False,
        triage.staff.staff_id,
    )


def test_originals_that_may_not_be_read(
    session: Session, report: Report, reporter: Asker, triage: Asker, stranger: Asker
) -> None:
    photo = add(session, report, b"one")
    other = add_report(session)

    for asker, name, photo_id in (
        (reporter, report.id, photo.id),
        (stranger, report.id, photo.id),
        (NOBODY, report.id, photo.id),
        (triage, other.id, photo.id),
        (triage, report.id, uuid4()),
    ):
        with pytest.raises(NotFound):
            open_original(session, asker, name, photo_id, now=NOW)
    assert [event.type for event in events(session, report.id)] == ["photo.added"]
