"""Double of Zalo on the loopback: token rules, answers and errors, a host of media; signs as Zalo does."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from tests.support.sinks import Answering, answering

APP_ID, OA_ID, OA_SECRET, APP_SECRET = "360846524940903967", "388613280878808645", "oa-secret", "app-secret"
PERSON = "246845883529197922"


@dataclass
class Zalo:
    """What Zalo knows: the tokens that are good, what was sent, which errors come next."""

    url: str = ""
    access: str = "access-1"
    refresh: str = "refresh-1"
    refreshes: int = 0
    sent: list[tuple[str, str]] = field(default_factory=list)
    templates: list[dict[str, Any]] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, token: str, body: dict[str, Any], *, template: bool = False) -> dict[str, Any]:
        with self.lock:
            if token != self.access:
                return {"error": -216, "message": "Access token is invalid"}
            if self.errors:
                return {"error": self.errors.pop(0), "message": "no"}
            if template:
                self.templates.append(body)
                return {"error": 0, "message": "Success", "data": {"msg_id": f"t-{len(self.templates)}"}}
            self.sent.append((body["recipient"]["user_id"], body["message"]["text"]))
            return {"error": 0, "message": "Success", "data": {"message_id": f"out-{len(self.sent)}"}}

    def renew(self, secret: str, form: dict[str, list[str]]) -> dict[str, Any]:
        with self.lock:
            if secret != APP_SECRET or form["refresh_token"] != [self.refresh]:
                return {"error": -14020, "error_name": "Invalid refresh token", "error_description": "used"}
            self.refreshes += 1
            self.access, self.refresh = f"access-{self.refreshes + 1}", f"refresh-{self.refreshes + 1}"
            return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}


def signed(event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The body of a webhook, and its headers as Zalo makes them."""
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    whole = APP_ID.encode() + body + str(event["timestamp"]).encode() + OA_SECRET.encode()
    return body, {"X-ZEvent-Signature": f"mac={hashlib.sha256(whole).hexdigest()}"}


@contextmanager
def zalo() -> Iterator[Zalo]:
    """The double, running."""
    made = Zalo()

    class Handler(Answering, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.path.startswith("/v3.0/oa/message/") or self.path == "/zbs/message/template":
                token, template = self.headers.get("access_token", ""), self.path.endswith("/template")
                answer = made.send(token, json.loads(body), template=template)
            else:
                answer = made.renew(self.headers.get("secret_key", ""), parse_qs(body.decode()))
            self.tell(200, json.dumps(answer).encode())

        def do_GET(self) -> None:
            data = made.media.get(self.path)
            self.tell(200 if data else 404, data or b"")

    with answering(Handler) as made.url:
        yield made
