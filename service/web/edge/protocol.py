"""Uvicorn's HTTP protocol with limits of its own: the size of a request's head, and the time it may take.

The parser (httptools) has no limit of either, and the application sees a request only once its head is
whole. Bodies are limited in `bodies.py`, where the application's answers are known.
"""

from __future__ import annotations

import asyncio
from asyncio.events import TimerHandle
from http import HTTPStatus

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from service.web.limits.open_files import connections_limit

HEAD_BYTES = 32 * 1024
"""The most that the request line and all headers (trailers too) of one request may be."""

HEAD_FIELDS = 100
HEAD_S = 15.0
"""From the connection, or the first byte, until the head is whole; a phone on a bad line needs a second."""


class TooMuch(Exception):
    """The head of a request grew beyond its limit; ends the parser's work on it."""


class EdgeProtocol(HttpToolsProtocol):
    """Connection; answers 431 to a head too large, 408 to one too slow, and closes."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head_timer: TimerHandle | None = None
        self._in_head = False
        self._between = True
        self._field_bytes = self._fields = self._raw = self._body = self._fed = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request; beyond what the process can hold, hang up."""
        super().connection_made(transport)
        if len(self.connections) > connections_limit():
            transport.close()
            return
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what is neither head nor body (chunk sizes, trailers) is limited here."""
        if self._head_timer is None and (self.cycle is None or self.cycle.response_complete):
            # Between requests, or the rest of a body that was answered already: neither may last.
            self._wait_for_head()
        self._fed = len(data) if self._between else 0
        self._raw += len(data)
        super().data_received(data)
        if self._raw > HEAD_BYTES + 8 * self._body and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin a new request."""
        self._in_head, self._between = True, False
        self._field_bytes = self._fields = self._body = 0
        # These bytes are this request's; of those that came behind another request nobody knows how many are.
        self._raw, self._fed = self._fed, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count(len(url), HTTPStatus.REQUEST_URI_TOO_LONG)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header; a trailer comes here too, and counts with them."""
        self._fields += 1
        self._count(len(name) + len(value) + 4, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if self._in_head:  # nobody asked for trailers: they do not become headers afterwards
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request to the application, which takes over."""
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count what is the body's own."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is whole: the next bytes begin another one."""
        self._between = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Send the answer to what the parser refused, unless the limit was what stopped it."""
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _count(self, size: int, status: HTTPStatus) -> None:
        self._field_bytes += size
        if self._field_bytes > HEAD_BYTES or self._fields > HEAD_FIELDS:
            self._refuse(status)
            raise TooMuch

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_S, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        """Say so where a request has begun; a connection that never sent anything is just closed."""
        self._head_timer = None
        if self._in_head and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer where no answer has begun, and close; in plain words, for no page sends such a head."""
        if self.transport.is_closing():
            return
        if self._in_head and (self.cycle is None or self.cycle.response_complete):
            body = status.phrase.encode()
            lines = (
                STATUS_LINE[status],
                b"content-type: text/plain; charset=utf-8\r\n",
                b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body),
                body,
            )
            self.transport.write(b"".join(lines))
        self.transport.close()
