"""Zalo: in the conversation that somebody has with the city's Official Account."""

from __future__ import annotations

from service.db import make_engine
from service.domain.notices.channels import Reachable
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.envelope import Sender
from service.sending.sending_channel import SendingChannel
from service.sending.zalo.account import zalo_account
from service.sending.zalo.delivery import ZaloDelivery
from service.sending.zalo.notices import ZaloNotices
from service.settings import Settings


def address_of(_: Reachable) -> str | None:
    """Return None: nobody types an address for it; a conversation is one by itself."""
    return None


def mask(_: str) -> str:
    """Return that it is their conversation, which nobody else can use."""
    return "Zalo"


def make_delivery(settings: Settings) -> ZaloDelivery | None:
    """Return what sends in the account's name, None where the installation has no account."""
    account = zalo_account(settings)
    if account is None:
        return None
    return ZaloDelivery(account, make_engine(settings.sqlalchemy_url, pool=1), settings.secret)


def make_sender(settings: Settings) -> Sender | None:
    """Return the sender of notices, None where the installation has no account."""
    delivery = make_delivery(settings)
    return ZaloNotices(delivery) if delivery else None


CHANNEL = SendingChannel(
    name=NoticeChannel.ZALO,
    label=N_("Zalo"),
    icon="chat",
    address_of=address_of,
    mask=mask,
    make_sender=make_sender,
    staff=False,
    selectable=False,
)
