"""Rating, reopening, appealing, withdrawing: by whom, when, and never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.casework.citizens.participation import (
    RatingForm,
    Reopening,
    Withdrawal,
    rate,
    reopen_or_appeal,
    withdraw,
)
from service.domain.city.reference import Reference
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.reports.access import NOBODY, Asker
from service.domain.reports.lifecycle import StatusChange, move
from service.errors import AppError, Conflict, Forbidden, Invalid, Unauthenticated
from service.models import Event, EventType, Rating, Report, Status
from tests.support.factories import make_photo, make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

DAY = timedelta(days=1)


def follower_of(session: Session, reference: Reference, report: Report, at: datetime = NOON) -> Asker:
    asker = Asker(key=KEY)
    follower_id, _ = add_follower(session, reference, asker, report.id, Follow(), language="vi", now=at)
    return Asker(secret=follower_secret(KEY, follower_id), key=KEY)


def types(session: Session, report: Report) -> list[EventType]:
    query = select(Event.type).where(Event.report_id == report.id).order_by(Event.id)
    return list(session.scalars(query))[1:]


@pytest.mark.parametrize("status", Status)
def test_what_was_done_is_rated_and_nothing_else(session: Session, reference: Reference, status: str) -> None:
    report = make_report(session, reference, status)
    if status not in ("resolved", "closed"):
        with pytest.raises(Conflict):
            rate(session, reporter_of(report), report.id, RatingForm(score=5), NOON)
        return
    rating, is_new = rate(session, reporter_of(report), report.id, RatingForm(score=4, comment=" tốt "), NOON)
    assert (rating.score, rating.comment, is_new) == (4, "tốt", True)
    event = session.scalars(select(Event).where(Event.type == "report.rated")).one()
    assert (event.data, event.actor) == ({"score": 4}, "reporter"), "the words are for the city alone"


def test_a_rating_is_given_once_and_its_retry_is_answered(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "closed")
    asker = reporter_of(report)
    rate(session, asker, report.id, RatingForm(score=2, comment="chậm"), NOON)
    assert rate(session, asker, report.id, RatingForm(score=2, comment="chậm"), NOON)[1] is False
    with pytest.raises(Conflict):
        rate(session, asker, report.id, RatingForm(score=5, comment="chậm"), NOON)
    assert types(session, report) == ["report.rated"]
    assert session.get_one(Rating, report.id).score == 2


def test_only_the_reporter_rates(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "closed")
    refusals: list[tuple[Asker, type[AppError]]] = [
        (NOBODY, Unauthenticated),
        (follower_of(session, reference, report), Forbidden),
        (cast.triage.asker, Forbidden),
    ]
    for asker, refusal in refusals:
        with pytest.raises(refusal):
            rate(session, asker, report.id, RatingForm(score=5), NOON)


@pytest.mark.parametrize("status", Status)
def test_a_report_is_withdrawn_before_work_on_it_began(
    session: Session, reference: Reference, status: str
) -> None:
    report = make_report(session, reference, status)
    if status not in ("received", "triage", "assigned", "withdrawn"):
        with pytest.raises(Conflict) as refused:
            withdraw(session, reporter_of(report), report.id, Withdrawal(), NOON)
        assert "allowed" in refused.value.extra
        assert report.status == status
        return
    for _ in range(2):
        withdraw(session, reporter_of(report), report.id, Withdrawal(reason="Đã có người dọn"), NOON)
    assert report.status == "withdrawn"
    assert types(session, report) == ([] if status == "withdrawn" else ["report.withdrawn", "report.hidden"])


def test_another_reason_to_withdraw_is_told_that_the_first_stands(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference, "assigned")
    for reason in ("Đã có người dọn", " Đã có người  dọn", ""):
        withdraw(session, reporter_of(report), report.id, Withdrawal(reason=reason), NOON)
    with pytest.raises(Conflict) as refused:
        withdraw(session, reporter_of(report), report.id, Withdrawal(reason="Gửi nhầm chỗ"), NOON)
    assert refused.value.extra == {"status_now": "withdrawn", "reason": "Đã có người dọn"}


def test_a_report_withdrawn_before_routing_is_found_in_lists(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "received")
    withdraw(session, reporter_of(report), report.id, Withdrawal(), NOON + DAY)
    assert report.routed_at == NOON + DAY


def test_only_the_reporter_withdraws(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "assigned")
    for asker in (follower_of(session, reference, report), cast.triage.asker):
        with pytest.raises(Forbidden):
            withdraw(session, asker, report.id, Withdrawal(), NOON)
    with pytest.raises(Unauthenticated):
        withdraw(session, NOBODY, report.id, Withdrawal(), NOON)


@pytest.mark.parametrize("status", Status)
def test_only_what_has_ended_is_taken_up_again(session: Session, reference: Reference, status: str) -> None:
    report = make_report(session, reference, status, closed_at=NOON)
    sent = Reopening(reason="Vẫn còn")
    if status not in ("closed", "rejected"):
        with pytest.raises(Conflict) as refused:
            reopen_or_appeal(session, reference, reporter_of(report), report.id, sent, NOON)
        assert refused.value.extra["status_now"] == status
        assert report.status == status
        return
    reopen_or_appeal(session, reference, reporter_of(report), report.id, sent, NOON)
    assert report.status == ("in_progress" if status == "closed" else "triage")
    assert report.triage_reason == (None if status == "closed" else "appeal")


@pytest.mark.parametrize("status", ["closed", "rejected"])
def test_a_retried_reopening_is_answered_and_does_nothing(
    session: Session, reference: Reference, status: str
) -> None:
    report = make_report(session, reference, status, closed_at=NOON)
    for _ in range(2):
        reopen_or_appeal(
            session, reference, reporter_of(report), report.id, Reopening(reason="Vẫn còn"), NOON
        )
    assert len(types(session, report)) == 1
    with pytest.raises(Conflict):
        reopen_or_appeal(
            session, reference, reporter_of(report), report.id, Reopening(reason="Lý do khác"), NOON
        )


def test_a_case_that_was_closed_again_is_reopened_again_with_the_same_words(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "closed")
    sent, asker = Reopening(reason="Vẫn còn"), reporter_of(report)
    reopen_or_appeal(session, reference, asker, report.id, sent, NOON)
    move(session, report, StatusChange(Status.RESOLVED, cast.department.actor, NOON, evidence=[uuid4()]))
    move(session, report, StatusChange(Status.CLOSED, cast.inspector.actor, NOON))
    session.flush()
    assert reopen_or_appeal(session, reference, asker, report.id, sent, NOON).status == "in_progress"
    assert types(session, report).count(EventType.REOPENED) == 2


@pytest.mark.parametrize(("status", "days"), [("closed", 15), ("rejected", 10)])
def test_the_door_stands_open_for_the_citys_period(
    session: Session, reference: Reference, status: str, days: int
) -> None:
    late, early = (make_report(session, reference, status, closed_at=NOON) for _ in range(2))
    sent = Reopening(reason="Vẫn còn")
    with pytest.raises(Conflict):
        reopen_or_appeal(
            session, reference, reporter_of(late), late.id, sent, NOON + days * DAY + timedelta(seconds=1)
        )
    reopen_or_appeal(session, reference, reporter_of(early), early.id, sent, NOON + days * DAY)


def test_a_follower_reopens_what_they_followed_before_it_ended(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference, "closed", closed_at=NOON)
    sent = Reopening(reason="Vẫn còn")
    newcomer = follower_of(session, reference, report, NOON + timedelta(seconds=1))
    with pytest.raises(Forbidden):
        reopen_or_appeal(session, reference, newcomer, report.id, sent, NOON + DAY)
    old_hand = follower_of(session, reference, report, NOON)
    reopen_or_appeal(session, reference, old_hand, report.id, sent, NOON + DAY)
    assert report.status == "in_progress"


def test_a_follower_reopens_a_case_once(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "closed")
    once, other = (follower_of(session, reference, report) for _ in range(2))
    for asker, refused in ((once, False), (once, True), (other, False)):
        if refused:
            with pytest.raises(Conflict, match="một lần"):
                reopen_or_appeal(session, reference, asker, report.id, Reopening(reason="Lại nữa"), NOON)
            continue
        reopen_or_appeal(session, reference, asker, report.id, Reopening(reason="Vẫn còn"), NOON)
        move(session, report, StatusChange(Status.RESOLVED, cast.department.actor, NOON, evidence=[uuid4()]))
        move(session, report, StatusChange(Status.CLOSED, cast.inspector.actor, NOON))
        session.flush()
    assert types(session, report).count(EventType.REOPENED) == 2


def test_a_follower_does_not_appeal(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "triage")
    follower = follower_of(session, reference, report)
    report = make_report(session, reference, "rejected", closed_at=NOON)
    with pytest.raises(Unauthenticated):
        reopen_or_appeal(session, reference, follower, report.id, Reopening(reason="Vì sao?"), NOON)


def test_reopening_shows_photos_that_were_sent_to_this_report(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "closed")
    foreign = make_photo(session, make_report(session, reference), "report")
    own, evidence = make_photo(session, report, "report"), make_photo(session, report, "evidence")
    for wrong in (foreign, evidence, uuid4()):
        sent = Reopening(reason="Vẫn còn", photos=[own, wrong])
        with pytest.raises(Invalid) as refused:
            reopen_or_appeal(session, reference, reporter_of(report), report.id, sent, NOON)
        assert [error.loc for error in refused.value.errors] == [("photos", 1)]
    reopen_or_appeal(
        session, reference, reporter_of(report), report.id, Reopening(reason="Vẫn", photos=[own]), NOON
    )
    event = session.scalars(select(Event).where(Event.type == "report.reopened")).one()
    assert event.data["evidence"] == [str(own)]


def test_a_reason_of_nothing_is_none(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "closed")
    with pytest.raises((Invalid, ValidationError)):
        reopen_or_appeal(session, reference, reporter_of(report), report.id, Reopening(reason="\u200b"), NOON)


def test_staff_reopen_by_a_transition(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "closed")
    with pytest.raises(Forbidden):
        reopen_or_appeal(session, reference, cast.triage.asker, report.id, Reopening(reason="Vẫn còn"), NOON)
