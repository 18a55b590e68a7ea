"""Facebook: in the conversation that somebody has with the city's Page in Messenger."""

from __future__ import annotations

from pydantic_core import from_json

from service.db import make_engine
from service.domain.notices.channels import Reachable
from service.domain.talks.arrivals import Incoming
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.envelope import Sender
from service.sending.facebook.delivery import FacebookDelivery
from service.sending.facebook.events import read_messaging
from service.sending.facebook.page_account import page_account
from service.sending.media import FetchFailed, fetch
from service.sending.sending_channel import SendingChannel
from service.sending.talk_channel import TalkChannel
from service.sending.talk_notices import TalkNotices
from service.settings import Settings
from service.storage import Storage


def address_of(_: Reachable) -> str | None:
    """Return None: nobody types an address for it; a conversation is one by itself."""
    return None


def mask(_: str) -> str:
    """Return that it is their conversation, which nobody else can use."""
    return "Facebook"


def make_delivery(settings: Settings) -> FacebookDelivery | None:
    """Return what sends in the Page's name, None where the installation has none."""
    account = page_account(settings)
    if account is None:
        return None
    return FacebookDelivery(account, make_engine(settings.sqlalchemy_url, pool=1))


def make_sender(settings: Settings) -> Sender | None:
    """Return the sender of notices, None where the installation has no Page."""
    delivery = make_delivery(settings)
    if delivery is None:
        return None
    return TalkNotices(delivery, delivery.account.page_id, delivery.engine, settings.secret)


def account_of(settings: Settings) -> str | None:
    """Return the id of the Page that people write to."""
    account = page_account(settings)
    return account.page_id if account else None


def is_demo(settings: Settings) -> bool:
    """Return whether people write to the demo's twin."""
    account = page_account(settings)
    return account is not None and account.demo


def read_facebook(raw: str) -> Incoming | None:
    """Return the arrival that one event tells. Raises ValueError."""
    return read_messaging(from_json(raw))


def fetch_of_facebook(settings: Settings, _: Storage, url: str) -> bytes:
    """Return a photo of a message. Raises FetchFailed."""
    account = page_account(settings)
    if account is None:
        raise FetchFailed("no account", for_good=True)
    return fetch(url, account.rules, account.media_hosts)


CHANNEL = SendingChannel(
    name=NoticeChannel.FACEBOOK,
    label=N_("Facebook"),
    icon="chat",
    address_of=address_of,
    mask=mask,
    make_sender=make_sender,
    staff=False,
    selectable=False,
    talk=TalkChannel(
        account=account_of,
        is_demo=is_demo,
        read=read_facebook,
        make_delivery=make_delivery,
        fetch=fetch_of_facebook,
        hook="/hooks/facebook",
        twin="/dev/facebook",
    ),
)
