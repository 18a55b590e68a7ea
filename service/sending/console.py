"""The twin of every channel for the demo: nothing leaves this machine; `/dev/outbox` shows the words."""

from __future__ import annotations

from dataclasses import dataclass

from service.ops.telemetry import get_logger
from service.sending.envelope import Envelope

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Console:
    """Writes to the log that a message would have gone; the worker keeps its words."""

    channel: str

    def send(self, envelope: Envelope) -> None:
        """Say it. Codes and links stay out of the log: they are keys."""
        log.info("message", channel=self.channel, message=str(envelope.id), subject=envelope.subject[:80])
