"""Figures of the channels by which citizens write: messages, reports out of them, time to an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from service.models import Conversation, ConversationReport, Event, EventType, TalkMessage
from service.models.reports.event import ActorKind
from service.models.talks.talk import TalkMessageState


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """Counts of one channel in a time. `alone`: reports that came about without a colleague's hand.

    `median_s`: half of the waiting people had the first answer within so many seconds; None where nobody was
    answered.
    """

    channel: str
    people: int = 0
    messages: int = 0
    reports: int = 0
    alone: int = 0
    median_s: float | None = None

    @property
    def alone_rate(self) -> float | None:
        """Return the share of reports without a colleague's hand, None where there are no reports."""
        return self.alone / self.reports if self.reports else None


def channel_figures(
    session: Session, channels: Sequence[str], begin: datetime, end: datetime
) -> list[ChannelFigures]:
    """Return the figures of each channel from `begin` until `end`; no words and no persons are read."""
    came = _came(session, begin, end)
    made = _made(session, begin, end)
    waited = _waited(session, begin, end)
    return [
        ChannelFigures(each, *came.get(each, (0, 0)), *made.get(each, (0, 0)), waited.get(each))
        for each in channels
    ]


def _in_time(begin: datetime, end: datetime) -> ColumnElement[bool]:
    """Return conversations whose words may be of the time; the first condition has an index."""
    return and_(Conversation.last_in_at >= begin, Conversation.created_at < end)


def _came(session: Session, begin: datetime, end: datetime) -> dict[str, tuple[int, int]]:
    rows = session.execute(
        select(Conversation.channel, func.count(Conversation.id.distinct()), func.count())
        .join(TalkMessage, TalkMessage.conversation_id == Conversation.id)
        .where(_in_time(begin, end), ~TalkMessage.outgoing, TalkMessage.at >= begin, TalkMessage.at < end)
        .group_by(Conversation.channel)
    )
    return {channel: (people, messages) for channel, people, messages in rows}


def _made(session: Session, begin: datetime, end: datetime) -> dict[str, tuple[int, int]]:
    spoke = select(TalkMessage.id).where(
        TalkMessage.conversation_id == Conversation.id,
        TalkMessage.staff_id.is_not(None),
        TalkMessage.at <= ConversationReport.at,
    )
    entered = select(Event.id).where(
        Event.report_id == ConversationReport.report_id,
        Event.type == EventType.RECEIVED,
        Event.actor == ActorKind.STAFF,
    )
    alone = func.count().filter(~spoke.exists() & ~entered.exists())
    rows = session.execute(
        select(Conversation.channel, func.count(), alone)
        .join(ConversationReport, ConversationReport.conversation_id == Conversation.id)
        .where(_in_time(begin, end), ConversationReport.at >= begin, ConversationReport.at < end)
        .group_by(Conversation.channel)
    )
    return {channel: (reports, by_machine) for channel, reports, by_machine in rows}


def _waited(session: Session, begin: datetime, end: datetime) -> dict[str, float]:
    """Return the median time from the first word that waits to the next word back."""
    talk, order = TalkMessage.conversation_id, (TalkMessage.at, TalkMessage.id)
    lines = (
        select(
            Conversation.channel,
            TalkMessage.outgoing,
            TalkMessage.at,
            func.lag(TalkMessage.outgoing).over(partition_by=talk, order_by=order).label("before"),
            func.min(TalkMessage.at)
            .filter(TalkMessage.outgoing)
            .over(partition_by=talk, order_by=order, rows=(1, None))
            .label("answered"),
        )
        .join(TalkMessage, TalkMessage.conversation_id == Conversation.id)
        .where(_in_time(begin, end), TalkMessage.state != TalkMessageState.GIVEN_UP)
        .subquery()
    )
    took = func.extract("epoch", lines.c.answered - lines.c.at)
    rows = session.execute(
        select(lines.c.channel, func.percentile_cont(0.5).within_group(took))
        .where(
            ~lines.c.outgoing,
            lines.c.before.is_(None) | lines.c.before,
            lines.c.answered.is_not(None),
            lines.c.at >= begin,
            lines.c.at < end,
        )
        .group_by(lines.c.channel)
    )
    return {channel: float(median) for channel, median in rows}
