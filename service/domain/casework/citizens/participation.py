"""Decisions of a reporter or follower about a report: rate, reopen, appeal, withdraw.

Remarks are `comments.py`, following is `followers.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.case.case import first_view_columns
from service.domain.casework.case.deadline import Fact, shifted_deadline_columns
from service.domain.casework.case.evidence import check_photos
from service.domain.casework.case.repeats import mark_request, person_key, request_digest
from service.domain.casework.closure import APPEAL
from service.domain.casework.reassignment import successor_columns
from service.domain.city.reference import Reference
from service.domain.kernel.texts import tidy
from service.domain.publication.publication import WITHDRAWN, HidingCause, hide_report
from service.domain.reports.access import ANYONE, Access, Asker, lock_report
from service.domain.reports.alarms import update_alarm
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import STEP_TYPES
from service.domain.reports.events import record
from service.domain.reports.lifecycle import StatusChange, allowed, move
from service.errors import Conflict, Forbidden, Unauthenticated
from service.i18n import N_
from service.models import DONE, Event, EventData, EventType, Rating, Report, Status
from service.models.reports.event import ActorKind
from service.models.reports.report import ReportChanges

FROM_CITIZENS = ("report", "reply")
_REOPENINGS = (EventType.REOPENED, EventType.APPEALED)

Words = Annotated[str, Field(max_length=2000)]


class RatingForm(StrictBody):
    """The reporter's rating, 1 (bad) to 5 (good); the words are for the city alone."""

    score: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: Words = ""


class Reopening(StrictBody):
    """Reason why a case is not done, or why it should have been taken; `photos` were sent to the
    report before.
    """

    reason: Annotated[Words, Field(min_length=1)]
    photos: Annotated[list[UUID], Field(max_length=6)] = Field(default_factory=list)


class Withdrawal(StrictBody):
    """Taking a report back; a reason helps but is not needed."""

    reason: Words = ""


def rate(
    session: Session, asker: Asker, name: str | UUID, sent: RatingForm, now: datetime
) -> tuple[Rating, bool]:
    """Return (the rating, whether it is new). Only its reporter, once, after the work was done.

    Raises NotFound, Unauthenticated, Forbidden for others; Conflict before the work is done, and for a
    second verdict that differs from the first.
    """
    access = _citizen(session, asker, name, now)
    report, words = access.report, tidy(sent.comment)
    if access.actor.kind != ActorKind.REPORTER:
        raise Forbidden(N_("Chỉ người gửi phản ánh được đánh giá."))
    if known := session.get(Rating, report.id):
        if (known.score, known.comment) == (sent.score, words):
            return known, False
        raise Conflict(N_("Phản ánh này đã được đánh giá."))
    if report.status not in DONE:
        raise Conflict(N_("Chỉ đánh giá được sau khi phản ánh đã xử lý."))
    rating = Rating(report_id=report.id, score=sent.score, comment=words, created_at=now)
    session.add(rating)
    record(session, report, EventType.RATED, actor=access.actor, at=now, data={"score": sent.score})
    session.flush()
    return rating, True


def reopen_or_appeal(
    session: Session, reference: Reference, asker: Asker, name: str | UUID, sent: Reopening, now: datetime
) -> Report:
    """Reopen a closed case, or appeal against a rejection, within the city's periods.

    Staff reopen by a transition. Raises NotFound, Unauthenticated; Forbidden for a follower who joined after
    the end, or of a rejected report; Conflict in any other status, when the period has passed, and for a
    follower who has reopened it before: whoever is still not content writes a remark, or reports anew.
    """
    access = _citizen(session, asker, name, now)
    report, reason = access.report, tidy(sent.reason)
    digest = request_digest(sent, by=person_key(asker, access), verb="reopen")
    if _is_repeat(session, report, digest):
        return report
    target = {Status.CLOSED: Status.IN_PROGRESS, Status.REJECTED: Status.TRIAGE}.get(report.status)
    if target is None:
        raise Conflict(
            N_("Chỉ mở lại được phản ánh đã hoàn thành hoặc không được tiếp nhận."),
            extra={"allowed": allowed(report, access.actor), "status_now": report.status},
        )
    _check_period(access, reference, now)
    _check_first_time(session, access)
    check_photos(session, report.id, sent.photos, kinds=FROM_CITIZENS, field="photos")
    changes, data = _again(session, reference, report, now)
    change = StatusChange(
        target, access.actor, now, reason=reason, evidence=sent.photos, changes=changes, data=data
    )
    event = move(session, report, change)
    if access.follower is not None:
        event.private = {**(event.private or {}), "follower": str(access.follower.id)}
    mark_request(event, digest)
    update_alarm(session, reference, report, now)
    session.flush()
    return report


