"""Link from a conversation to the form of a report: good for a day, and until the report was sent."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.kernel.tokens import is_signed, sign
from service.domain.talks.dialogue.state import read_dialogue
from service.domain.talks.vault import Vault
from service.errors import Gone
from service.i18n import N_
from service.models import Conversation, Report

GOOD_FOR = timedelta(hours=24)
_MAC, _HEAD = 12, 20


def form_token(key: bytes, talk_id: UUID, now: datetime) -> str:
    """Return the token of the link."""
    head = talk_id.bytes + int((now + GOOD_FOR).timestamp()).to_bytes(4, "big")
    return urlsafe_b64encode(head + sign(key, "talk-link", head, _MAC)).decode().rstrip("=")


def form_address(session: Session, vault: Vault, token: str, now: datetime) -> str:
    """Return the address of the form with what was said in it. Raises Gone for a link that is over."""
    talk = session.get(Conversation, _talk_id(vault.key, token, now))
    if talk is None or session.get(Report, talk.draft_report_id) is not None:
        raise _over()
    state = read_dialogue(vault.open_json(talk.draft))
    spot = state.spot or state.street
    values = {
        "category": state.kind,
        "description": state.text,
        "draft": str(talk.draft_report_id),
        "address": spot.address if spot else "",
        "lon": spot.lon if spot else "",
        "lat": spot.lat if spot else "",
    }
    return "/report?" + urlencode({name: value for name, value in values.items() if value != ""})


def _talk_id(key: bytes, token: str, now: datetime) -> UUID:
    try:
        raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raise _over() from None
    head, mac = raw[:_HEAD], raw[_HEAD:]
    if len(raw) != _HEAD + _MAC or not is_signed(key, "talk-link", head, mac, _MAC):
        raise _over()
    if datetime.fromtimestamp(int.from_bytes(head[16:], "big"), UTC) <= now:
        raise _over()
    return UUID(bytes=head[:16])


def _over() -> Gone:
    return Gone(N_("Đường dẫn này đã hết hạn hoặc phản ánh đã được gửi. Hãy nhắn lại để nhận đường dẫn mới."))
