"""A channel that does not exist: messages that a pigeon carries to the loft of who left a number."""

from __future__ import annotations

from typing import cast

import pytest

from service.domain.notices.channels import Reachable
from service.models import NoticeChannel
from service.sending.channels import CHANNELS
from service.sending.envelope import Sender
from service.sending.sending_channel import SendingChannel
from service.settings import Settings

NAME = cast("NoticeChannel", "pigeon")


def address_of(person: Reachable) -> str | None:
    """Return the loft, which is called by the number."""
    return f"loft {person.phone}" if person.phone else None


def mask(address: str) -> str:
    """Return the last digit alone."""
    return f"loft …{address[-1:]}"


def make_sender(_: Settings) -> Sender | None:
    """Return None: no setting names a dovecote, so only the demo's twin flies."""
    return None


PIGEON = SendingChannel(
    name=NAME, label="Bồ câu", icon="send", address_of=address_of, mask=mask, make_sender=make_sender
)


def add_pigeon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the channel as its folder would."""
    monkeypatch.setitem(cast("dict[str, SendingChannel]", CHANNELS), NAME, PIGEON)
