"""People who write: signed webhooks to the real hooks, again where no 200 comes, and what reached them."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.workers.talks.facebook_double import PAGE, Graph, signed_batch
from tests.workers.talks.zalo_double import APP_ID, OA_ID, Zalo, signed

A_MINUTE = 200
WORDS = ("ad ơi", "rác đổ đầy trước nhà, không ai dọn", "", "cảm ơn ad")
"""What everybody says: twice within two seconds, their place when it is asked for, thanks for the code."""

PATIENCE_S = 150.0
AGAIN = 0.15
"""Share of the deliveries that come a second time, as channels do that are unsure of the first."""

LON, LAT = (107.55, 107.62), (16.44, 16.49)


@dataclass
class Person:
    """Somebody on one channel: the ids of their messages in order, when they waited and were answered."""

    channel: str
    id: str
    sent: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


@dataclass
class Doubles:
    """The channels: what reached whom, in order, read as it comes."""

    zalo: Zalo
    graph: Graph
    _seen: dict[str, int] = field(default_factory=lambda: {"zalo": 0, "facebook": 0})
    _heard: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def heard(self, channel: str, person: str) -> list[str]:
        """All words that reached a person so far."""
        for who, text in self.zalo.sent[self._seen["zalo"] :]:
            self._seen["zalo"] += 1
            self._heard["zalo", who].append(text)
        for body in self.graph.sent[self._seen["facebook"] :]:
            self._seen["facebook"] += 1
            self._heard["facebook", body["recipient"]["id"]].append(body["message"]["text"])
        return self._heard[channel, person]


class Crowd:
    """Begins a conversation where those under way bring too little; each person goes on by themselves."""

    def __init__(self, url: str, doubles: Doubles, seed: int = 13) -> None:
        self.people: list[Person] = []
        self.hook_s: list[float] = []
        self.refused: list[str] = []
        self._doubles, self._random = doubles, random.Random(seed)
        self._client = httpx.AsyncClient(base_url=url, timeout=20, limits=httpx.Limits(max_connections=None))

    @property
    def messages(self) -> int:
        """How many messages the hooks took."""
        return sum(len(person.sent) for person in self.people)

    async def run(self, seconds: float) -> None:
        """Write so much a minute for so long, then wait until everybody is done or has lost patience."""
        tasks: list[asyncio.Task[None]] = []
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.messages >= A_MINUTE * (time.monotonic() - began) / 60:
                await asyncio.sleep(0.05)
                continue
            number = len(self.people)
            person = Person("zalo" if number % 2 else "facebook", f"77{number:06}")
            self.people.append(person)
            tasks.append(asyncio.create_task(self._tell(person)))
            await asyncio.sleep(60 / A_MINUTE)
        await asyncio.gather(*tasks)
        await self._client.aclose()

    async def _tell(self, person: Person) -> None:
        for part in WORDS[:2]:
            await self._write(person, part)
            await asyncio.sleep(self._random.uniform(0.2, 1.5))
        if not await self._answered(person, lambda heard: len(heard) > 0):
            return
        await self._write(person, "")
        if await self._answered(person, lambda heard: any("phản ánh" in text for text in heard[1:])):
            await self._write(person, WORDS[-1])

    async def _answered(self, person: Person, enough: Callable[[list[str]], bool]) -> bool:
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            if enough(self._doubles.heard(person.channel, person.id)):
                person.waits.append(time.monotonic() - began)
                return True
            await asyncio.sleep(0.2)
        return False

    async def _write(self, person: Person, text: str) -> None:
        number = f"{person.id}-{len(person.sent)}"
        make = self._zalo if person.channel == "zalo" else self._facebook
        body, headers = make(person.id, number, text)
        await self._until_taken(lambda: self._post(person.channel, body, headers))
        person.sent.append(number)
        if self._random.random() < AGAIN:
            await self._post(person.channel, body, headers)

    async def _post(self, channel: str, body: bytes, headers: dict[str, str]) -> int:
        began = time.monotonic()
        try:
            answer = await self._client.post(f"/hooks/{channel}", content=body, headers=headers)
        except httpx.TransportError:
            return 0
        self.hook_s.append(time.monotonic() - began)
        if answer.status_code != 200:
            self.refused.append(f"{channel}: {answer.status_code} {answer.text[:120]}")
        return answer.status_code

    async def _until_taken(self, post: Callable[[], Awaitable[int]]) -> None:
        for _ in range(100):
            if await post() == 200:
                return
            await asyncio.sleep(1)

    def _zalo(self, person: str, number: str, text: str) -> tuple[bytes, dict[str, str]]:
        lon, lat = self._somewhere()
        shared = {"type": "location", "payload": {"coordinates": {"latitude": lat, "longitude": lon}}}
        message: dict[str, Any] = {"text": text} if text else {"attachments": [shared]}
        return signed(
            {
                "app_id": APP_ID,
                "sender": {"id": person},
                "recipient": {"id": OA_ID},
                "event_name": "user_send_text" if text else "user_send_location",
                "message": {"msg_id": number, **message},
                "timestamp": str(int(time.time() * 1000)),
            }
        )

    def _facebook(self, person: str, number: str, text: str) -> tuple[bytes, dict[str, str]]:
        lon, lat = self._somewhere()
        link = {"type": "fallback", "payload": {"url": f"https://maps.google.com/?q={lat},{lon}"}}
        message: dict[str, Any] = {"text": text} if text else {"attachments": [link]}
        return signed_batch(
            {
                "sender": {"id": person},
                "recipient": {"id": PAGE},
                "timestamp": int(time.time() * 1000),
                "message": {"mid": number, **message},
            }
        )

    def _somewhere(self) -> tuple[str, str]:
        return f"{self._random.uniform(*LON):.6f}", f"{self._random.uniform(*LAT):.6f}"
