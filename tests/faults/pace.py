"""The pace that is promised whatever is done to the service: how soon reports are accepted and routed.

Measured by a process of its own (`python -m tests.faults.pace`), from an address of its own: what the run
itself does meanwhile, abuse above all, makes no answer look late.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from uuid import UUID, uuid4

import httpx
import psycopg

ACCEPTED_S, ROUTED_S = 1.0, 3.0
"""99 of 100 reports are accepted within the first, every one is routed within the second."""

FAR_TOO_LONG = 1.5
GIVEN_UP_S = 30.0
"""What a report counts as that was refused, or not routed in that time."""

EVERY_S = 0.1
LOOK_EVERY_S = 0.1
ADDRESS = "127.0.77.1"

_ROUTED = "SELECT id FROM report WHERE id = ANY(%s) AND status <> 'received'"


@dataclass
class Pace:
    """What was measured: seconds of each report, from its sending on; what `/readyz` said meanwhile."""

    accepted_s: list[float] = field(default_factory=list)
    routed_s: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    reception_said: list[str] = field(default_factory=list)

    def add(self, other: Pace) -> None:
        """Take over what was measured in another round."""
        self.accepted_s += other.accepted_s
        self.routed_s += other.routed_s
        self.reception_said += other.reception_said
        for why, times in other.refused.items():
            self.refused[why] = self.refused.get(why, 0) + times

    @property
    def accepted_p99_s(self) -> float:
        """The wait that 99 of 100 reports stayed under."""
        return percentile(self.accepted_s, 99)

    @property
    def routed_max_s(self) -> float:
        """The wait of the report that was routed last."""
        return max(self.routed_s, default=GIVEN_UP_S)

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        return self.accepted_p99_s <= ACCEPTED_S and self.routed_max_s <= ROUTED_S

    @property
    def unsaid(self) -> bool:
        """Whether reports waited far too long and `/readyz` called reception well all the time. It looks at
        the last minute's reports of all citizens: a little too long for ours may be well enough for theirs.
        """
        return self.accepted_p99_s > FAR_TOO_LONG * ACCEPTED_S and all(
            said == "ok" for said in self.reception_said
        )


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many of a hundred are not above (nearest rank); GIVEN_UP_S where there is none."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)] if ranked else GIVEN_UP_S


def read_pace(told: str) -> Pace:
    """The pace that the measuring process printed. Raises ValueError for anything else."""
    try:
        return Pace(**json.loads(told))
    except TypeError as error:
        raise ValueError(f"no pace: {told[:200]!r}") from error


async def measure(url: str, database: str, seconds: float) -> Pace:
    """Watch the pace in a process of its own. Raises ValueError when it ends without an answer."""
    command = (sys.executable, "-m", "tests.faults.pace", url, database, str(seconds))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return read_pace(told.decode())


class _Watch:
    """Sends reports at a steady rate and looks in the database which are routed."""

    def __init__(self, client: httpx.AsyncClient, database: psycopg.AsyncConnection) -> None:
        self.pace = Pace()
        self._client, self._database = client, database
        self._sent: dict[UUID, float] = {}
        self._all_sent, self._all_routed = asyncio.Event(), asyncio.Event()

    async def run(self, seconds: float) -> None:
        """Send for so long; return when the last one is routed or given up."""
        looking = asyncio.create_task(self._look())
        asking = asyncio.create_task(self._ask())
        until, phones = time.monotonic() + seconds, list[asyncio.Task[None]]()
        while time.monotonic() < until:
            phones.append(asyncio.create_task(self._phone(len(phones))))
            await asyncio.sleep(EVERY_S)
        await asyncio.gather(*phones)
        self._all_sent.set()
        await self._all_routed.wait()
        for task in (looking, asking):
            task.cancel()
        await asyncio.gather(looking, asking, return_exceptions=True)

    async def _phone(self, number: int) -> None:
        identity, began = uuid4(), time.monotonic()
        spot = {"lon": 107.55 + number % 60 / 1000, "lat": 16.43 + number % 50 / 1000}
        body = {"id": str(identity), "category": "litter", "description": identity.hex, "location": spot}
        try:
            answer = await self._client.post("/api/v1/reports", json=body)
            why = "" if answer.status_code == 201 else str(answer.status_code)
        except httpx.TransportError as error:
            why = type(error).__name__
        if why:
            self.pace.refused[why] = self.pace.refused.get(why, 0) + 1
            self.pace.accepted_s.append(GIVEN_UP_S)
            return
        self.pace.accepted_s.append(time.monotonic() - began)
        self._sent[identity] = began

    async def _look(self) -> None:
        while True:
            found = await (await self._database.execute(_ROUTED, (list(self._sent),))).fetchall()
            now = time.monotonic()
            late = [identity for identity, began in self._sent.items() if now - began > GIVEN_UP_S]
            for identity in {row[0] for row in found} | set(late):
                self.pace.routed_s.append(now - self._sent.pop(identity))
            if self._all_sent.is_set() and not self._sent:
                self._all_routed.set()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _ask(self) -> None:
        """An operator's monitor."""
        while True:
            with suppress(httpx.TransportError, KeyError, ValueError):
                answer = await self._client.get("/readyz")
                self.pace.reception_said.append(answer.json()["parts"]["reception"])
            await asyncio.sleep(1)


async def watch(url: str, database: str, seconds: float) -> Pace:
    """Send reports for so long and return how it went."""
    transport = httpx.AsyncHTTPTransport(local_address=ADDRESS, limits=httpx.Limits(max_connections=None))
    async with (
        httpx.AsyncClient(base_url=url, timeout=GIVEN_UP_S, transport=transport) as client,
        await psycopg.AsyncConnection.connect(database, autocommit=True) as connection,
    ):
        watching = _Watch(client, connection)
        await watching.run(seconds)
        return watching.pace


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(watch(sys.argv[1], sys.argv[2], float(sys.argv[3]))))))