def withdraw(session: Session, asker: Asker, name: str | UUID, sent: Withdrawal, now: datetime) -> Report:
    """Take the report back before work on it began, also from the public pages; its reporter only.

    Again does nothing. Raises NotFound, Unauthenticated; Conflict also where it was taken back for another
    reason; Conflict and Forbidden as `lifecycle.move`.
    """
    access = _citizen(session, asker, name, now)
    report, reason = access.report, tidy(sent.reason)
    if report.status == Status.WITHDRAWN and access.actor.kind == ActorKind.REPORTER:
        if reason and (earlier := _withdrawn_for(session, report)) not in (None, reason):
            raise Conflict(
                N_("Phản ánh này đã rút rồi, lý do được ghi lần trước vẫn giữ."),
                extra={"status_now": report.status, "reason": earlier},
            )
        return report
    changes = first_view_columns(report, now)
    move(session, report, StatusChange(Status.WITHDRAWN, access.actor, now, reason=reason, changes=changes))
    hide_report(session, report, HidingCause(WITHDRAWN), actor=access.actor, now=now)
    session.flush()
    return report


def _withdrawn_for(session: Session, report: Report) -> str | None:
    """Return the reason that the report was taken back for; empty where none was given, None where none is
    known.
    """
    query = select(Event.data).where(Event.report_id == report.id, Event.type == EventType.WITHDRAWN)
    data = session.scalar(query.order_by(Event.id.desc()).limit(1))
    return None if data is None else str(data.get("reason", ""))


def _citizen(session: Session, asker: Asker, name: str | UUID, now: datetime) -> Access:
    access = lock_report(session, asker, name, now=now)
    if access.actor is ANYONE:
        raise Unauthenticated(N_("Cần mã bí mật của phản ánh hoặc của người quan tâm."))
    if access.actor.kind == ActorKind.STAFF:
        raise Forbidden(N_("Việc này dành cho người gửi phản ánh và người quan tâm."))
    return access


def _check_period(access: Access, reference: Reference, now: datetime) -> None:
    """Raises Conflict after the reopening period, Forbidden for followers who joined after the end."""
    report, follower = access.report, access.follower
    config = reference.config
    days = config.reopen_days if report.status == Status.CLOSED else config.appeal_days
    ended = report.closed_at or report.updated_at
    if now > ended + timedelta(days=days):
        raise Conflict(N_("Đã quá {days} ngày nên không mở lại được. Hãy gửi phản ánh mới."), days=days)
    if follower is not None and follower.created_at > ended:
        raise Forbidden(N_("Chỉ người đã quan tâm trước khi phản ánh kết thúc được mở lại."))


def _check_first_time(session: Session, access: Access) -> None:
    if access.follower is None:
        return
    before = select(Event.id).where(
        Event.report_id == access.report.id,
        Event.type.in_(_REOPENINGS),
        Event.private["follower"].astext == str(access.follower.id),
    )
    if session.scalar(before.limit(1)) is not None:
        raise Conflict(
            N_("Bạn đã yêu cầu mở lại phản ánh này một lần. Hãy viết bình luận, hoặc gửi phản ánh mới.")
        )


def _again(
    session: Session, reference: Reference, report: Report, now: datetime
) -> tuple[ReportChanges, EventData]:
    if report.status == Status.CLOSED:
        timed = shifted_deadline_columns(
            session, reference, report, Fact(EventType.REOPENED, now, Status.IN_PROGRESS)
        )
        parts, data = successor_columns(session, reference, report, now)
        return {**timed, **parts}, data
    return {"triage_reason": APPEAL}, {"why": APPEAL}


def _is_repeat(session: Session, report: Report, digest: str) -> bool:
    """Return whether the report's last step was this very reopening by this person: the answer to it was
    lost.
    """
    steps = select(Event.repeat_key).where(Event.report_id == report.id, Event.type.in_(STEP_TYPES))
    return session.scalar(steps.order_by(Event.id.desc()).limit(1)) == digest
