"""Receivers of webhooks on this machine: they verify as the specification says, and may be ill."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import HMAC
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.sinks import BusyServer


def signature(secret: str, identity: str, timestamp: str, body: bytes) -> str:
    """One entry of `webhook-signature`, reckoned by the specification and nothing of ours."""
    signed = f"{identity}.{timestamp}.".encode() + body
    return "v1," + b64encode(HMAC(b64decode(secret.removeprefix("whsec_")), signed, sha256).digest()).decode()


@dataclass
class Message:
    """A message that arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, object] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is by this secret."""
        expected = signature(secret, self.id, self.headers["webhook-timestamp"], self.body)
        return expected in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """A receiver that keeps what it was sent. `answers` are given in turn, then 204: a status, headers."""

    url: str = ""
    got: list[Message] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    hangs_s: float = 0.0

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.got]


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.receiver.got.append(Message({k.lower(): v for k, v in self.headers.items()}, body))
        time.sleep(self.receiver.hangs_s)
        status, headers = self.receiver.answers.pop(0) if self.receiver.answers else (204, {})
        said = b"" if status == 204 else b"<b>ill</b>"
        with suppress(ConnectionError):  # whoever sent it may have given up
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiving(*answers: tuple[int, dict[str, str]], hangs_s: float = 0.0) -> Iterator[Receiver]:
    """A receiver while the block runs."""
    receiver = Receiver(answers=list(answers), hangs_s=hangs_s)
    server = BusyServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": receiver}))
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
