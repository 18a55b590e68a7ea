"""Zalo: in the conversation that somebody has with the city's Official Account."""

from __future__ import annotations

from pydantic_core import from_json

from service.domain.talks.arrivals import Incoming
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.chat_channel import Chat, chat_channel
from service.sending.zalo.account import zalo_account
from service.sending.zalo.delivery import ZaloDelivery, window_of
from service.sending.zalo.events import read_event


def read_zalo(raw: str) -> Incoming | None:
    """Return the arrival that the hook's raw words tell. Raises ValueError."""
    return read_event(from_json(raw))


CHANNEL = chat_channel(
    Chat(NoticeChannel.ZALO, N_("Zalo"), zalo_account, read_zalo, ZaloDelivery, window_of), has_tokens=True
)
