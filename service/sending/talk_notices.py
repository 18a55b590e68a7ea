"""Steps of a case told in the conversation that its report came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import Engine

from service.db import unit_of_work
from service.domain.talks.next_way import phone_of_notice
from service.domain.talks.outgoing import (
    Addressee,
    claim_notice,
    conversation_addressee,
    mark_text_sent,
    release_notice_claim,
    was_notice_delivered,
)
from service.domain.talks.vault import Vault
from service.sending.envelope import Envelope, SendFailed
from service.sending.late_word import LateWord, WindowOver
from service.sending.talk_channel import TalkDelivery


class ChatDelivery(TalkDelivery, Protocol):
    """Delivery of a chat, which may have a template for those who wrote too long ago."""

    @property
    def engine(self) -> Engine: ...

    def deliver_late(self, to: Addressee, word: LateWord) -> str:
        """Send a step outside the window; return the channel's id. Raises WindowOver where nothing may be."""
        ...


@dataclass(frozen=True, slots=True)
class TalkNotices:
    """Sender of notices whose recipient is a conversation."""

    delivery: ChatDelivery
    account: str
    engine: Engine
    key: bytes

    def send(self, envelope: Envelope) -> None:
        """Send one notice and keep it in the conversation. Raises SendFailed.

        A chat knows no repetition: a notice that another worker began and died over is told by another way.
        """
        vault = Vault(self.key)
        talk_id = _talk_id(envelope.recipient)
        with unit_of_work(self.engine) as session:
            to = conversation_addressee(session, vault, talk_id)
        if to is None or to.account != self.account:
            raise SendFailed("no such conversation", for_good=True)
        text = f"{envelope.chat or envelope.short}\n{envelope.link}".strip()[:2000]
        with unit_of_work(self.engine) as session:
            mine = claim_notice(session, vault, talk_id, envelope.id, text, datetime.now(UTC))
            if mine is None and was_notice_delivered(session, envelope.id):
                return
        if mine is None:
            raise SendFailed("worker lost", for_good=True)
        try:
            given = self._deliver(to, text, envelope)
        except SendFailed:
            with unit_of_work(self.engine) as session:
                release_notice_claim(session, mine)
            raise
        with unit_of_work(self.engine) as session:
            mark_text_sent(session, mine, given, datetime.now(UTC))

    def _deliver(self, to: Addressee, text: str, envelope: Envelope) -> str:
        try:
            return self.delivery.deliver(to, text, key=str(envelope.id))
        except WindowOver:
            with unit_of_work(self.engine) as session:
                phone = phone_of_notice(session, envelope.id)
            word = LateWord(envelope.short, envelope.link, phone, envelope.id.hex)
            return self.delivery.deliver_late(to, word)


def _talk_id(recipient: str) -> UUID:
    try:
        return UUID(recipient)
    except ValueError:
        raise SendFailed("no conversation", for_good=True) from None
