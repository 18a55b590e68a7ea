"""A call of a partner on trial: which kinds it takes, and which of ours it lacks. Nothing is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.city.config import PartnerConfig
from service.domain.city.reference import Reference
from service.domain.partners.register import unknown_services, with_whole_address
from service.sending.open311_client import Open311Partner
from service.sending.outgoing import CallFailed, OutgoingCalls
from service.settings import Settings

CALL_S, MOST_BYTES, MOST_SHOWN = 10.0, 2 * 1024 * 1024, 12


@dataclass(frozen=True, slots=True)
class TriedCall:
    """Result of the call: how many kinds the partner takes, which of ours it lacks, or what failed."""

    department: str
    services: int = 0
    missing: Sequence[str] = ()
    problem: str = ""


def try_partner(settings: Settings, reference: Reference, config: PartnerConfig, key: str) -> TriedCall:
    """Ask a partner for its kinds; over the network, for at most CALL_S seconds."""
    calls = OutgoingCalls(settings.webhook_rules, whole_s=CALL_S, most_bytes=MOST_BYTES)
    server = Open311Partner(with_whole_address(config, settings.public_url), key, calls)
    try:
        theirs = server.services()
    except CallFailed as failed:
        return TriedCall(config.department, problem=str(failed)[:300] or type(failed).__name__)
    missing = unknown_services(reference, config, frozenset(theirs))
    return TriedCall(config.department, len(theirs), missing[:MOST_SHOWN])
