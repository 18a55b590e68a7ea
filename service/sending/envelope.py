"""Message as a sender is given it, and the error that says that it did not go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from service.domain.notices.letters import Device
from service.sending.pictures import InlinePicture


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message in words.

    `short` is what fits a push, `sms` all that an SMS says, `chat` what a conversation says, empty for other
    channels; `one_click` the address that stops it. `urgent`: somebody is to be woken by it. `pictures` are
    those that `html` shows.
    """

    id: UUID
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    short: str
    link: str
    one_click: str
    expires_at: datetime
    device: Device | None = None
    urgent: bool = False
    sms: str = ""
    chat: str = ""
    pictures: Sequence[InlinePicture] = ()


class SendFailed(Exception):
    """Failure to send. `for_good`: trying again is no use; `gone`: that address does not exist any more;
    `away`: the channel itself cannot be reached, so the others need not be tried now. `most_tries`: no
    message is tried more often that failed like this, None where the usual number holds.
    """

    def __init__(
        self,
        why: str,
        *,
        for_good: bool = False,
        gone: bool = False,
        away: bool = False,
        most_tries: int | None = None,
    ) -> None:
        super().__init__(why)
        self.why, self.for_good, self.gone, self.away = why, for_good or gone, gone, away
        self.most_tries = most_tries


class Sender(Protocol):
    """Sender of a channel. Sends once, within seconds, or raises SendFailed; holds no transaction."""

    def send(self, envelope: Envelope) -> None: ...
