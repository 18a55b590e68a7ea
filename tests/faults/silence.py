"""A push service that never answers: it takes every connection and says nothing, on an address of its own."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import socket
import subprocess
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import randrange

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NAMES = Path(__file__).parent / "names"
"""The folder that teaches the installation under test the names of the silent browsers' services."""

BROWSERS, OF_ONE_ADDRESS = 60, 5
WARD, LON, LAT = "19789", 107.5864, 16.4531
TOLD_EVERY_S = 1.0
PREPARING_S = 120.0

_rounds = count()
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Silence:
    """The listening end. Its address counts as one of the internet, and no packet leaves this machine: the
    network is one that was given back for ever (RFC 7526).
    """

    address: str = field(default_factory=lambda: f"192.88.99.{randrange(1, 255)}")
    calls: int = 0
    _listener: socket.socket | None = None

    def environment(self) -> dict[str, str]:
        """What the installation must be told to find it."""
        path = os.pathsep.join(filter(None, (str(NAMES), os.environ.get("PYTHONPATH"))))
        return {"PYTHONPATH": path, "SILENT_ADDRESS": self.address}

    def begin(self) -> bool:
        """Listen, unless it does already; whether this machine lets us."""
        if self._listener is not None:
            return True
        if not self._route("add"):
            return False
        with suppress(OSError):
            self._listener = socket.create_server((self.address, 443), backlog=512)
            threading.Thread(target=self._take, args=(self._listener,), daemon=True).start()
            return True
        return False

    def end(self) -> None:
        """Give the address back."""
        if self._listener is not None:
            self._listener.close()
            self._route("del")

    def _route(self, verb: str) -> bool:
        command = ["ip", "route", verb, "local", f"{self.address}/32", "dev", "lo"]
        with suppress(FileNotFoundError):
            return subprocess.run(command, check=False, capture_output=True).returncode == 0
        return False

    def _take(self, listener: socket.socket) -> None:
        held = []
        with suppress(OSError):  # closed
            while True:
                held.append(listener.accept()[0])
                self.calls += 1


@asynccontextmanager
async def silent_browsers(url: str) -> AsyncIterator[None]:
    """Within the block, browsers of silent services are told of one report after the other in their ward."""
    network = f"127.0.{80 + next(_rounds)}"
    sources = [f"{network}.{1 + number // OF_ONE_ADDRESS}" for number in range(BROWSERS)]
    made = await asyncio.gather(*(_subscribe(url, *each) for each in enumerate(sources)))
    if not all(made):
        raise RuntimeError(f"only {sum(made)} of {BROWSERS} browsers could subscribe")
    reports = asyncio.create_task(_reports(url))
    try:
        yield
    finally:
        reports.cancel()
        await asyncio.gather(reports, return_exceptions=True)


async def _reports(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=10) as client:
        while True:
            body = {"category": "litter", "location": {"lon": LON, "lat": LAT}}
            with suppress(httpx.TransportError):
                await client.post("/api/v1/reports", json=body)
            await asyncio.sleep(TOLD_EVERY_S)


async def _subscribe(url: str, number: int, source: str) -> bool:
    """One browser, as its page does it."""
    transport = httpx.AsyncHTTPTransport(verify=False, local_address=source)
    # Not what is measured: on a machine that others use too, a browser of the preparation only waits longer.
    async with httpx.AsyncClient(base_url=url, timeout=PREPARING_S, transport=transport) as client:
        token = _TOKEN.search((await client.get("/alerts")).text)
        point = ec.generate_private_key(ec.SECP256R1()).public_key()
        form = {
            "csrf_token": token[1] if token else "",
            "channel": "push",
            "ward": WARD,
            "pace": "at_once",
            "endpoint": f"https://push.silent{number}.test/{os.urandom(8).hex()}",
            "p256dh": _plain(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
            "auth": _plain(os.urandom(16)),
        }
        return (await client.post("/alerts", data=form)).status_code == 303


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
