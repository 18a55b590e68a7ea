"""`python -m tests.faults.numbers`: posters are read, carriers answer, lists are made known and withdrawn,
while the reader, the workers, the API and Redis are killed; what became of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from sqlalchemy import Engine, func, select

from service.db import make_engine, unit_of_work
from service.demo.accounts import middle_committee
from service.demo.places import middle_ward
from service.domain.city.reference import load_reference
from service.domain.people import staff
from service.domain.people.passwords import hash_password
from service.domain.people.staff import NewAccount
from service.models import AdNumber, Event, EventType, Listing, PendingTask, Sighting, Work, WorkEventType
from tests.faults.harm import kill_api, kill_reader, kill_redis, wipe_redis
from tests.faults.numbers.people import PASSWORD, Client, Pasted, TrulyRefusedError, new_numbers, paste
from tests.faults.stack import Stack, make_stack
from tests.support.sinks import mail_server

STALLED_S = 240.0
PAUSE_S = (2.0, 7.0)
HURT_S = 45.0
"""So long the reader is hurt; then it is left alone until all is read."""

WORKERS = ("reading", "reading", "reading", "photos", "routing", "notices", "default", "maintenance")
CARRIERS = ("viettel", "vnpt")
DECIDED = {"decision": "15/QĐ-UBND", "signer": "Chủ tịch", "basis": "Khoản 3 Điều 119"}
MUST_BE_ZERO = (
    "unread",
    "read_twice",
    "read_wrong",
    "confirmed_twice",
    "answered_twice",
    "drafted_twice",
    "listed_twice",
    "unlisted_twice",
    "shown_too_early",
    "shown_too_long",
    "still_listed",
    "not_listed",
    "refused",
    "died",
)


@dataclass
class Killer:
    """Kills one process after another, at random; counts which."""

    stack: Stack
    killed: Counter[str] = field(default_factory=Counter)
    rests: bool = False
    over: bool = False

    async def run(self) -> None:
        """Go on until it is over, but while it rests."""
        chance = random.Random(16)
        while not self.over:
            await asyncio.sleep(chance.uniform(*PAUSE_S))
            if self.rests:
                continue
            what = chance.choice(("worker", "worker", "worker", "api", "Redis", "wiped"))
            with suppress(Exception):  # what is just starting again cannot be killed
                if what == "worker":
                    name = chance.choice(WORKERS)
                    self.killed[f"worker {name}"] += await kill_reader(self.stack, name)
                elif what == "api":
                    self.killed["API"] += await asyncio.wait_for(kill_api(self.stack), 20)
                else:
                    self.killed[what] += await (kill_redis if what == "Redis" else wipe_redis)(self.stack)


@dataclass
class Watcher:
    """Reads the public list all the time: what must not stand there, and does."""

    client: Client
    allowed: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    early: set[str] = field(default_factory=set)
    long: set[str] = field(default_factory=set)
    looks: int = 0
    over: bool = False

    async def run(self) -> None:
        """Look until it is over. What ended before one began to look must not be seen."""
        while not self.over:
            ended = set(self.ended)
            items = (await self.client.ask("GET", "/numbers/listed"))["items"]
            seen = {each["number"] for each in items}
            self.early |= seen - self.allowed
            self.long |= seen & ended
            self.looks += 1
            await asyncio.sleep(0.05)


@dataclass
class Town:
    """The installation with the accounts of this run."""

    stack: Stack
    engine: Engine
    place: tuple[float, float]
    figures: Counter[str] = field(default_factory=Counter)

    async def staff(self, name: str, turn: int) -> Client:
        """Somebody who has signed in."""
        client = Client(self.stack.url, f"127.0.52.{turn}")
        await client.sign_in(name)
        return client

    def count(self, *conditions: object) -> int:
        """How many rows there are."""
        with unit_of_work(self.engine) as session:
            return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]

    def often(self, type_: str) -> int:
        """How many works or reports have such an event more than once."""
        who = func.coalesce(func.cast(Event.report_id, Event.subject_id.type), Event.subject_id)
        several = select(who).where(Event.type == type_).group_by(who).having(func.count() > 1)
        with unit_of_work(self.engine) as session:
            return len(session.scalars(several).all())


def settle_in(engine: Engine) -> tuple[float, float]:
    """Make the accounts; where the middle ward is."""
    with unit_of_work(engine) as session:
        reference = load_reference(session)
        unit, ward = middle_committee(session, reference), middle_ward(session, reference)
        assert ward is not None
        roles = {
            "loan.triage": ("triage", None),
            "loan.ward": ("department", unit),
            "loan.leader": ("manager", unit),
            "loan.carrier": ("executor", CARRIERS[0]),
        }
        for name, (role, code) in roles.items():
            new = NewAccount(username=name, name=name, role=role, department=code)
            staff.add_account(session, reference, new, hash_password(PASSWORD), at=datetime.now(UTC))
        inside = func.ST_PointOnSurface(ward.geom)
        lon, lat = session.execute(select(func.ST_X(inside), func.ST_Y(inside))).one()
        return float(lon), float(lat)


async def read_posters(town: Town, killer: Killer, count: int) -> list[Pasted]:
    """Let people report so many numbers, wait until all is read, and look at what was."""
    luck = random.Random(1609)
    lon, lat = town.place
    pasted = []
    for turn, digits in enumerate(new_numbers(count, luck)):
        at = lon + luck.uniform(-0.002, 0), lat + luck.uniform(-0.002, 0.002)
        pasted.append(await paste(town.stack.url, digits, at, luck, turn))
    await asyncio.sleep(HURT_S)
    killer.rests = True
    began = moved = time.monotonic()
    fewest: int | None = None
    while time.monotonic() - moved < STALLED_S:
        left = await asyncio.to_thread(_unread, town, pasted)
        if not left:
            break
        if fewest is None or left < fewest:
            fewest, moved = left, time.monotonic()
        await asyncio.sleep(1)
    killer.rests = False
    town.figures["read_after_s"] = round(time.monotonic() - began)
    town.figures["unread"] = _unread(town, pasted)
    with unit_of_work(town.engine) as session:
        query = select(Sighting.report_id, AdNumber.shown).join(AdNumber, AdNumber.id == Sighting.number_id)
        seen = Counter((str(row[0]), row[1].replace(" ", "")) for row in session.execute(query))
    right = {(each, one.digits) for one in pasted for each in one.reports}
    town.figures["read_twice"] = sum(times > 1 for times in seen.values())
    town.figures["read_wrong"] = len(seen.keys() - right)
    return pasted


def _unread(town: Town, pasted: Sequence[Pasted]) -> int:
    wanted = {each for one in pasted for each in one.reports}
    with unit_of_work(town.engine) as session:
        found = {str(each) for each in session.scalars(select(Sighting.report_id).distinct())}
        waiting = session.scalar(select(func.count()).where(PendingTask.consumer == "reading")) or 0
    return len(wanted - found) + waiting


async def confirm(town: Town, pasted: Sequence[Pasted]) -> None:
    """Confirm all that was read."""
    person = await town.staff("loan.triage", 1)
    for one in pasted:
        for report in one.reports:
            items = (await person.ask("GET", f"/reports/{report}/sightings"))["items"]
            for each in items:
                body = {"state": "confirmed"}
                await person.ask("POST", f"/sightings/{each['id']}/decision", json=body)
    town.figures["confirmed_twice"] = town.often(EventType.NUMBER_CONFIRMED)
    await person.close()


async def accuse(town: Town, pasted: Sequence[Pasted]) -> list[str]:
    """Open the cases and bring them so far that carriers are asked; their codes."""
    person, codes = await town.staff("loan.ward", 2), []
    today = datetime.now(UTC).date()
    for one in pasted:
        [number] = (await person.ask("GET", f"/numbers?q={one.digits}"))["items"]
        case = await person.ask("POST", f"/numbers/{number['id']}/cases", json={"id": str(uuid4())})
        later = {"appear_by": str(today + timedelta(days=20)), "dated": str(today)}
        await person.step(case["code"], "invited", document="12/GM", **later)
        await person.step(case["code"], "to_suspend", "Từ chối", basis="Điều 119")
        codes.append(str(case["code"]))
    await person.close()
    return codes


async def ask_carrier(town: Town, pasted: Sequence[Pasted]) -> None:
    """Ask the carrier about all, which answers in three parts; the last went to another."""
    ward, carrier = await town.staff("loan.ward", 3), await town.staff("loan.carrier", 4)
    body = {"id": str(uuid4()), "carrier": CARRIERS[0], "purpose": "trace", "basis": "Điều 6"}
    numbers = [one.digits for one in pasted]
    made = await ward.ask("POST", "/requests", json={**body, "numbers": numbers})
    await ward.step(made["code"], "sent", document="3/CV", dated=str(datetime.now(UTC).date()))
    third = max(1, len(numbers) // 3)
    parts = (numbers[:third], numbers[third : 2 * third], numbers[2 * third :])
    for at, part in enumerate(parts):
        said = {"answer": "ours"} if at < 2 else {"answer": "ported", "ported_to": CARRIERS[1]}
        items = [{"number": each, **said} for each in part]
        await carrier.ask("PUT", f"/requests/{made['code']}/answers", json={"items": items})
    town.figures["answered_twice"] = town.often(WorkEventType.REQUEST_ANSWERED)
    town.figures["drafted_twice"] = max(0, town.count(Work.parent_id.is_not(None)) - 1)
    await ward.close()
    await carrier.close()


async def make_known(town: Town, watcher: Watcher, pasted: Sequence[Pasted], codes: Sequence[str]) -> None:
    """List all, four at a time; then the owners of every second one comply."""
    ward, leader = await town.staff("loan.ward", 5), await town.staff("loan.leader", 6)
    for at in range(0, len(codes), 4):
        decided = {**DECIDED, "decided_on": str(datetime.now(UTC).date())}
        items = [{"case": code, **decided} for code in codes[at : at + 4]]
        body = {"id": str(uuid4()), "number": "20/TB", "items": items}
        list_ = await ward.ask("POST", "/publications", json=body)
        watcher.allowed |= {one.masked for one in pasted[at : at + 4]}
        await leader.ask("POST", f"/publications/{list_['id']}/transitions", json={"to": "published"})
    for one, code in list(zip(pasted, codes, strict=True))[::2]:
        await ward.step(code, "complied", remedy="Đã gỡ", removed=True)
        watcher.ended.add(one.masked)
    await asyncio.sleep(3)
    town.figures["listed_twice"] = town.often(WorkEventType.NUMBER_LISTED)
    town.figures["unlisted_twice"] = town.often(WorkEventType.NUMBER_UNLISTED)
    shown = Listing.published_on.is_not(None), Listing.withdrawn_at.is_(None)
    left = len(codes) - len(codes[::2])
    standing = town.count(*shown)
    town.figures["still_listed"], town.figures["not_listed"] = (
        max(0, standing - left),
        max(0, left - standing),
    )
    await ward.close()
    await leader.close()


async def live(town: Town, count: int, say: Console) -> None:
    """All of it, killed all the time."""
    killer, watcher = Killer(town.stack), Watcher(Client(town.stack.url, "127.0.52.9"))
    beside = [asyncio.create_task(each.run()) for each in (killer, watcher)]
    try:
        pasted = await read_posters(town, killer, count)
        say.print(f"read: {dict(town.figures)}", highlight=False)
        await confirm(town, pasted)
        codes = await accuse(town, pasted)
        say.print(f"{len(codes)} cases", highlight=False)
        await ask_carrier(town, pasted)
        await make_known(town, watcher, pasted, codes)
    except TrulyRefusedError as why:
        say.print(f"refused: {why}", style="red", highlight=False)
        town.figures["refused"] += 1
    killer.over = watcher.over = True
    await asyncio.gather(*beside, return_exceptions=True)
    town.figures.update({f"killed {name}": times for name, times in killer.killed.items()})
    town.figures["looks"], town.figures["killed"] = watcher.looks, sum(killer.killed.values())
    town.figures["shown_too_early"], town.figures["shown_too_long"] = len(watcher.early), len(watcher.long)
    town.figures["died"] = len(town.stack.died_by_themselves())


def main() -> int:
    """Parse, run, print; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.numbers", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--numbers", type=int, default=24, help="how many numbers are pasted")
    wanted, say = parser.parse_args(), Console(stderr=True)
    stack = make_stack()
    try:
        with mail_server() as mailbox:
            say.print("starting PostgreSQL, Redis and the service …")
            stack.start(mailbox.url)
            engine = make_engine(stack.postgres.url(), pool=2)
            town = Town(stack, engine, settle_in(engine))
            asyncio.run(live(town, wanted.numbers, say))
            engine.dispose()
            if town.figures["died"]:
                say.print(f"what was said before is in {stack.keep_log()}")
    finally:
        stack.stop()
    figures = {name: town.figures[name] for name in (*MUST_BE_ZERO, *sorted(town.figures))}
    for name, figure in figures.items():
        Console().print(f"{name:>20} {figure:,}", highlight=False)
    broken = [f"{name} is {figures[name]:,}" for name in MUST_BE_ZERO if figures[name]]
    broken += [] if figures["killed"] and figures["looks"] else ["nothing was killed or looked at"]
    if wanted.json:
        wanted.json.write_text(json.dumps({**figures, "broken": broken}, indent=2) + "\n")
    for sentence in broken:
        say.print(f"BROKEN: {sentence}", style="red", highlight=False)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
