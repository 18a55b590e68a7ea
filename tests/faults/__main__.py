"""`python -m tests.faults`: hurt a running installation under load and print what became of the promises."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.count import count, count_mail, settle
from tests.faults.follow import PageReader, StreamReader
from tests.faults.harm import FAULTS
from tests.faults.load import Citizens
from tests.faults.stack import Stack, make_stack
from tests.sinks import Mailbox, mail_server

REST_S = 5.0
MUST_BE_ZERO = (
    "lost",
    "routed_twice",
    "not_routed",
    "feed_missing",
    "feed_repeated",
    "stream_missing",
    "stream_repeated",
    "photos_missing",
    "untold",
    "told_twice",
    "refused",
)


async def survive(stack: Stack, mailbox: Mailbox, rounds: int, say: Console) -> dict[str, float]:
    """Run the faults under load; the figures."""
    citizens, pages, stream = Citizens(stack.url), PageReader(stack.url), StreamReader(stack.url)
    await pages.read()
    start = pages.cursor or ""
    tasks = [asyncio.create_task(work) for work in (citizens.run(), pages.run(), stream.run(start))]
    kills: dict[str, int] = {}
    began = time.monotonic()
    await asyncio.sleep(REST_S)
    for number in range(1, rounds + 1):
        for name, fault in FAULTS.items():
            say.print(f"[{time.monotonic() - began:5.0f} s] round {number}: {name}")
            if (hurt := await fault(stack)) is None:
                say.print(f"{name}: cannot be done here, left out")
                continue
            kills[name] = kills.get(name, 0) + hurt
            await asyncio.sleep(REST_S)
    say.print(f"[{time.monotonic() - began:5.0f} s] load ends, waiting until all is done")
    citizens.stop()
    await tasks[0]
    pages.stop()
    await tasks[1]
    last = PageReader(stack.url)
    last.seen, last.cursor = pages.seen, pages.cursor
    settled_s = await settle(stack.postgres.url(), last)
    await asyncio.sleep(3)
    stream.stop()
    tasks[2].cancel()
    await asyncio.gather(tasks[2], return_exceptions=True)
    figures: dict[str, float] = dict(count(stack.postgres.url(), citizens.accepted, last.seen, stream.seen))
    figures |= count_mail(citizens.accepted, mailbox.mails)
    for refusal in sorted(set(citizens.accepted.refused))[:5]:
        say.print(f"refused: {refusal}")
    figures |= {f"kills {name}": times for name, times in kills.items()}
    return figures | {"kills": sum(kills.values()), "settled_s": round(settled_s, 1)}


def main() -> int:
    """Parse, run, print; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--rounds", type=int, default=2, help="how often each fault happens")
    wanted = parser.parse_args()
    say = Console(stderr=True)
    stack = make_stack()
    try:
        say.print("starting PostgreSQL, Redis and the service …")
        with mail_server() as mailbox:
            stack.start(mailbox.url)
            figures = asyncio.run(survive(stack, mailbox, wanted.rounds, say))
    finally:
        stack.stop()
    table = Table("what", "figure")
    for name, figure in figures.items():
        table.add_row(name, f"{figure:,}")
    Console().print(table)
    if wanted.json:
        wanted.json.write_text(json.dumps(figures, indent=2) + "\n")
    harmless = [name for name, times in figures.items() if name.startswith("kills ") and not times]
    for name in harmless:
        say.print(f"{name.removeprefix('kills ')}: nothing was hurt, so nothing is shown by it")
    return int(any(figures[name] for name in MUST_BE_ZERO) or bool(harmless))


if __name__ == "__main__":
    sys.exit(main())
