"""Steps of a case told in the conversation that its report came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine

from service.db import unit_of_work
from service.domain.talks.outgoing import addressee, note_sent
from service.domain.talks.vault import Vault
from service.sending.envelope import Envelope, SendFailed
from service.sending.talk_channel import TalkDelivery


@dataclass(frozen=True, slots=True)
class TalkNotices:
    """Sender of notices whose recipient is a conversation."""

    delivery: TalkDelivery
    account: str
    engine: Engine
    key: bytes

    def send(self, envelope: Envelope) -> None:
        """Send one notice and keep it in the conversation. Raises SendFailed."""
        vault = Vault(self.key)
        talk_id = _talk_id(envelope.recipient)
        with unit_of_work(self.engine) as session:
            to = addressee(session, vault, talk_id)
        if to is None or to.account != self.account:
            raise SendFailed("no such conversation", for_good=True)
        text = f"{envelope.short}\n{envelope.link}".strip()[:2000]
        given = self.delivery.deliver(to, text, key=str(envelope.id))
        with unit_of_work(self.engine) as session:
            note_sent(session, vault, talk_id, text, given, datetime.now(UTC))


def _talk_id(recipient: str) -> UUID:
    try:
        return UUID(recipient)
    except ValueError:
        raise SendFailed("no conversation", for_good=True) from None
