"""A provider that says whatever a test wants, also what a good one never would."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

from joserfc import jws
from joserfc.jwk import KeySet, RSAKey

from service.oidc.tokens import half_hash
from tests.oidc.real import CLIENT, SECRET

KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
NEXT_KEY = RSAKey.generate_key(2048, parameters={"kid": "two"})
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
ACCESS = "access-token"


@dataclass
class Twin:
    """What it says next. `claims` replace those of a good token (None leaves one out)."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEY)
    published: list[Any] = field(default_factory=lambda: [KEY])
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    away: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def says(self, **changes: Any) -> None:
        """From now on this, and all else as a good provider says it."""
        fresh = Twin(self.issuer)
        for name in ("claims", "person", "metadata", "key", "published", "header", "away", "slow"):
            setattr(self, name, changes.get(name, getattr(fresh, name)))
        self.asked.clear()

    def code_for(self, address: str) -> tuple[str, str]:
        """(code, state) after somebody signed in at the address that the service sent them to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code{len(self._codes)}"
        self._codes[code] = asked
        return code, asked["state"]

    def describe(self) -> dict[str, Any]:
        """The discovery document."""
        places = {
            "authorization_endpoint": "authorize?at=home",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "userinfo_endpoint": "userinfo",
        }
        found = {name: f"{self.issuer}/{path}" for name, path in places.items()}
        return {"issuer": self.issuer, **found, **self.metadata}

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer to a form with a code: good once, with its verifier and the client's secret."""
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if [unquote_plus(part) for part in given.split(":")] != [CLIENT, SECRET]:
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = _base64(digest)
        if asked is None or asked["code_challenge"] != proof or asked["code_challenge_method"] != "S256":
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": ACCESS, "token_type": "Bearer", "id_token": self.token(asked["nonce"])}

    def token(self, nonce: str) -> str:
        """An ID token, good but for what the test changed."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "nobody",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": half_hash(ACCESS, "RS256"),
        }
        claims = {name: value for name, value in {**good, **self.claims}.items() if value is not None}
        if self.header["alg"] in ("none", "HS256"):
            signed = ".".join(_base64(json.dumps(each).encode()) for each in (self.header, claims))
            # An old trick: the secret is what everybody knows, the provider's public key.
            trick = hmac.new(KEY.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
            return f"{signed}.{_base64(trick) if self.header['alg'] == 'HS256' else ''}"
        return jws.serialize_compact(self.header, json.dumps(claims).encode(), self.key)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Handler(BaseHTTPRequestHandler):
    twin: Twin

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            self._answer(200, self.twin.describe())
        elif path == "/keys":
            self._answer(200, dict(KeySet(self.twin.published).as_dict(private=False)))
        elif path == "/userinfo" and self.headers["Authorization"] == f"Bearer {ACCESS}":
            self._answer(200, {"sub": self.twin.claims.get("sub", "nobody"), **self.twin.person})
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self.twin.exchange(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, found: dict[str, Any]) -> None:
        path = urlsplit(self.path).path
        self.twin.asked.append(path)
        if path in self.twin.slow:
            time.sleep(1.5)
        body = json.dumps(found).encode() if path not in self.twin.away else b"<h1>Bad gateway</h1>"
        with suppress(ConnectionError):  # who asked did not wait
            self._write(502 if path in self.twin.away else status, body)

    def _write(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def twin_provider() -> Iterator[Twin]:
    """The twin over HTTP, in a thread."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        handler.twin = Twin(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield handler.twin  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
