"""Receivers of webhooks: a signed POST each, to the very address that was looked at, no redirect followed.

Nothing of a receiver is trusted: its answer is cut off, its time is limited, and it has four connections.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from types import TracebackType
from typing import Self

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from service.domain.webhooks.deliveries import Outcome, Parcel
from service.domain.webhooks.signing import signature_headers
from service.network.outbound import OutboundRules, Problem, Resolve, resolve_host
from service.ops.telemetry import get_logger

log = get_logger(__name__)

ANSWER_S = 15.0
LOOKUP_S = 3.0
LOOKUPS = 64
AT_ONCE = 4
MOST_READ, MOST_KEPT = 16 * 1024, 1000
"""Bytes that are read of an answer, and letters of it that are kept for the log."""

IDLE_S = 2.0
"""A connection that rests for longer is not used again: the receiver may just be closing it."""

NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
AGENT = "HienTruong-Webhooks/1"

_lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="receiver")
"""The system's resolver knows no time limit: what it hangs on hangs here."""


class NotSent(Exception):
    """Raised where nothing may be sent; its text goes into the log of deliveries."""


class JudgedNames(AbstractResolver):
    """Finds where a host is, for each connection anew: what is judged here is what is connected to.

    `plain`: for http without TLS, which only goes to networks that were let in by name.
    """

    def __init__(self, rules: OutboundRules, resolve: Resolve, *, plain: bool) -> None:
        self._lets = rules.is_ours if plain else rules.lets
        self._resolve = resolve

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host. Raises NotSent for a network of ours, OSError, TimeoutError."""
        looking = asyncio.wrap_future(_lookups.submit(self._resolve, host, port))
        async with asyncio.timeout(LOOKUP_S):
            found = await looking
        if not found or not all(self._lets(each) for each in found):
            raise NotSent("address refused: private")
        return [_resolved(host, each, port) for each in found]

    def open(self, resolved: aiohttp.AddrInfoType) -> socket.socket:
        """Return a socket for a place, judged once more: an address that is written out is no name.

        Raises NotSent.
        """
        family, kind, protocol, _, address = resolved
        if not self._lets(str(address[0])):
            raise NotSent("address refused: private")
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Do nothing: no connection is held."""


@dataclass
class Connections:
    """Connections of one webhook: TLS names are checked once a connection, so nobody else uses them."""

    client: aiohttp.ClientSession
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    failures: int = 0


@dataclass
class Receivers:
    """Sends parcels, each webhook in a lane of its own; an async context that closes the connections."""

    rules: OutboundRules
    resolve: Resolve = resolve_host
    answer_s: float = ANSWER_S
    _lanes: dict[tuple[int, bool], Connections] = field(default_factory=dict)
    _problems: dict[str, Problem | None] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lane in self._lanes.values():
            await lane.client.close()

    async def send(self, parcel: Parcel) -> Outcome | Parcel:
        """Return what became of one try; the parcel, untried, where the receiver failed at another while this
        one waited for a connection. Never raises but when it is cancelled.
        """
        lane = self._lane(parcel.webhook_id, plain=parcel.url.startswith("http:"))
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
            except (aiohttp.ClientError, UnicodeError, OSError) as failure:
                error = type(failure).__name__
            except Exception as failure:  # whatever one receiver answers, the others are told
                log.exception("receiver answered what nobody expected", webhook=parcel.webhook_id)
                error = type(failure).__name__
            spent = round((time.monotonic() - began) * 1000)
            outcome = Outcome(parcel, at, spent, status, error, answer, pause)
            lane.failures += not outcome.taken
            return outcome

    def _lane(self, webhook_id: int, *, plain: bool) -> Connections:
        if (webhook_id, plain) not in self._lanes:
            names = JudgedNames(self.rules, self.resolve, plain=plain)
            places = aiohttp.TCPConnector(
                limit=AT_ONCE,
                ssl=_trusted(),
                resolver=names,
                socket_factory=names.open,
                use_dns_cache=False,
                keepalive_timeout=IDLE_S,
            )
            client = aiohttp.ClientSession(
                connector=places,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(),  # a try is limited as a whole
                auto_decompress=False,
            )
            self._lanes[webhook_id, plain] = Connections(client)
        return self._lanes[webhook_id, plain]

    async def _post(
        self, lane: Connections, parcel: Parcel, timestamp: int
    ) -> tuple[int, str, timedelta | None]:
        if not parcel.secrets:
            raise NotSent("the secret cannot be read: the installation's key was changed")
        if parcel.url not in self._problems:
            self._problems[parcel.url] = self.rules.url_problem(parcel.url)
        if problem := self._problems[parcel.url]:
            raise NotSent(f"address refused: {problem}")
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": AGENT,
            **signature_headers(parcel.secrets, str(parcel.id), timestamp, parcel.body),
        }
        url = URL(parcel.url, encoded=True)
        sending = lane.client.post(url, data=parcel.body, headers=headers, allow_redirects=False)
        async with sending as response:
            body = await _beginning(response)
            text = body[:MOST_KEPT].decode("utf-8", "replace").replace("\0", "")
            return response.status, text, retry_after(response.headers.get("retry-after"))


def retry_after(header: str | None) -> timedelta | None:
    """Return how long the receiver asks to be left alone, from seconds or a date."""
    if not header:
        return None
    if header.isascii() and header.isdecimal():
        return timedelta(seconds=min(int(header[:9]), 10**8))
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - datetime.now(UTC), timedelta())


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    read = b""
    async for piece in response.content.iter_any():
        read += piece
        if len(read) >= MOST_READ:
            break
    return read


def _resolved(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(
        hostname=host, host=address, port=port, family=family, proto=socket.IPPROTO_TCP, flags=NUMERIC
    )


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
