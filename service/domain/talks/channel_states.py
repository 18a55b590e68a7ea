"""State of the channels by which citizens write: for administrators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.kernel import audit
from service.domain.talks import tokens
from service.domain.talks.tokens import TokenPair
from service.errors import invalid
from service.i18n import N_
from service.models import ChannelToken, Conversation, InboxEntry, MailboxMark, TalkMessage
from service.models.talks.talk import TALK_MESSAGE_DUE, InboxState, TalkMessageState

_TOKEN = re.compile(r"[!-~]{0,2000}")
"""What a header can carry, as tokens are."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """Account of a channel: its token, what came in last, what failed last."""

    channel: str
    account: str
    has_token: bool
    expires_at: datetime | None
    problem: str
    problem_at: datetime | None
    last_in_at: datetime | None
    waiting: int
    unread: int
    error: str
    error_at: datetime | None
    polled_at: datetime | None = None


def channel_state(session: Session, channel: str, account: str) -> ChannelState:
    """Return how an account stands."""
    token = session.get(ChannelToken, (channel, account))
    mine = (InboxEntry.channel == channel, InboxEntry.account == account)
    of_talks = (Conversation.channel == channel, Conversation.account == account)
    failed = session.execute(
        select(TalkMessage.error, TalkMessage.at)
        .join(Conversation, Conversation.id == TalkMessage.conversation_id)
        .where(
            *of_talks,
            TalkMessage.state.in_(
                (TalkMessageState.GIVEN_UP, TalkMessageState.UNKNOWN, TalkMessageState.WAITING)
            ),
            TalkMessage.error != "",
        )
        .order_by(TalkMessage.id.desc())
        .limit(1)
    ).first()
    waiting = (
        select(func.count())
        .select_from(TalkMessage)
        .join(Conversation, Conversation.id == TalkMessage.conversation_id)
        .where(*of_talks, TalkMessage.state.in_(TALK_MESSAGE_DUE))
    )
    return ChannelState(
        channel=channel,
        account=account,
        has_token=token is not None and token.access is not None,
        expires_at=token.expires_at if token else None,
        problem=token.problem if token else "",
        problem_at=token.problem_at if token else None,
        last_in_at=session.scalar(select(func.max(InboxEntry.received_at)).where(*mine)),
        waiting=session.scalar(waiting) or 0,
        unread=session.scalar(select(func.count()).where(*mine, InboxEntry.state != InboxState.DONE)) or 0,
        error=failed.error if failed else "",
        error_at=failed.at if failed else None,
        polled_at=session.scalar(select(MailboxMark.polled_at).where(MailboxMark.account == account)),
    )


def enter_tokens(
    session: Session,
    key: bytes,
    channel: str,
    account: str,
    pair: tuple[str, str],
    staff_id: int,
    now: datetime,
) -> None:
    """Store the pair that an administrator got from the channel's console. Raises Invalid."""
    access, refresh = (each.strip() for each in pair)
    if not refresh:
        raise invalid(["refresh"], N_("Cần mã làm mới (refresh token)."))
    for name, token in (("refresh", refresh), ("access", access)):
        if not _TOKEN.fullmatch(token):
            raise invalid([name], N_("Mã chỉ có chữ không dấu, số và ký hiệu, không dấu cách; hãy chép lại."))
    # Without an access token, or with one of unknown age, the first call renews both.
    made = TokenPair(access or "none-yet", refresh, now + timedelta(hours=1))
    tokens.store_pair(session, key, channel, account, made, now)
    audit.write_entry(session, "channel.changed", channel, at=now, staff_id=staff_id)
