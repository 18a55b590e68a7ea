"""Web push: the payload sealed for one browser (RFC 8291), signed by this installation (VAPID, RFC 8292)."""

from __future__ import annotations

import asyncio
import hashlib
import json
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException
from py_vapid.utils import b64urlencode

from service.domain.people.devices import endpoint_problem
from service.network.outbound import Resolve, is_internet_address, resolve_host
from service.sending.breaker import Breaker
from service.sending.envelope import Envelope, SendFailed

ANSWER_S = 3.0
"""A push service that has not answered after so long is tried again later. Anybody may name one: each that
never answers costs no more than this, and one of the places that push has."""

LOOKUP_S = 2.0
LOOKUPS = 16
SIGNED_FOR_S = 12 * 3600
MOST_TEXT = 800
"""Letters of text in a payload: push services take 4096 bytes, and a phone shows far fewer."""

GONE = frozenset({404, 410})
_LATER = frozenset({408, 425, 429})

_lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")
"""The system's resolver knows no time limit: what it hangs on hangs here, and nobody waits for it."""


@dataclass(frozen=True, slots=True)
class WebPush:
    """`private_key` is a P-256 scalar in base64url, `contact` a `mailto:` or `https:` address of ours.

    An endpoint is an address that a stranger gave us: only https to public hosts is asked, on the very
    address that was looked at, and no redirect is followed. `anywhere` is for tests.
    """

    private_key: str
    contact: str
    anywhere: bool = False
    resolve: Resolve = resolve_host
    breaker: Breaker = field(default_factory=Breaker)

    def send(self, envelope: Envelope) -> None:
        """Hand one push to the browser's push service. Raises SendFailed."""
        device = envelope.device
        if device is None:
            raise SendFailed("no browser", for_good=True)
        if not self.anywhere and (problem := endpoint_problem(device.endpoint)):
            raise SendFailed(problem, gone=True)
        from pywebpush import WebPusher, WebPushException  # here: it brings two HTTP clients along

        parts = urlsplit(device.endpoint)
        try:
            sealed = WebPusher(
                {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
            ).encode(payload(envelope))
        except (WebPushException, ValueError, TypeError):
            raise SendFailed("the browser's keys are none", gone=True) from None
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(60, int((envelope.expires_at - datetime.now(UTC)).total_seconds()))),
            "Urgency": "high" if envelope.urgent else "normal",
            "Topic": topic(envelope),
            **self._signature(parts),
        }
        _judge(self._post(parts, bytes(sealed["body"]), headers))

    def _signature(self, parts: SplitResult) -> dict[str, str]:
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + SIGNED_FOR_S,
            "sub": self.contact,
        }
        try:
            signed: dict[str, str] = _signer(self.private_key).sign(claims)
        except VapidException as error:
            raise SendFailed(f"cannot sign: {error}", away=True) from None
        return signed

    def _post(self, parts: SplitResult, body: bytes, headers: dict[str, str]) -> int:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if self.breaker.rests(parts.netloc):
            raise SendFailed("push service: did not answer lately")
        try:
            address = self._address(parts, host, port)
            url = httpx.URL(scheme=parts.scheme, host=address, port=port, raw_path=(path or "/").encode())
            request = httpx.Request("POST", url, content=body, headers={**headers, "Host": parts.netloc})
            request.extensions = {**request.extensions, "sni_hostname": host}
            status = asyncio.run(_status(request))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError, TimeoutError) as error:
            self.breaker.silent(parts.netloc)
            raise SendFailed(f"push service: {type(error).__name__}") from None
        self.breaker.answered(parts.netloc)
        return status

    def _address(self, parts: SplitResult, host: str, port: int) -> str:
        if self.anywhere:
            return host
        found = _lookups.submit(self.resolve, host, port).result(LOOKUP_S)
        if not found or not all(is_internet_address(each) for each in found):
            raise SendFailed("endpoint is not on the internet", gone=True)
        return found[0]


async def _status(request: httpx.Request) -> int:
    """Return the status that the push service answers; nothing else of it is read.

    Raises TimeoutError after ANSWER_S, also where bytes come one by one.
    """
    async with asyncio.timeout(ANSWER_S), httpx.AsyncClient(verify=_trusted(), trust_env=False) as client:
        answer = await client.send(request, stream=True)
        await answer.aclose()
        return answer.status_code


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Return the authorities we trust, read once: for each push anew it would cost more than the push."""
    return httpx.create_ssl_context(trust_env=False)


def payload(envelope: Envelope) -> bytes:
    """Return what the service worker shows."""
    data = {
        "title": envelope.subject,
        "body": envelope.short[:MOST_TEXT],
        "url": envelope.link,
        "tag": str(envelope.id),
        "lang": envelope.language,
        **({"urgent": True} if envelope.urgent else {}),
    }
    return json.dumps(data, ensure_ascii=False).encode()


def topic(envelope: Envelope) -> str:
    """Return the same topic at every try: the push service keeps one message of it, the newest."""
    return hashlib.sha256(envelope.id.bytes).hexdigest()[:32]


def public_key(private_key: str) -> str:
    """Return the key that a browser subscribes with, in base64url."""
    public = _signer(private_key).public_key
    return str(b64urlencode(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))


@lru_cache(maxsize=4)
def _signer(private_key: str) -> Vapid02:
    return Vapid02.from_raw(private_key.encode())


def _judge(status: int) -> None:
    if status < 300:
        return
    if status in GONE:
        raise SendFailed(f"push service answered {status}", gone=True)
    raise SendFailed(f"push service answered {status}", for_good=status < 500 and status not in _LATER)
