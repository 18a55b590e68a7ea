"""The channels by which people are told, each the folder of its name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from service.models import NoticeChannel
from service.sending.envelope import Sender
from service.sending.sending_channel import SendingChannel
from service.sending.talk_channel import TalkChannel
from service.settings import Settings


def _load(name: NoticeChannel) -> SendingChannel:
    found: SendingChannel = import_module(f"{__package__}.{name}").CHANNEL
    return found


CHANNELS: Mapping[str, SendingChannel] = {name.value: _load(name) for name in NoticeChannel}


def make_senders(settings: Settings) -> Mapping[str, Sender]:
    """Return a sender for each channel that the installation can send on."""
    made = {name: channel.sender(settings) for name, channel in CHANNELS.items()}
    return {name: sender for name, sender in made.items() if sender is not None}


def talk_channels(settings: Settings) -> Mapping[str, TalkChannel]:
    """Return the channels by which people write to this installation."""
    found = {name: channel.talk for name, channel in CHANNELS.items() if channel.talk is not None}
    return {name: talk for name, talk in found.items() if talk.account(settings) is not None}


def offered(settings: Settings) -> frozenset[str]:
    """Return the channels that people may choose."""
    return frozenset(name for name, channel in CHANNELS.items() if channel.offered(settings))
