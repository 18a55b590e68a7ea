"""An envelope to send, and a browser that can read what was sealed for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid.utils import b64urldecode, b64urlencode

from service.domain.notices.letters import Device
from service.sending.envelope import Envelope

ONE_CLICK = "https://phananh.example/n/abc"


def envelope(recipient: str, **changes: Any) -> Envelope:
    """A message in words."""
    values: dict[str, Any] = {
        "id": UUID("6f0c1c0e-8f4e-4b57-9d0a-4f7c6a3f9b11"),
        "recipient": recipient,
        "language": "vi",
        "subject": "HUE-7K3M-92: đã xử lý xong",
        "text": "Phường Thuận Hóa báo đã xử lý xong.\n.một dòng bắt đầu bằng dấu chấm\n",
        "html": "<p>Phường Thuận Hóa báo đã xử lý xong.</p>",
        "short": "Phường Thuận Hóa báo đã xử lý xong.",
        "link": "https://phananh.example/r/HUE-7K3M-92?s=bi_mat",
        "one_click": ONE_CLICK,
        "expires_at": datetime.now(UTC) + timedelta(hours=5),
    }
    return Envelope(**(values | changes))


@dataclass
class BrowserKeys:
    """What a browser keeps to itself when it subscribes."""

    private: ec.EllipticCurvePrivateKey
    auth: bytes

    def device(self, endpoint: str) -> Device:
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Device(uuid4(), endpoint, b64urlencode(point), b64urlencode(self.auth))

    def read(self, body: bytes) -> dict[str, Any]:
        opened = http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth, version="aes128gcm")
        told: dict[str, Any] = json.loads(opened)
        return told


def browser_keys() -> BrowserKeys:
    return BrowserKeys(ec.generate_private_key(ec.SECP256R1()), bytes(range(16)))


def claims_of(authorization: str) -> dict[str, Any]:
    """What a VAPID header says, its signature left alone."""
    token = authorization.removeprefix("vapid t=").split(",")[0]
    claims: dict[str, Any] = json.loads(b64urldecode(token.split(".")[1].encode()))
    return claims
