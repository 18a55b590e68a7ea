"""Link from a conversation to the form of a report: good for a day, and until the report was sent."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from service.domain.kernel.tokens import is_signed, sign
from service.domain.talks.dialogue.state import read_dialogue
from service.domain.talks.vault import Vault
from service.errors import Gone
from service.i18n import N_
from service.models import Conversation, Report, TalkFile, TalkMessage
from service.models.talks.talk import TALK_FILE_USABLE, TalkState

GOOD_FOR = timedelta(hours=24)
SURE_M = 100.0
"""A place that may be off by more is where the map begins, not where the pin stands."""

_MAC, _HEAD = 12, 20


def form_token(key: bytes, talk: Conversation, now: datetime) -> str:
    """Return the token of the link. It is the draft's: a report that comes later has another link."""
    head = talk.id.bytes + int((now + GOOD_FOR).timestamp()).to_bytes(4, "big")
    mac = sign(key, "talk-link", _signed(head, talk), _MAC)
    return urlsafe_b64encode(head + mac).decode().rstrip("=")


def form_address(session: Session, vault: Vault, token: str, now: datetime) -> str:
    """Return the address of the form with what was said in it. Raises Gone for a link that is over."""
    talk = _talk_of(session, vault.key, token, now)
    if session.get(Report, talk.draft_report_id) is not None:
        raise _over()
    state = read_dialogue(vault.open_json(talk.draft))
    place = state.spot or state.street
    spot = place or state.ward
    sure = state.spot is not None and state.spot.accuracy_m <= SURE_M
    values = {
        "category": state.kind,
        "description": state.text,
        "draft": str(talk.draft_report_id),
        "address": place.address if place else state.unplaced,
        "lon": spot.lon if spot else "",
        "lat": spot.lat if spot else "",
        "rough": "" if spot is None or sure else 1,
    }
    return "/report?" + urlencode({name: value for name, value in values.items() if value != ""})


@dataclass(frozen=True, slots=True)
class ConversationDraft:
    """Beginning of a report in a conversation: the channel, and how many photos wait there for it."""

    channel: str
    photos: int


def conversation_draft_of(session: Session, draft_id: UUID) -> ConversationDraft | None:
    """Return where the report of that id was begun; None for one that was begun on the form."""
    query = select(Conversation).where(begun_in_conversation(), Conversation.draft_report_id == draft_id)
    talk = session.scalar(query.limit(1))
    if talk is None:
        return None
    photos = (
        select(func.count())
        .select_from(TalkFile)
        .join(TalkMessage, TalkMessage.id == TalkFile.message_id)
        .where(
            TalkMessage.conversation_id == talk.id,
            TalkMessage.outgoing.is_(False),
            TalkFile.kind == "photo",
            TalkFile.report_id.is_(None),
            TalkFile.state.in_(TALK_FILE_USABLE),
        )
    )
    return ConversationDraft(talk.channel, session.scalar(photos) or 0)


def begun_in_conversation() -> ColumnElement[bool]:
    """Return the condition of the index of drafts: a report was begun here and not sent."""
    return and_(Conversation.begun, Conversation.state != TalkState.CLOSED)


def _talk_of(session: Session, key: bytes, token: str, now: datetime) -> Conversation:
    try:
        raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raise _over() from None
    head, mac = raw[:_HEAD], raw[_HEAD:]
    if len(raw) != _HEAD + _MAC or datetime.fromtimestamp(int.from_bytes(head[16:], "big"), UTC) <= now:
        raise _over()
    talk = session.get(Conversation, UUID(bytes=head[:16]))
    if talk is None or not is_signed(key, "talk-link", _signed(head, talk), mac, _MAC):
        raise _over()
    return talk


def _signed(head: bytes, talk: Conversation) -> bytes:
    return head + talk.draft_report_id.bytes


def _over() -> Gone:
    return Gone(N_("Đường dẫn này đã hết hạn hoặc phản ánh đã được gửi. Hãy nhắn lại để nhận đường dẫn mới."))
