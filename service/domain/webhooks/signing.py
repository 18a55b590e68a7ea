"""Signatures and secrets as the Standard Webhooks specification (1.0.0) has them."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence

from service.domain.kernel.tokens import sign_shared

PREFIX = "whsec_"
SECRET_BYTES = 32


def make_secret() -> str:
    """Return a new secret, as its receiver gets it."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature_headers(keys: Sequence[str], identity: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of one try: the id of the message, when it is sent, a signature by each secret."""
    signed = f"{identity}.{timestamp}.".encode() + body
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys),
    }


def _signature(key: str, signed: bytes) -> str:
    return b64encode(sign_shared(b64decode(key.removeprefix(PREFIX)), signed)).decode()
