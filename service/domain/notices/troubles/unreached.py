"""Messages that were the last way to a reporter: their failure is an event of the case, for colleagues."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from service.domain.notices.kinds import CITIZENS
from service.domain.reports.events import SYSTEM, record
from service.models import EventData, EventType, Message, NoticeAudience, Report
from service.models.notices.notice import MESSAGE_DUE, MESSAGE_FAILED, MessageState

VITAL = frozenset(notice.name for notice in CITIZENS.values() if notice.vital)
"""Notices whose loss costs the reporter something: a question, the result, a refusal."""

_ARRIVES = (*MESSAGE_DUE, MessageState.COLLECTED, MessageState.SENT)


def note_unreached(session: Session, message_ids: Collection[UUID], now: datetime) -> int:
    """Record on its case that a reporter was not reached, for each of these failed messages that tells of
    something vital and was the last way to them; return how many.

    Two channels that fail one after the other are one failure: that of the second.
    """
    if not message_ids:
        return 0
    other = aliased(Message)
    another_way = exists().where(
        other.occasion == Message.occasion,
        other.audience == Message.audience,
        other.report_id == Message.report_id,
        other.id != Message.id,
        other.state.in_(_ARRIVES),
    )
    lost = select(Message.occasion, Message.notice, Report).join(Report, Report.id == Message.report_id)
    lost = lost.where(
        Message.id.in_(message_ids),
        Message.audience == NoticeAudience.REPORTER,
        Message.notice.in_(VITAL),
        Message.state.in_(MESSAGE_FAILED),
        ~another_way,
    )
    rows = {occasion: (notice, report) for occasion, notice, report in session.execute(lost)}
    for notice, report in rows.values():
        data: EventData = {"notice": notice}
        record(session, report, EventType.UNREACHED, actor=SYSTEM, at=now, public=False, data=data)
    return len(rows)
