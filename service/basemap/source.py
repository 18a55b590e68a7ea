"""Reading of an archive piece by piece: a file here, or an address that answers range requests."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urljoin, urlsplit

import httpx

from service.network.safe_urls import is_safe
from service.problems import SetupError

PAUSES_S = (1.0, 3.0, 9.0)
"""How long to wait before a request that failed on its way is sent again."""

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
REFUSED = {
    401: "it wants a sign-in: ask for an address that carries its key",
    403: "it refuses access: ask for an address that may be read",
    404: "there is no such file: check the address",
    410: "the file is gone: check the address",
}
MOST_REDIRECTS = 5
_SPAN = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class ArchiveSource(Protocol):
    """Something of which parts can be read by offset and length."""

    @property
    def name(self) -> str:
        """Return what to call it in a message: without a key that stands in its address."""

    def read(self, offset: int, length: int) -> bytes:
        """Return that many bytes, or fewer where it ends. Raises SetupError."""


class FileSource:
    """Archive in a file of this machine."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.name = str(path)
        self._file = file

    def read(self, offset: int, length: int) -> bytes:
        """Return that many bytes, or fewer where the file ends. Raises SetupError."""
        try:
            self._file.seek(offset)
            return self._file.read(length)
        except (OSError, OverflowError, ValueError) as problem:
            raise SetupError(f"{self.name} cannot be read at byte {offset:,}: {problem}.") from problem


class WebSource:
    """Archive at an address, read by range requests (RFC 9110, section 14).

    A request that fails on its way is repeated. A file that changes between two requests is noticed by its
    entity tag, or its length.
    """

    def __init__(self, url: str, client: httpx.Client, sleep: Callable[[float], None] = time.sleep) -> None:
        parts = urlsplit(url)
        self.name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        self._url = url
        self._client = client
        self._sleep = sleep
        self._version: tuple[str, str] | None = None

    def read(self, offset: int, length: int) -> bytes:
        """Return that many bytes, or fewer where the file ends. Raises SetupError."""
        for pause in (*PAUSES_S, None):
            try:
                return self._ask(offset, length)
            except (httpx.InvalidURL, UnicodeError) as problem:
                raise SetupError(f"{self.name} is no address that can be asked: {problem}.") from problem
            except (httpx.TransportError, _BrokenOffError) as problem:
                if pause is None:
                    raise SetupError(
                        f"{self.name}: the connection broke off {len(PAUSES_S) + 1} times, at byte "
                        f"{offset:,} ({_reason_of(problem)}). Run the command again when the line is better."
                    ) from problem
                self._sleep(pause)
        raise AssertionError

    def _ask(self, offset: int, length: int) -> bytes:
        headers = {"range": f"bytes={offset}-{offset + length - 1}", "accept-encoding": "identity"}
        url = self._url
        for _ in range(MOST_REDIRECTS + 1):
            with self._client.stream("GET", url, headers=headers, follow_redirects=False) as response:
                if not response.has_redirect_location:
                    return self._read(response, offset, length)
                url = self._followed(url, response.headers["location"])
        raise SetupError(f"{self.name} leads on and on: give the file's own address.")

    def _followed(self, url: str, location: str) -> str:
        """Return where a redirect leads. Raises SetupError before anything is asked of an unsafe address."""
        try:
            found = urljoin(url, location)
        except ValueError:
            found = ""
        if not is_safe(found):
            raise SetupError(f"{self.name} leads on to an address without https: give the file's own.")
        return found

    def _read(self, response: httpx.Response, offset: int, length: int) -> bytes:
        if response.status_code == 416:
            return b""
        self._check(response, offset)
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > length:
                raise SetupError(f"{self.name} sends more than was asked for. {_DOWNLOAD}")
        _, last, _ = _span(response)
        if len(body) != last - offset + 1:
            raise _BrokenOffError(f"{len(body):,} of {last - offset + 1:,} bytes came")
        return bytes(body)

    def _check(self, response: httpx.Response, offset: int) -> None:
        status = response.status_code
        if status == 429 or status >= 500:
            raise _BrokenOffError(f"status {status}")
        if status == 200:
            raise SetupError(f"{self.name} does not answer range requests. {_DOWNLOAD}")
        if status != 206:
            why = REFUSED.get(status, "check the address")
            raise SetupError(f"{self.name} answers with status {status}: {why}.")
        first, _, size = _span(response)
        if first != offset or response.headers.get("content-encoding", "identity") != "identity":
            raise SetupError(f"{self.name} answers another range than the one asked for. {_DOWNLOAD}")
        version = response.headers.get("etag", ""), size
        if self._version not in (None, version):
            raise SetupError(f"{self.name} was replaced while it was read. Run the command again.")
        self._version = version


_DOWNLOAD = "Download the file and give its path instead of the address."


class _BrokenOffError(Exception):
    """An answer that did not come whole; it may be asked for again."""


def _reason_of(problem: Exception) -> str:
    return str(problem) or type(problem).__name__


def _span(response: httpx.Response) -> tuple[int, int, str]:
    """First and last byte and the size that an answer names; -1 for an answer that names none."""
    match = _SPAN.fullmatch(response.headers.get("content-range", ""))
    return (int(match[1]), int(match[2]), match[3]) if match else (-1, -1, "")


@contextmanager
def open_source(where: str) -> Iterator[ArchiveSource]:
    """Open the archive at an https address or a path. Raises SetupError for what is neither."""
    if "://" not in where:
        path = Path(where).expanduser()
        try:
            file = path.open("rb")
        except OSError as problem:
            raise SetupError(f"{where} cannot be read: {problem.strerror}.") from problem
        with file:
            yield FileSource(path, file)
        return
    if not is_safe(where):
        raise SetupError(
            f"{where.split('?')[0]} is no address to fetch a map from: give an https:// address "
            "(plain http only on this machine) or the path of a file."
        )
    with httpx.Client(timeout=TIMEOUT) as client:
        yield WebSource(where, client)
