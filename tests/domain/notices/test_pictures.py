"""Which photos a letter brings: what the public may see, and nothing where an address is only being asked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.notices.letters import read_letters
from service.models import Message, Photo, Report
from service.models.reports.photo import PhotoState
from tests.support.factories import make_photo, make_report
from tests.support.small_city import NOON


@pytest.fixture
def case(session: Session, reference: Reference) -> Report:
    """A report with two photos of it, and two of what was done."""
    report = make_report(session, reference, "resolved")
    for number, kind in enumerate(("report", "report", "evidence", "evidence")):
        photo = session.get_one(Photo, make_photo(session, report, kind, at=NOON + timedelta(minutes=number)))
        photo.thumbnail_key = f"public/{kind}/{number}-small.webp"
    session.flush()
    return report


def keys(
    session: Session, reference: Reference, report: Report, notice: str, audience: str, channel: str = "email"
) -> list[str]:
    row = Message(
        id=uuid4(),
        occasion=f"x:{uuid4()}",
        channel=channel,
        recipient="ai@vidu.vn",
        audience=audience,
        notice=notice,
        language="vi",
        report_id=report.id,
        data={},
        state="waiting",
        not_before=NOON,
        fresh_until=NOON,
        created_at=NOON,
    )
    session.add(row)
    session.flush()
    [letter] = read_letters(session, reference, [row.id], NOON)
    return [each.key for each in letter.pictures]


FIRST, DONE = "public/report/0-small.webp", "public/evidence/3-small.webp"


@pytest.mark.parametrize(
    ("notice", "audience", "channel", "brings"),
    [
        ("staff_assigned", "staff", "email", [FIRST]),
        ("staff_assigned", "staff", "sms", []),
        ("resolved", "reporter", "email", [FIRST, DONE]),
        ("alert_done", "alert", "email", [FIRST, DONE]),
        ("received", "reporter", "email", [FIRST]),
        ("asked", "reporter", "email", []),
        ("confirm", "follower", "email", []),
    ],
)
def test_what_a_letter_brings(
    session: Session,
    reference: Reference,
    case: Report,
    notice: str,
    audience: str,
    channel: str,
    brings: list[str],
) -> None:
    assert keys(session, reference, case, notice, audience, channel) == brings


def test_hidden_unrendered_and_unpublished_photos_stay(
    session: Session, reference: Reference, case: Report
) -> None:
    of_case = select(Photo).where(Photo.report_id == case.id).order_by(Photo.created_at)
    first, second, _, last = session.scalars(of_case)
    first.published, last.state = False, PhotoState.RAW
    session.flush()
    assert keys(session, reference, case, "staff_assigned", "staff") == [second.thumbnail_key]
    assert keys(session, reference, case, "closed", "reporter") == [
        second.thumbnail_key,
        "public/evidence/2-small.webp",
    ]
    case.published = False
    session.flush()
    assert keys(session, reference, case, "closed", "reporter") == []
    assert keys(session, reference, case, "staff_assigned", "staff") == [second.thumbnail_key]
