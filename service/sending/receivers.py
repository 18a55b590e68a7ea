"""Receivers of webhooks: a signed POST each, to the very address that was looked at, no redirect followed.

Nothing of a receiver is trusted: its answer is cut off, its time is limited, and it has four connections.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit

import httpx

from service.domain.webhooks.deliveries import Outcome, Parcel
from service.domain.webhooks.signing import signature_headers
from service.network.outbound import OutboundRules, Resolve, resolve_host
from service.ops.telemetry import get_logger

log = get_logger(__name__)

ANSWER_S = 15.0
LOOKUP_S = 3.0
LOOKUPS = 64
AT_ONCE = 4
MOST_READ, MOST_KEPT = 16 * 1024, 1000
"""Bytes that are read of an answer, and letters of it that are kept for the log."""

AGENT = "HienTruong-Webhooks/1"

_lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="receiver")
"""The system's resolver knows no time limit: what it hangs on hangs here."""


class NotSent(Exception):
    """Raised where nothing may be sent; its text goes into the log of deliveries."""


@dataclass
class Connections:
    """Connections of one webhook: TLS names are checked once a connection, so nobody else uses them."""

    client: httpx.AsyncClient
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    failures: int = 0


@dataclass
class Receivers:
    """Sends parcels, each webhook in a lane of its own; an async context that closes the connections."""

    rules: OutboundRules
    resolve: Resolve = resolve_host
    answer_s: float = ANSWER_S
    _lanes: dict[int, Connections] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lane in self._lanes.values():
            await lane.client.aclose()

    async def send(self, parcel: Parcel) -> Outcome | Parcel:
        """Return what became of one try; the parcel, untried, where the receiver failed at another while this
        one waited for a connection. Never raises but when it is cancelled.
        """
        lane = self._lane(parcel.webhook_id)
        failures = lane.failures
        async with lane.places:
            if lane.failures != failures:
                return parcel
            at, began = datetime.now(UTC), time.monotonic()
            status: int | None = None
            error = answer = ""
            pause: timedelta | None = None
            try:
                async with asyncio.timeout(self.answer_s):
                    status, answer, pause = await self._post(lane, parcel, int(at.timestamp()))
            except TimeoutError:
                error = "timeout"
            except NotSent as refusal:
                error = str(refusal)
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as failure:
                error = type(failure).__name__
            except Exception as failure:  # whatever one receiver answers, the others are told
                log.exception("receiver answered what nobody expected", webhook=parcel.webhook_id)
                error = type(failure).__name__
            spent = round((time.monotonic() - began) * 1000)
            outcome = Outcome(parcel, at, spent, status, error, answer, pause)
            lane.failures += not outcome.taken
            return outcome

    def _lane(self, webhook_id: int) -> Connections:
        if webhook_id not in self._lanes:
            # A try is limited as a whole: bytes that come one by one would pass each time-out of httpx.
            client = httpx.AsyncClient(verify=_trusted(), trust_env=False, timeout=2 * self.answer_s)
            self._lanes[webhook_id] = Connections(client)
        return self._lanes[webhook_id]

    async def _post(
        self, lane: Connections, parcel: Parcel, timestamp: int
    ) -> tuple[int, str, timedelta | None]:
        if not parcel.secrets:
            raise NotSent("the secret cannot be read: the installation's key was changed")
        if problem := self.rules.url_problem(parcel.url):
            raise NotSent(f"address refused: {problem}")
        parts = urlsplit(parcel.url)
        request = await self._request(parts, parcel, timestamp)
        response = await lane.client.send(request, stream=True)
        try:
            body = await _beginning(response)
        finally:
            await response.aclose()
        text = body[:MOST_KEPT].decode("utf-8", "replace").replace("\0", "")
        return response.status_code, text, retry_after(response.headers.get("retry-after"))

    async def _request(self, parts: SplitResult, parcel: Parcel, timestamp: int) -> httpx.Request:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        address = await self._address(host, port, plain=parts.scheme == "http")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        url = httpx.URL(scheme=parts.scheme, host=address, port=port, raw_path=path.encode())
        headers = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": AGENT,
            **signature_headers(parcel.secrets, str(parcel.id), timestamp, parcel.body),
        }
        request = httpx.Request("POST", url, content=parcel.body, headers=headers)
        request.extensions = {**request.extensions, "sni_hostname": host}
        return request

    async def _address(self, host: str, port: int, *, plain: bool) -> str:
        """Return where the host is, which is what is connected to. Raises NotSent for a network of ours."""
        looking = asyncio.wrap_future(_lookups.submit(self.resolve, host, port))
        async with asyncio.timeout(LOOKUP_S):
            found = await looking
        lets = self.rules.is_ours if plain else self.rules.lets
        if not found or not all(lets(each) for each in found):
            raise NotSent("address refused: private")
        return found[0]


def retry_after(said: str | None) -> timedelta | None:
    """Return how long the receiver asks to be left alone, from seconds or a date."""
    if not said:
        return None
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=min(int(said[:9]), 10**8))
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - datetime.now(UTC), timedelta())


async def _beginning(response: httpx.Response) -> bytes:
    read = b""
    async for piece in response.aiter_raw():
        read += piece
        if len(read) >= MOST_READ:
            break
    return read


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
