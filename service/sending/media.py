"""Fetching what a message points to: hosts that are named, pinned addresses, no redirects, a limit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import httpx

from service.imaging.refusal import MAX_BYTES
from service.network.outbound import OutboundRules, Resolve, resolve_host

TIMEOUT_S = 10.0
WHOLE_S = 25.0


class FetchFailed(Exception):
    """Failure to fetch; `for_good`: trying again is no use."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.why, self.for_good = why, for_good


def fetch(
    url: str,
    rules: OutboundRules,
    hosts: Sequence[str],
    *,
    resolve: Resolve = resolve_host,
    most: int = MAX_BYTES,
) -> bytes:
    """Return the bytes of a file. Raises FetchFailed."""
    if problem := rules.url_problem(url):
        raise FetchFailed(f"address refused: {problem}", for_good=True)
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if not any(fnmatchcase(host, each.lower()) for each in hosts):
        raise FetchFailed("host is not on the list", for_good=True)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = resolve(host, port)
    except OSError as error:
        raise FetchFailed(f"no address: {type(error).__name__}") from None
    lets = rules.is_ours if parts.scheme == "http" else rules.lets
    if not found or not all(lets(each) for each in found):
        raise FetchFailed("address refused: private", for_good=True)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pinned = httpx.URL(scheme=parts.scheme, host=found[0], port=port, raw_path=path.encode())
    headers = {"Host": parts.netloc, "Accept-Encoding": "identity"}
    request = httpx.Request("GET", pinned, headers=headers)
    request.extensions = {**request.extensions, "sni_hostname": host}
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False, follow_redirects=False) as client:
            return _read(client, request, most)
    except (httpx.HTTPError, OSError) as error:
        raise FetchFailed(f"fetching: {type(error).__name__}") from None


def _read(client: httpx.Client, request: httpx.Request, most: int) -> bytes:
    began, data = time.monotonic(), bytearray()
    response = client.send(request, stream=True)
    try:
        if response.status_code != 200:
            gone = response.status_code < 500 and response.status_code not in (408, 429)
            raise FetchFailed(f"HTTP {response.status_code}", for_good=gone)
        for piece in response.iter_raw():
            data += piece
            if len(data) > most:
                raise FetchFailed("too large", for_good=True)
            if time.monotonic() - began > WHOLE_S:
                raise FetchFailed("too slow")
    finally:
        response.close()
    return bytes(data)
