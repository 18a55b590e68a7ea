"""Steps of a case told in the conversation that its report came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from service.db import unit_of_work
from service.domain.talks.outgoing import addressee, note_sent
from service.domain.talks.vault import Vault
from service.sending.envelope import Envelope, SendFailed
from service.sending.zalo.delivery import ZaloDelivery


@dataclass(frozen=True, slots=True)
class ZaloNotices:
    """Sender of notices; the recipient is a conversation."""

    delivery: ZaloDelivery

    def send(self, envelope: Envelope) -> None:
        """Send one notice and keep it in the conversation. Raises SendFailed."""
        vault = Vault(self.delivery.key)
        talk_id = _talk_id(envelope.recipient)
        with unit_of_work(self.delivery.engine) as session:
            to = addressee(session, vault, talk_id)
        if to is None or to.account != self.delivery.account.oa_id:
            raise SendFailed("no such conversation", for_good=True)
        text = f"{envelope.short}\n{envelope.link}".strip()
        given = self.delivery.deliver(to.person, to.last_in_at, text[:2000])
        with unit_of_work(self.delivery.engine) as session:
            note_sent(session, vault, talk_id, text, given, datetime.now(UTC))


def _talk_id(recipient: str) -> UUID:
    try:
        return UUID(recipient)
    except ValueError:
        raise SendFailed("no conversation", for_good=True) from None
