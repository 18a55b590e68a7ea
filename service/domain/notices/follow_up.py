"""The follow-up question answered from the message that asked it: the signed link is the permission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.casework.passing_time.follow_up import FollowUpForm, keep_answer
from service.domain.city.reference import Reference
from service.domain.kernel.codes import report_secret
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.reports.access import NOBODY, lock_report
from service.domain.reports.events import REPORTER
from service.errors import NotFound
from service.i18n import N_
from service.models import Follower, Message, NoticeAudience, Report

NOTICE = "follow_up"


@dataclass(frozen=True, slots=True)
class FollowUpLetter:
    """The message that asked: about which report, and the `secret` that opens its page for the recipient."""

    report_id: UUID
    code: str
    category_id: int
    address: str
    secret: str


def find_follow_up(session: Session, key: bytes, message_id: UUID) -> FollowUpLetter:
    """Return what the message asked. Raises NotFound where it is gone, or asked something else."""
    message = _find(session, message_id)
    report = session.get(Report, message.report_id)
    if report is None or not report.published:
        raise _gone()
    return FollowUpLetter(
        report.id, report.code, report.category_id, report.address, _secret(session, key, message)
    )


def answer_by_letter(
    session: Session, reference: Reference, message_id: UUID, sent: FollowUpForm, now: datetime
) -> None:
    """Keep the recipient's answer. Raises NotFound, and Conflict where nothing is asked any more."""
    message = _find(session, message_id)
    if message.report_id is None:
        raise _gone()
    report = lock_report(session, NOBODY, message.report_id, now=now).report
    keep_answer(session, reference, report, _person(message), sent, now)


def _find(session: Session, message_id: UUID) -> Message:
    message = session.get(Message, message_id)
    if message is None or message.notice != NOTICE:
        raise _gone()
    return message


def _person(message: Message) -> str:
    """Return the name under which the answer of the message's recipient is kept."""
    if message.audience == NoticeAudience.REPORTER:
        return REPORTER.kind
    return str(message.follower_id or message.subscription_id or message.id)


def _secret(session: Session, key: bytes, message: Message) -> str:
    if own := message.data.get("own"):
        report = session.get(Report, UUID(own))
        return report_secret(key, report.id, report.secret_generation) if report else ""
    follower = session.get(Follower, message.follower_id) if message.follower_id else None
    return follower_secret(key, follower.id, follower.secret_generation) if follower else ""


def _gone() -> NotFound:
    return NotFound(N_("Liên kết này đã hết hạn hoặc chưa đúng. Hãy mở lại từ tin bạn nhận được."))
