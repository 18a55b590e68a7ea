"""People of the survival run of numbers: who sends posters, and staff who do not give up either."""

from __future__ import annotations

import asyncio
import io
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from service.domain.numbers.telephones import of_e164, telephone
from tests.bench.posters import PREFIXES, poster

PAUSE_S = 0.4
MOST_TRIES = 300
PASSWORD = "mat khau de thu"


class TrulyRefusedError(Exception):
    """An answer that no patience changes."""


@dataclass
class Client:
    """A client of the API that asks again until it is told, as pages and programmes do."""

    url: str
    source: str
    headers: dict[str, str] = field(default_factory=dict)
    again: int = 0

    def __post_init__(self) -> None:
        transport = httpx.AsyncHTTPTransport(local_address=self.source)
        self._http = httpx.AsyncClient(base_url=self.url, timeout=15, transport=transport)

    async def ask(self, method: str, path: str, **what: Any) -> Any:
        """Return what was answered, as JSON. Raises TrulyRefusedError."""
        for _ in range(MOST_TRIES):
            try:
                headers = {**self.headers, **what.get("headers", {})}
                answer = await self._http.request(method, f"/api/v1{path}", **{**what, "headers": headers})
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 300:
                return answer.json() if answer.content else None
            if answer is not None and answer.status_code not in (429, 500, 502, 503, 507):
                raise TrulyRefusedError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            self.again += 1
            await asyncio.sleep(PAUSE_S)
        raise TrulyRefusedError(f"{method} {path}: nothing in {MOST_TRIES} tries")

    async def sign_in(self, username: str) -> None:
        """Sign in as a member of staff."""
        said = await self.ask("POST", "/sessions", json={"username": username, "password": PASSWORD})
        self.headers["Authorization"] = f"Bearer {said['token']}"

    async def step(self, code: str, to: str, reason: str = "", **data: Any) -> Any:
        """Take a step of a work from the version that it has now; the same again where no answer came."""
        version = (await self.ask("GET", f"/works/{code}"))["version"]
        body = {"to": to, "version": version, "reason": reason, "data": data}
        return await self.ask("POST", f"/works/{code}/transitions", json=body)

    async def close(self) -> None:
        """End its connections."""
        await self._http.aclose()


@dataclass(frozen=True)
class Pasted:
    """A number that hangs at two places, with the ids of both reports."""

    digits: str
    reports: tuple[str, str]

    @property
    def masked(self) -> str:
        """The form that everybody may see."""
        number = telephone(self.digits)
        assert number is not None
        return of_e164(number.e164).masked


def new_numbers(count: int, luck: random.Random) -> list[str]:
    """Numbers that their masked forms tell apart."""
    found: dict[tuple[str, str], str] = {}
    while len(found) < count:
        digits = luck.choice(PREFIXES) + "".join(luck.choices("0123456789", k=7))
        if telephone(digits) is not None:
            found[digits[:4], digits[-3:]] = digits
    return list(found.values())


async def paste(url: str, digits: str, at: tuple[float, float], luck: random.Random, turn: int) -> Pasted:
    """Two people report the poster, some 300 metres from each other."""
    lon, lat = at
    sent = []
    for place, who in (((lon, lat), 0), ((lon + 0.003, lat), 1)):
        client = Client(url, f"127.0.51.{1 + (2 * turn + who) % 200}", {"X-Device-Id": str(uuid4())})
        body = {
            "id": str(uuid4()),
            "category": "illegal_ad",
            "description": "Tờ rơi dán trên cột",
            "location": {"lon": place[0], "lat": place[1]},
        }
        told = await client.ask("POST", "/reports", json=body)
        client.headers["Authorization"] = f"Report {told['secret']}"
        photo = {"id": str(uuid4())}
        file = {"file": ("anh.jpg", picture_of(digits, luck), "image/jpeg")}
        await client.ask("POST", f"/reports/{body['id']}/photos", files=file, data=photo)
        await client.close()
        sent.append(str(body["id"]))
    return Pasted(digits, (sent[0], sent[1]))


def picture_of(digits: str, luck: random.Random) -> bytes:
    """A photo of a plain poster with that number."""
    picture, _ = poster(luck, "plain", digits)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()
