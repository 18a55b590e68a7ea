"""Facebook: in the conversation that somebody has with the city's Page in Messenger."""

from __future__ import annotations

from datetime import timedelta

from pydantic_core import from_json
from sqlalchemy import Engine

from service.domain.talks.arrivals import Incoming
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.chat_channel import Chat, chat_channel
from service.sending.facebook.delivery import HUMAN_WINDOW, FacebookDelivery
from service.sending.facebook.events import read_messaging
from service.sending.facebook.page_account import PageAccount, page_account


def read_facebook(raw: str) -> Incoming | None:
    """Return the arrival that one event tells. Raises ValueError."""
    return read_messaging(from_json(raw))


def delivery_for(account: PageAccount, engine: Engine, _: bytes) -> FacebookDelivery:
    """Return what sends in the Page's name; its token is a setting, so that no key opens one."""
    return FacebookDelivery(account, engine)


def human_window(_: PageAccount) -> timedelta:
    """Return how long after a person's last word a colleague's own words may go."""
    return HUMAN_WINDOW


CHANNEL = chat_channel(
    Chat(NoticeChannel.FACEBOOK, N_("Facebook"), page_account, read_facebook, delivery_for, human_window)
)
