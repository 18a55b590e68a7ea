"""A server of one file over HTTP that answers ranges, or does what servers do wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RangeServer(ThreadingHTTPServer):
    """`faults` are used up one a request: a status, `whole`, `short`, `shifted`, `changed`, a redirect
    (`-> ADDRESS`); then it works.
    """

    daemon_threads = True

    def __init__(self, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body = body
        self.faults: list[int | str] = []
        self.asked: list[tuple[int, int]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hue.pmtiles"

    @property
    def sent(self) -> int:
        """Bytes that were asked for in all."""
        return sum(last - first + 1 for first, last in self.asked)


class _Handler(BaseHTTPRequestHandler):
    server: RangeServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        fault = self.server.faults.pop(0) if self.server.faults else None
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))
        if isinstance(fault, str) and fault.startswith("-> "):
            self._answer(302, b"", {"location": fault[3:]})
            return
        if isinstance(fault, int) or match is None:
            self._answer(fault if isinstance(fault, int) else 400, b"")
            return
        body = self.server.body
        if fault == "whole":
            self._answer(200, body)
            return
        first, last = int(match[1]), min(int(match[2]), len(body) - 1)
        if first >= len(body):
            self._answer(416, b"")
            return
        self.server.asked.append((first, last))
        told = first + 1 if fault == "shifted" else first
        headers = {
            "content-range": f"bytes {told}-{last}/{len(body)}",
            "etag": '"two"' if fault == "changed" else '"one"',
        }
        self._answer(206, body[first : last + 1], headers, cut=fault == "short")

    def _answer(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, *, cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut

    def log_message(self, *args: object) -> None:
        """Nothing: tests look at `asked`."""


@contextmanager
def serving(body: bytes) -> Iterator[RangeServer]:
    """A server of this file, until the block ends."""
    server = RangeServer(body)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
