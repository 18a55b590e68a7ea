"""Zalo: in the conversation that somebody has with the city's Official Account."""

from __future__ import annotations

from pydantic_core import from_json

from service.db import make_engine
from service.domain.notices.channels import Reachable
from service.domain.talks.arrivals import Incoming
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.envelope import Sender
from service.sending.media import FetchFailed, fetch
from service.sending.sending_channel import SendingChannel
from service.sending.talk_channel import TalkChannel
from service.sending.talk_notices import TalkNotices
from service.sending.zalo.account import zalo_account
from service.sending.zalo.delivery import ZaloDelivery
from service.sending.zalo.events import read_event
from service.settings import Settings
from service.storage import Storage


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
    if delivery is None:
        return None
    return TalkNotices(delivery, delivery.account.oa_id, delivery.engine, settings.secret)


def account_of(settings: Settings) -> str | None:
    """Return the id of the account that people write to."""
    account = zalo_account(settings)
    return account.oa_id if account else None


def is_demo(settings: Settings) -> bool:
    """Return whether people write to the demo's twin."""
    account = zalo_account(settings)
    return account is not None and account.demo


def read_zalo(raw: str) -> Incoming | None:
    """Return the arrival that the hook's raw words tell. Raises ValueError."""
    return read_event(from_json(raw))


def fetch_of_zalo(settings: Settings, _: Storage, url: str) -> bytes:
    """Return a photo of a message. Raises FetchFailed."""
    account = zalo_account(settings)
    if account is None:
        raise FetchFailed("no account", for_good=True)
    return fetch(url, account.rules, account.media_hosts)


CHANNEL = SendingChannel(
    name=NoticeChannel.ZALO,
    label=N_("Zalo"),
    icon="chat",
    address_of=address_of,
    mask=mask,
    make_sender=make_sender,
    staff=False,
    selectable=False,
    talk=TalkChannel(
        account=account_of,
        is_demo=is_demo,
        read=read_zalo,
        make_delivery=make_delivery,
        fetch=fetch_of_zalo,
        hook="/hooks/zalo",
        twin="/dev/zalo",
        has_tokens=True,
    ),
)
