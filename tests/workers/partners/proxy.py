"""A proxy between two installations that may lose answers after they were given, or be away."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import httpx

from tests.support.sinks import BusyServer


@dataclass
class Proxy:
    """What stands between: the next answers to be lost by method, or a share of all by chance, or a status
    given in place of asking.
    """

    target: str
    url: str = ""
    lose: dict[str, int] = field(default_factory=dict)
    share: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(311))
    lost: int = 0
    answer_instead: int | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def posts(self) -> int:
        """How many requests were sent through."""
        return sum(method == "POST" for method, _ in self.asked)

    def loses(self, method: str) -> bool:
        """Return whether the answer that was just given is lost."""
        counted = self.lose.get(method, 0) > 0
        if counted:
            self.lose[method] -= 1
        found = counted or self.chance.random() < self.share
        self.lost += found
        return found


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def do_GET(self) -> None:
        self._pass_on("GET")

    def do_POST(self) -> None:
        self._pass_on("POST")

    def _pass_on(self, method: str) -> None:
        proxy = self.proxy
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if proxy.answer_instead is not None:
            self.send_response(proxy.answer_instead)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        proxy.asked.append((method, self.path))
        kind = {"content-type": self.headers["content-type"]} if body else {}
        answer = httpx.request(method, proxy.target + self.path, content=body, headers=kind, timeout=30)
        if proxy.loses(method):
            self.close_connection = True
            return
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers["content-type"])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def proxy_to(target: str) -> Iterator[Proxy]:
    """A proxy to that address for as long as the block lasts."""
    proxy = Proxy(target)
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    server = BusyServer(("127.0.0.1", 0), handler)
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
