"""The question, some time after a report was closed, whether all is still well there; and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from service.domain.casework.passing_time.due_reports import lock_due_reports
from service.domain.city.reference import Reference
from service.domain.kernel.isolation import OnFailure, each_alone
from service.domain.reports.access import Access, Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import FOLLOWER, REPORTER, SYSTEM, record
from service.errors import Conflict, Unauthenticated
from service.i18n import N_
from service.models import Event, EventData, EventType, FollowUp, Report, Status

ASKED_WITHIN = timedelta(days=14)
"""So long after its day the question may still be asked: what was closed long ago is asked about no more."""

ANSWERED_WITHIN = timedelta(days=45)
"""So long after its day an answer still says something about the work."""


class FollowUpForm(StrictBody):
    """Answer to whether all is still well at the place of a closed report."""

    lasts: bool = Field(strict=False)


@dataclass(frozen=True, slots=True)
class FollowUpState:
    """Question to one person, and their answer; `lasts` is None before an answer."""

    lasts: bool | None


@dataclass(frozen=True, slots=True)
class FollowUpCount:
    """Counts of the answers in a period, and of those that found all well."""

    answers: int
    lasting: int


def ask_follow_up(
    session: Session,
    reference: Reference,
    now: datetime,
    most: int = 200,
    failed: OnFailure | None = None,
) -> int:
    """Ask once for each published report that was closed the city's `follow_up_days` ago; how many.

    The event `report.follow_up_asked` is the question: the notices write to reporter and followers.
    """
    day = now - follow_up_after(reference)
    already = exists().where(
        Event.report_id == Report.id, Event.type == EventType.FOLLOW_UP_ASKED, Event.at >= Report.closed_at
    )
    due = (
        Report.status == Status.CLOSED,
        Report.closed_at < day,
        Report.closed_at > day - ASKED_WITHIN,
        Report.published,
        ~already,
    )
    reports = lock_due_reports(session, due, [Report.closed_at, Report.id], most)

    def ask(report: Report) -> None:
        record(session, report, EventType.FOLLOW_UP_ASKED, actor=SYSTEM, at=now)

    return each_alone(session, reports, ask, failed)


def follow_up_after(reference: Reference) -> timedelta:
    """Return how long after a report was closed the question comes."""
    return timedelta(days=reference.config.follow_up_days)


def follow_up_state(
    session: Session, reference: Reference, access: Access, now: datetime
) -> FollowUpState | None:
    """Return what this reporter or follower is asked just now; None for whoever is asked nothing."""
    report = access.report
    if access.actor.kind not in (REPORTER.kind, FOLLOWER.kind) or not _is_open(reference, report, now):
        return None
    answer = session.get(FollowUp, (report.id, report.closed_at, _person(access)))
    return FollowUpState(answer.lasts if answer else None)


def answer_follow_up(
    session: Session, reference: Reference, asker: Asker, name: str | UUID, sent: FollowUpForm, now: datetime
) -> None:
    """Keep the answer of the reporter or a follower; a later one takes its place.

    Raises NotFound; Unauthenticated for everyone else; Conflict where nothing is asked.
    """
    access = lock_report(session, asker, name, now=now)
    if access.actor.kind not in (REPORTER.kind, FOLLOWER.kind):
        raise Unauthenticated(N_("Cần mã bí mật của phản ánh hoặc của người quan tâm."))
    keep_answer(session, reference, access.report, _person(access), sent, now)


def keep_answer(
    session: Session, reference: Reference, report: Report, person: str, sent: FollowUpForm, now: datetime
) -> None:
    """Keep the answer of `person` for a report that is locked, and tell the colleagues of it once.

    Raises Conflict where nothing is asked.
    """
    if report.closed_at is None or not _is_open(reference, report, now):
        raise Conflict(N_("Câu hỏi này đã khép lại. Nếu vẫn còn việc chưa ổn, hãy gửi phản ánh mới."))
    known = session.get(FollowUp, (report.id, report.closed_at, person))
    if known is not None and known.lasts == sent.lasts:
        return
    if known is None:
        known = FollowUp(report_id=report.id, closed_at=report.closed_at, person=person)
        session.add(known)
    known.lasts, known.answered_at = sent.lasts, now
    actor = REPORTER if person == REPORTER.kind else FOLLOWER
    data: EventData = {"lasts": sent.lasts}
    record(session, report, EventType.FOLLOW_UP_ANSWERED, actor=actor, at=now, public=False, data=data)
    session.flush()


def count_follow_ups(session: Session, since: datetime, ward_id: int | None = None) -> FollowUpCount:
    """Count the answers since then, in the whole city or of one ward."""
    counted = select(func.count(), func.count().filter(FollowUp.lasts)).where(FollowUp.answered_at >= since)
    if ward_id is not None:
        counted = counted.join(Report, Report.id == FollowUp.report_id).where(Report.ward_id == ward_id)
    answers, lasting = session.execute(counted).one()
    return FollowUpCount(answers, lasting)


def _is_open(reference: Reference, report: Report, now: datetime) -> bool:
    if report.status != Status.CLOSED or report.closed_at is None:
        return False
    asked_at = report.closed_at + follow_up_after(reference)
    return asked_at <= now <= asked_at + ANSWERED_WITHIN


def _person(access: Access) -> str:
    """Return under what name the answer is kept: whoever followed by a merge answers for all of these."""
    if access.actor.kind == REPORTER.kind:
        return REPORTER.kind
    return str(access.follower.id) if access.follower else FOLLOWER.kind
