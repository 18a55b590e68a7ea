"""Conversations of one person as their own telephone shows them: for the demo's twin of a channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.domain.talks.vault import Vault
from service.models import Conversation, TalkMessage
from service.models.talks.talk import TalkMessageState

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """Message on the telephone: the person's own, or what reached them."""

    id: int
    own: bool
    at: datetime
    kind: str
    text: str
    external_id: str = ""


def read_telephone(
    session: Session, vault: Vault, channel: str, account: str, person: str
) -> list[ShownMessage]:
    """Return the newest messages of a person, oldest first; what was not sent is not shown."""
    person_hash = vault.person_hash(channel, account, person)
    query = select(Conversation.id).where(
        Conversation.channel == channel,
        Conversation.account == account,
        or_(Conversation.person_hash == person_hash, Conversation.sender_hash == person_hash),
    )
    newest = (
        select(TalkMessage)
        .where(
            TalkMessage.conversation_id.in_(query),
            TalkMessage.state.in_((TalkMessageState.READ, TalkMessageState.UNREAD, TalkMessageState.SENT)),
        )
        .order_by(TalkMessage.at.desc(), TalkMessage.id.desc())
        .limit(MOST_SHOWN)
    )
    found = session.scalars(newest).all()[::-1]
    return [
        ShownMessage(
            each.id, not each.outgoing, each.at, each.kind, vault.open(each.text), each.external_id or ""
        )
        for each in found
    ]
