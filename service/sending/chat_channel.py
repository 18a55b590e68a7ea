"""Channel of a chat programme: notices, account, files are alike for all; a chat's folder says the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Engine

from service.db import make_engine
from service.domain.notices.channels import Reachable
from service.domain.talks.arrivals import Incoming
from service.models import NoticeChannel
from service.network.outbound import OutboundRules
from service.sending.envelope import Sender
from service.sending.media import FetchFailed, fetch
from service.sending.sending_channel import SendingChannel
from service.sending.talk_channel import TalkChannel, TalkDelivery
from service.sending.talk_notices import ChatDelivery, TalkNotices
from service.settings import Settings
from service.storage import Storage


class ChatAccount(Protocol):
    """Account that people write to. `demo`: the twin of the demo, which speaks the protocol here."""

    @property
    def own_id(self) -> str: ...
    @property
    def demo(self) -> bool: ...
    @property
    def rules(self) -> OutboundRules: ...
    @property
    def media_hosts(self) -> Sequence[str]: ...


A = TypeVar("A", bound=ChatAccount)


@dataclass(frozen=True, slots=True)
class Chat(Generic[A]):
    """Parts that are a chat's own: its account in the settings, the reader of its events, its delivery, and
    how long after somebody's last word a colleague may answer.
    """

    name: NoticeChannel
    label: str
    account: Callable[[Settings], A | None]
    read: Callable[[str], Incoming | None]
    deliver: Callable[[A, Engine, bytes], ChatDelivery]
    answerable: Callable[[A], timedelta]

    def make_delivery(self, settings: Settings) -> TalkDelivery | None:
        """Return what sends in the account's name, None where the installation has none."""
        return self._delivery(settings)

    def make_sender(self, settings: Settings) -> Sender | None:
        """Return the sender of notices, None where the installation has no account."""
        account, delivery = self.account(settings), self._delivery(settings)
        if account is None or delivery is None:
            return None
        return TalkNotices(delivery, account.own_id, delivery.engine, settings.secret)

    def account_id(self, settings: Settings) -> str | None:
        """Return the id of the account that people write to."""
        account = self.account(settings)
        return account.own_id if account else None

    def is_demo(self, settings: Settings) -> bool:
        """Return whether people write to the demo's twin."""
        account = self.account(settings)
        return account is not None and account.demo

    def window(self, settings: Settings) -> timedelta | None:
        """Return how long a colleague may answer after a person's last word; None without an account."""
        account = self.account(settings)
        return self.answerable(account) if account else None

    def fetch(self, settings: Settings, _: Storage, url: str) -> bytes:
        """Return a photo of a message. Raises FetchFailed."""
        account = self.account(settings)
        if account is None:
            raise FetchFailed("no account", for_good=True)
        return fetch(url, account.rules, account.media_hosts)

    def mask(self, _: str) -> str:
        """Return the channel's name: the id of a conversation says nothing to people."""
        return self.name.value.capitalize()

    def _delivery(self, settings: Settings) -> ChatDelivery | None:
        account = self.account(settings)
        if account is None:
            return None
        return self.deliver(account, make_engine(settings.sqlalchemy_url, pool=1), settings.secret)


def chat_channel(chat: Chat[A], *, has_tokens: bool = False) -> SendingChannel:
    """Return the channel of a chat. It cannot be chosen and has no address to type: people write first."""
    return SendingChannel(
        name=chat.name,
        label=chat.label,
        icon="chat",
        address_of=_no_address,
        mask=chat.mask,
        make_sender=chat.make_sender,
        staff=False,
        selectable=False,
        talk=TalkChannel(
            account=chat.account_id,
            is_demo=chat.is_demo,
            read=chat.read,
            make_delivery=chat.make_delivery,
            fetch=chat.fetch,
            hook=f"/hooks/{chat.name.value}",
            twin=f"/dev/{chat.name.value}",
            has_tokens=has_tokens,
            window=chat.window,
        ),
    )


def _no_address(_: Reachable) -> str | None:
    """Return None: a contact holds no address of a chat."""
    return None
