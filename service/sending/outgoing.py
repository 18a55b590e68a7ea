"""Calls of other systems whose address somebody named: to the very address that was looked at, and limited.

Nothing of what answers is trusted: its size and its time are limited, and no redirect is followed unseen.
"""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from service.network.outbound import OutboundRules, Resolve, resolve_host

LOOKUP_S, LOOKUPS = 3.0, 16
MOST_REDIRECTS = 3
AGENT = "HienTruong/1"

_lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="outgoing")
"""The system's resolver knows no time limit: what it hangs on hangs here."""


class CallFailed(Exception):
    """A call that came to nothing; its text is for a log."""


class NotCalled(CallFailed):
    """Failure before anything was sent: the address is refused or does not answer. May be tried again."""


class AddressRefused(NotCalled):
    """The address is one that is never called."""


class NoAnswer(CallFailed):
    """A call that was sent, with an outcome that is not known."""


class AnswerTooLarge(CallFailed):
    """The answer is longer than is read."""


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """Answer of the other system."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class OutgoingCalls:
    """Makes calls one after the other; a context that closes its connections."""

    rules: OutboundRules
    whole_s: float = 30.0
    most_bytes: int = 1024 * 1024
    resolve: Resolve = resolve_host

    def get(self, url: str) -> CallAnswer:
        """Fetch an address; a redirect is followed where it may be called itself. Raises CallFailed."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = self.call("GET", url)
            if answer.status not in (301, 302, 303, 307, 308) or "location" not in answer.headers:
                return answer
            url = urljoin(url, answer.headers["location"])
        raise CallFailed("too many redirects")

    def call(
        self,
        method: str,
        url: str,
        *,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> CallAnswer:
        """Make one call; `data` is sent as a form. Raises CallFailed; NotCalled where nothing was sent."""
        if problem := self.rules.url_problem(url):
            raise AddressRefused(f"address refused: {problem}")
        parts = urlsplit(url)
        until = time.monotonic() + self.whole_s
        address = self._address(parts)
        # Names are checked once a connection by TLS: each call has its own.
        with httpx.Client(trust_env=False, timeout=self.whole_s / 2) as client:
            request = self._request(client, parts, address, method, data, headers or {})
            try:
                response = client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as failure:
                raise NotCalled(type(failure).__name__) from failure
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as failure:
                raise NoAnswer(type(failure).__name__) from failure
            try:
                body = self._read(response, until)
            except (httpx.HTTPError, OSError) as failure:
                raise NoAnswer(type(failure).__name__) from failure
            finally:
                response.close()
            received = {name.lower(): value for name, value in response.headers.items()}
            return CallAnswer(response.status_code, received, body)

    def _request(
        self,
        client: httpx.Client,
        parts: SplitResult,
        address: str,
        method: str,
        data: Mapping[str, object] | None,
        headers: Mapping[str, str],
    ) -> httpx.Request:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        url = httpx.URL(scheme=parts.scheme, host=address, port=port, raw_path=path.encode())
        sent_headers = {"Host": parts.netloc, "Accept-Encoding": "identity", "User-Agent": AGENT, **headers}
        form = dict(data) if data is not None else None
        request = client.build_request(method, url, data=form, headers=sent_headers)
        request.extensions = {**request.extensions, "sni_hostname": parts.hostname or ""}
        return request

    def _address(self, parts: SplitResult) -> str:
        """Return where the host is, which is what is connected to. Raises NotCalled."""
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = _lookups.submit(self.resolve, host, port).result(timeout=LOOKUP_S)
        except (OSError, UnicodeError, concurrent.futures.TimeoutError) as failure:
            raise NotCalled(f"no address: {type(failure).__name__}") from failure
        lets = self.rules.is_ours if parts.scheme == "http" else self.rules.lets
        if not found or not all(lets(each) for each in found):
            raise AddressRefused("address refused: private")
        return found[0]

    def _read(self, response: httpx.Response, until: float) -> bytes:
        read = bytearray()
        for piece in response.iter_raw():
            read += piece
            if len(read) > self.most_bytes:
                raise AnswerTooLarge(f"more than {self.most_bytes} bytes")
            if time.monotonic() > until:
                raise NoAnswer("timeout")
        return bytes(read)
