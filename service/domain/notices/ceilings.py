"""Ceilings on SMS, by sender and destination: each costs money, and whoever types a number may not own it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.kernel.addresses import may_be_texted
from service.domain.notices.kinds import EMERGENCY_NOTICE
from service.domain.notices.letters import Letter
from service.models import Message, NoticeChannel
from service.models.notices.notice import MessageState

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SmsCeilings:
    """The most SMS of a day: to one number, and of the whole installation. Emergencies are outside both."""

    per_number: int
    per_day: int


def sms_refusal(session: Session, letter: Letter, region: str, most: SmsCeilings, now: datetime) -> str:
    """Return why this SMS is not sent; empty where it may be, and for every other channel."""
    if letter.channel != NoticeChannel.SMS or letter.notice == EMERGENCY_NOTICE:
        return ""
    if not may_be_texted(letter.recipient, region):
        return "no mobile number of the region"
    sent = select(func.count()).where(
        Message.channel == NoticeChannel.SMS,
        Message.state == MessageState.SENT,
        Message.notice != EMERGENCY_NOTICE,
        Message.created_at > now - DAY,
    )
    if (session.scalar(sent) or 0) >= most.per_day:
        return "the day's ceiling of SMS is reached"
    if (session.scalar(sent.where(Message.recipient == letter.recipient)) or 0) >= most.per_number:
        return "the day's ceiling of SMS to this number is reached"
    return ""
