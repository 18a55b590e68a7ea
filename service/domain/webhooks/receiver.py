"""The other end of a webhook, as the demo's receiver needs it: the secrets, and the check of a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.kernel.sealing import unseal_for
from service.domain.kernel.tokens import is_same
from service.domain.webhooks.signing import signature_headers
from service.models import Webhook

TOLERANCE_S = 300

Problem = Literal["", "unknown", "old", "signature"]


def secrets_sent_to(session: Session, key: bytes, address: str, now: datetime) -> tuple[str, ...]:
    """Return the secrets of the webhooks that send to an address, whatever parameters it has."""
    rows = session.scalars(select(Webhook).order_by(Webhook.id)).all()
    sealed = []
    for row in rows:
        if row.url.partition("?")[0].rstrip("/") == address:
            sealed.append(row.secret)
            if row.old_secret and row.old_until and row.old_until > now:
                sealed.append(row.old_secret)
    found = (unseal_for(key, "webhook-secret", each) for each in sealed)
    return tuple(each for each in found if each)


def check_delivery(
    secrets: Sequence[str], headers: Mapping[str, str], signatures: str, body: bytes, now_s: int
) -> Problem:
    """Return what is wrong with a message, empty for a good one: its time, or its signatures."""
    if not secrets:
        return "unknown"
    identity, said = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (said.isascii() and said.isdigit() and len(said) < 12) or abs(int(said) - now_s) > TOLERANCE_S:
        return "old"
    good = signature_headers(secrets, identity, int(said), body)["webhook-signature"].split(" ")
    candidates = signatures.split(" ")
    return "" if any(is_same(each, one) for each in candidates for one in good) else "signature"
