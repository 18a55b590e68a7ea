"""Channel of `sending/<channel>/`: its face to the service, and its sender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.domain.notices.channels import Channel
from service.domain.notices.confirmation import Mailbox
from service.domain.people.devices import Browser
from service.sending.console import Console
from service.sending.envelope import Sender
from service.sending.talk_channel import TalkChannel
from service.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingChannel(Channel):
    """A channel with its sender.

    `make_sender` returns the sender that the settings name, None where they name none; `make_twin` that of
    the demo, which sends nothing. `at_once` messages are sent side by side: more than one where addresses
    are of many hosts, so that one that never answers delays no other. One that `needs_setup` is offered only
    where it is really set up, since people have to do something for it that its twin cannot answer. One that
    is not `selectable` nobody chooses: who writes by it is told by it. `talk`: people write by it.
    `subscription` is the form by which somebody who left no contact asks to be told by it, None where nobody
    can.
    """

    make_sender: Callable[[Settings], Sender | None]
    make_twin: Callable[[str], Sender] = Console
    at_once: int = 1
    needs_setup: bool = False
    selectable: bool = True
    talk: TalkChannel | None = None
    subscription: type[Mailbox | Browser] | None = None

    def sender(self, settings: Settings) -> Sender | None:
        """Return the sender of an installation: the real one, in the demo else its twin, else None."""
        return self.make_sender(settings) or (self.make_twin(self.name) if settings.demo else None)

    def offered(self, settings: Settings) -> bool:
        """Return whether people may choose it."""
        if not self.selectable:
            return False
        sender = self.make_sender if self.needs_setup else self.sender
        return sender(settings) is not None
