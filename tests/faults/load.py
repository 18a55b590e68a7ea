"""Citizens during the survival run: they send reports and photos, and try again until they are told 201."""

from __future__ import annotations

import asyncio
import io
import random
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
from PIL import Image

RATE_PER_S = 25.0
PHOTO_EVERY = 25
MAIL_EVERY = 4
MOST_LINES = 60
ADDRESSES = 20
"""The phones' addresses: from one alone, photos would soon be too many."""
LON, LAT = (107.52, 107.64), (16.42, 16.50)


@dataclass
class Accepted:
    """What the service said 201 (or, to a retry, 200) to: from here on it must never be lost."""

    reports: set[UUID] = field(default_factory=set)
    photos: dict[UUID, UUID] = field(default_factory=dict)
    mails: set[str] = field(default_factory=set)
    retries: int = 0
    refused: list[str] = field(default_factory=list)


class Citizens:
    """Sends until told to stop; every report is one phone that does not give up."""

    def __init__(self, url: str) -> None:
        self.accepted = Accepted()
        # The queue for a line is here: the client's own keeps lines of those that gave up waiting in it.
        self._lines = asyncio.Semaphore(MOST_LINES)
        self._clients = [_client(url, f"127.0.50.{1 + number}") for number in range(ADDRESSES)]
        self._phones: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._random = random.Random(311)

    async def run(self) -> None:
        """Start phones at a steady rate; returns when the last one was told."""
        number = 0
        while not self._stopping:
            number += 1
            phone = asyncio.create_task(
                self._phone(with_photo=number % PHOTO_EVERY == 0, with_mail=number % MAIL_EVERY == 0)
            )
            self._phones.add(phone)
            phone.add_done_callback(self._phones.discard)
            await asyncio.sleep(1 / RATE_PER_S)
        await asyncio.gather(*self._phones)
        for client in self._clients:
            await client.aclose()

    def stop(self) -> None:
        """No new phones."""
        self._stopping = True

    async def _phone(self, *, with_photo: bool, with_mail: bool) -> None:
        identity = uuid4()
        body = {
            "id": str(identity),
            "category": self._random.choice(["litter", "illegal_ad", "hanging_cable"]),
            "description": f"Rác đổ trộm ở góc đường, lần {identity.hex[:6]}",
            "location": {"lon": self._random.uniform(*LON), "lat": self._random.uniform(*LAT)},
        }
        if with_mail:
            body["contact"] = {"email": address(identity)}
        client = self._random.choice(self._clients)
        answer = await self._until_taken(client, "POST", "/api/v1/reports", json=body)
        if answer is None:
            return
        self.accepted.reports.add(identity)
        if with_mail:
            self.accepted.mails.add(address(identity))
        if with_photo:
            photo = uuid4()
            taken = await self._until_taken(
                client,
                "POST",
                f"/api/v1/reports/{identity}/photos",
                files={"file": ("anh.jpg", picture(self._random.randrange(1 << 30)), "image/jpeg")},
                data={"id": str(photo)},
                headers={"Authorization": f"Report {answer.json()['secret']}"},
            )
            if taken is not None:
                self.accepted.photos[photo] = identity

    async def _until_taken(
        self, client: httpx.AsyncClient, method: str, path: str, **what: object
    ) -> httpx.Response | None:
        """Try again after broken connections and answers that say "later"; None once truly refused."""
        pause_s = 0.2
        while True:
            try:
                async with self._lines:
                    answer = await client.request(method, path, **what)  # type: ignore[arg-type]
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code in (200, 201):
                return answer
            if answer is not None and answer.status_code not in (429, 500, 502, 503, 507):
                self.accepted.refused.append(f"{answer.status_code} {answer.text[:200]}")
                return None
            self.accepted.retries += 1
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, 3.0)


def _client(url: str, source: str) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(
        verify=False, local_address=source, limits=httpx.Limits(max_connections=None)
    )
    return httpx.AsyncClient(base_url=url, timeout=10, transport=transport)


def address(identity: UUID) -> str:
    """Where this report's own reporter wants to be told."""
    return f"{identity.hex}@citizens.example"


def picture(seed: int) -> bytes:
    """A small JPEG unlike any other."""
    noise = random.Random(seed)
    image = Image.new("RGB", (320, 240), tuple(noise.randrange(256) for _ in range(3)))
    for _ in range(40):
        image.putpixel((noise.randrange(320), noise.randrange(240)), (255, 255, 255))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=85)
    return kept.getvalue()
