"""Double of Facebook's Graph API on the loopback; signs webhooks as Facebook does."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.sinks import Answering, answering

PAGE, PERSON, PAGE_SECRET, PAGE_TOKEN = "100200300", "psid-1", "app-secret", "page-token"


@dataclass
class Graph:
    """Facebook as far as a Page sees it: what was sent, which errors come next, photos by their path."""

    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def graph() -> Iterator[Graph]:
    """The double, running."""
    made = Graph()

    class Handler(Answering, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            parts = urlsplit(self.path)
            made.asked.append(parse_qs(parts.query))
            if parts.path != f"/{PAGE}/messages":
                self.tell(404, b"{}")
            elif made.errors:
                self.tell(400, json.dumps({"error": made.errors.pop(0)}).encode())
            else:
                made.sent.append(body)
                told = {"recipient_id": body["recipient"]["id"], "message_id": f"out{len(made.sent)}"}
                self.tell(200, json.dumps(told).encode())

        def do_GET(self) -> None:
            data = made.media.get(urlsplit(self.path).path)
            self.tell(200 if data else 404, data or b"")

    with answering(Handler) as made.url:
        yield made


def signed_batch(*events: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The body of a webhook, every letter beyond ASCII escaped, and its headers as Facebook makes them."""
    entries = [{"id": PAGE, "time": each["timestamp"], "messaging": [each]} for each in events]
    body = json.dumps({"object": "page", "entry": entries}, separators=(",", ":")).encode()
    mark = hmac.new(PAGE_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return body, {"X-Hub-Signature-256": f"sha256={mark}"}
