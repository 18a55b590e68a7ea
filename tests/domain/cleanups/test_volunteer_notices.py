"""Volunteers are told what is so: once, by their own way, and never of what a storm has ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.day import give_result, send_result_back
from service.domain.cleanups.forms import CleanupChange, CleanupResult, NewSignup
from service.domain.cleanups.passing_time import remind_volunteers, start_due
from service.domain.cleanups.public.views import cancelled_because, view_public_cleanup
from service.domain.cleanups.signups import answer_address, sign_up
from service.domain.cleanups.steps import change_cleanup
from service.domain.cleanups.volunteer_notices import tell_by_address
from service.domain.notices import delivery
from service.errors import Invalid
from service.models import CleanupSignup, Message, PushDevice
from tests.support.cleanups.stage import MORNING, CleanupStage, add_cleanup_photo
from tests.support.people import KEY, Cast

DAY = timedelta(days=1)


@pytest.fixture
def stage(session: Session, reference: Reference) -> CleanupStage:
    return CleanupStage(session, reference)


def outbox(stage: CleanupStage) -> list[tuple[str, str, str]]:
    """(who, what, how it stands) of every message, as they were made."""
    rows = stage.session.scalars(
        select(Message).order_by(Message.created_at, Message.notice, Message.recipient)
    )
    return [(row.recipient, row.notice, row.state) for row in rows.unique()]


def browser(stage: CleanupStage, signup: CleanupSignup) -> PushDevice:
    """The sign-up is told in a browser."""
    device = PushDevice(
        id=uuid4(),
        endpoint=f"https://push.example.org/{uuid4()}",
        p256dh="p",
        auth="a",
        language="vi",
        created_at=stage.now,
    )
    stage.session.add(device)
    stage.session.flush()
    signup.device_id = device.id
    stage.session.flush()
    return device


def move(stage: CleanupStage, cast: Cast, found: CleanupWork, starts: datetime, reason: str) -> None:
    said = {"starts_at": starts, "ends_at": starts + timedelta(hours=2), "reason": reason}
    change = CleanupChange.model_validate({"version": found.work.version, **said})
    change_cleanup(stage.ctx(cast.other_department), KEY, found.work.code, change)


def remind(stage: CleanupStage) -> int:
    return remind_volunteers(stage.session, stage.reference, KEY, stage.now)


def test_a_storm_drops_what_was_not_told_yet(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department, capacity=1)
    answer_address(stage.session, stage.join(found, 1, "an@example.org"), confirmed=True, now=stage.now)
    stage.join(found, 2, "be@example.org")
    claimed = delivery.claim_messages(stage.session, stage.now, 1)
    stage.at(MORNING - timedelta(hours=20))
    assert remind(stage) == 1
    stage.take(cast.other_department, found, "cancelled", reason="Bão số 9")
    stage.session.expire_all()
    waiting = [(who, what) for who, what, state in outbox(stage) if state == "waiting"]
    assert sorted(waiting) == [
        ("an@example.org", "cleanup_cancelled"),
        ("be@example.org", "cleanup_cancelled"),
    ], "who comes and who waits hears one thing"
    stage.at(stage.now + timedelta(hours=1))  # the worker that held one is dead: it comes back to nobody
    assert set(delivery.claim_messages(stage.session, stage.now, 10)).isdisjoint(claimed)


def test_a_clean_up_that_moved_is_reminded_of_before_its_new_time(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    answer_address(stage.session, stage.join(found, 1, "an@example.org"), confirmed=True, now=stage.now)
    stage.at(MORNING - timedelta(hours=20))
    assert remind(stage) == 1
    move(stage, cast, found, MORNING + 7 * DAY, "Mưa lớn")
    assert [state for _, what, state in outbox(stage) if what == "cleanup_reminder"] == ["dropped"]
    assert remind(stage) == 0
    stage.at(MORNING + 6 * DAY + timedelta(hours=2))
    assert (remind(stage), remind(stage)) == (1, 0)
    move(stage, cast, found, MORNING + 7 * DAY + timedelta(hours=1), "Chờ xe")
    assert remind(stage) == 0, "the change itself says it a day before"
    changed = [state for _, what, state in outbox(stage) if what == "cleanup_changed"]
    assert changed == ["dropped", "waiting"], "the newest time alone is told"


def test_the_same_time_once_more_is_no_change(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    stage.join(found, 1, "an@example.org")
    said = {"starts_at": found.work.starts_at, "meet_words": found.side.meet_words, "bring": "Găng tay"}
    change = CleanupChange.model_validate({"version": found.work.version, **said})
    change_cleanup(stage.ctx(cast.other_department), KEY, found.work.code, change)
    assert (found.side.bring, found.side.sequence, stage.told("cleanup_changed")) == ("Găng tay", 0, [])
    with pytest.raises(Invalid):
        move(stage, cast, found, MORNING + DAY, "")


def test_each_is_told_in_their_language_by_their_way(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    device = browser(stage, stage.join(found, 2, "an@example.org"))
    body = NewSignup.model_validate({"id": str(uuid4()), "people": 1, "email": "be@example.org"})
    sign_up(stage.session, stage.reference, KEY, found.work.code, body, language="en", now=stage.now)
    stage.join(found, 1)  # who left nothing is told nothing
    stage.take(cast.other_department, found, "cancelled", reason="Bão số 9, gọi 0905123456")
    rows = stage.session.scalars(select(Message).where(Message.notice == "cleanup_cancelled")).all()
    told = sorted((row.channel, row.recipient, row.language) for row in rows)
    assert told == [("email", "be@example.org", "en"), ("push", str(device.id), "vi")]
    assert tell_by_address(stage.session, stage.reference, KEY, device.id, stage.now) == 1
    assert tell_by_address(stage.session, stage.reference, KEY, device.id, stage.now) == 0
    assert stage.told("cleanup_cancelled").count("an@example.org") == 1, (
        "the browser is gone, the mailbox not"
    )
    said = cancelled_because(stage.session, stage.reference, found.work)
    assert said.startswith("Bão số 9") and "0905123456" not in said


def test_a_result_that_was_sent_back_is_told_nowhere(stage: CleanupStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    stage.at(MORNING + timedelta(hours=1))
    start_due(stage.session, stage.reference, load_calendar(stage.session, stage.reference), stage.now)
    add_cleanup_photo(stage.session, found.work)
    words = "Đã gọi cô Ba 0905123456"
    result = CleanupResult(version=found.work.version, people=25, kg=300, words=words)
    give_result(stage.ctx(cast.other_department), found.work.code, result)
    told = view_public_cleanup(stage.session, stage.reference, found)
    assert told.people == 25 and told.result.startswith("Đã gọi cô Ba") and "0905123456" not in told.result
    send_result_back(stage.ctx(cast.inspector), found.work.code, found.work.version, "Thiếu ảnh")
    view = view_public_cleanup(stage.session, stage.reference, found)
    assert (view.people, view.kg, view.units) == (None, None, {})
