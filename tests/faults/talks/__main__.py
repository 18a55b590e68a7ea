"""`python -m tests.faults.talks`: 200 messages a minute while workers are killed, and what became of them."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from rich.console import Console
from sqlalchemy import Engine

from service.db import make_engine, unit_of_work
from service.domain.talks import tokens
from service.domain.talks.vault import Vault
from service.local.folder import DataFolder
from service.web.limits.open_files import raise_limit
from tests.faults.harm import kill_reader
from tests.faults.pace import percentile
from tests.faults.stack import Stack, make_stack
from tests.faults.talks.people import Crowd, Doubles
from tests.faults.talks.verdict import MUST_BE_ZERO, judge, settle
from tests.support.sinks import mail_server
from tests.workers.talks.facebook_double import PAGE, PAGE_SECRET, PAGE_TOKEN, graph
from tests.workers.talks.zalo_double import APP_ID, APP_SECRET, OA_ID, OA_SECRET, zalo

VICTIMS = ("talks", "zalo", "facebook", "notices", "routing", "default")
PAUSE_S = (2.0, 8.0)
"""Long enough for a worker to come back and be killed at work, not only while it starts."""

HOOK_S = 0.2
"""Within so long 99 of 100 webhooks are answered."""


def settings(doubles: Doubles) -> dict[str, str]:
    """The accounts, at the doubles' addresses."""
    told = {
        "ZALO_APP_ID": APP_ID,
        "ZALO_APP_SECRET": APP_SECRET,
        "ZALO_OA_ID": OA_ID,
        "ZALO_OA_SECRET": OA_SECRET,
        "ZALO_API_URL": doubles.zalo.url,
        "ZALO_OAUTH_URL": doubles.zalo.url,
        "FACEBOOK_PAGE_ID": PAGE,
        "FACEBOOK_PAGE_TOKEN": PAGE_TOKEN,
        "FACEBOOK_APP_SECRET": PAGE_SECRET,
        "FACEBOOK_API_URL": doubles.graph.url,
    }
    return {f"HIENTRUONG_{name}": value for name, value in told.items()}


async def kill_at_random(stack: Stack, seconds: float) -> int:
    """SIGKILL of one worker after another, whatever it is doing; how many processes died."""
    chance, killed, until = random.Random(311), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(*PAUSE_S))
        killed += await kill_reader(stack, chance.choice(VICTIMS))
    return killed


async def soak(
    stack: Stack, engine: Engine, vault: Vault, doubles: Doubles, minutes: float
) -> dict[str, float]:
    """Write and kill for so long, wait until nothing is under way, and judge."""
    crowd = Crowd(stack.url, doubles)
    _, killed = await asyncio.gather(crowd.run(60 * minutes), kill_at_random(stack, 60 * minutes))
    settled_s = await settle(engine)
    waits = [wait for person in crowd.people for wait in person.waits]
    return {
        **judge(engine, vault, crowd.people, doubles),
        "minutes": minutes,
        "messages": crowd.messages,
        "people": len(crowd.people),
        "kills": killed,
        "refused": len(crowd.refused),
        "died": len(stack.died_by_themselves()),
        "renewals": doubles.zalo.refreshes,
        "hook_p99_ms": round(1000 * percentile(crowd.hook_s, 99)),
        "answer_median_s": round(median(waits), 1) if waits else -1,
        "answer_p95_s": round(percentile(waits, 95), 1),
        "settled_s": round(settled_s, 1),
    }


def broken(figures: dict[str, float]) -> list[str]:
    """Every promise that was broken, a sentence each."""
    late = figures["hook_p99_ms"] > 1000 * HOOK_S
    return [
        *(f"{name} is {figures[name]:,.0f}" for name in MUST_BE_ZERO if figures[name]),
        *([f"webhooks answered after {figures['hook_p99_ms']:,.0f} ms (p99)"] if late else []),
        *([] if figures["kills"] else ["nothing was killed, so it shows nothing"]),
        *([] if figures["reports"] else ["no report came about, so it shows nothing"]),
    ]


def main() -> int:
    """Parse, run, print; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.talks", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--minutes", type=float, default=10, help="how long people write")
    wanted = parser.parse_args()
    say = Console(stderr=True)
    raise_limit()
    stack = make_stack()
    try:
        with mail_server() as mailbox, zalo() as first, graph() as second:
            doubles = Doubles(first, second)
            stack.settings = settings(doubles)
            say.print("starting PostgreSQL, Redis and the service …")
            stack.start(mailbox.url)
            engine = make_engine(stack.postgres.url(), pool=2)
            vault = Vault(DataFolder(stack.folder / "data").secret_key().encode())
            with unit_of_work(engine) as session:
                now = datetime.now(UTC)
                pair = tokens.TokenPair(first.access, first.refresh, now + timedelta(hours=25))
                tokens.store_pair(session, vault.key, "zalo", OA_ID, pair, now)
            figures = asyncio.run(soak(stack, engine, vault, doubles, wanted.minutes))
            engine.dispose()
            if figures["died"]:
                say.print(f"what was said before is in {stack.keep_log()}")
    finally:
        stack.stop()
    for name, figure in figures.items():
        Console().print(f"{name:>20} {figure:,}", highlight=False)
    sentences = broken(figures)
    if wanted.json:
        wanted.json.write_text(json.dumps({**figures, "broken": sentences}, indent=2) + "\n")
    for sentence in sentences:
        say.print(f"BROKEN: {sentence}", style="red", highlight=False)
    return int(bool(sentences))


if __name__ == "__main__":
    sys.exit(main())
