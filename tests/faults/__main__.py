"""`python -m tests.faults`: hurt a running installation under load and print what became of the promises."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

from rich.console import Console

from service.web.limits.open_files import raise_limit
from tests.faults.abuse import ABUSES, CannotBeDoneError, Tally
from tests.faults.count import count, count_mail, read_all, settle, told_twice, until_calm
from tests.faults.follow import PageReader, StreamReader
from tests.faults.harm import FAULTS, MissedError
from tests.faults.judge import CONTROL, Findings
from tests.faults.load import Citizens
from tests.faults.pace import measure
from tests.faults.stack import Stack, make_stack
from tests.support.sinks import Mailbox, mail_server

REST_S = 5.0
PACE_S = 15.0
"""So long each abuse lasts."""

FULL_SIZE = 100_000


class Run:
    """One survival run, and what it has found so far."""

    def __init__(self, stack: Stack, say: Console) -> None:
        self.stack = stack
        self.findings = Findings()
        self._console = say
        self._began = time.monotonic()

    def say(self, what: str) -> None:
        """Print a line with the time since the beginning."""
        self._console.print(f"[{time.monotonic() - self._began:5.0f} s] {what}", highlight=False)

    async def rounds(self, number: int, wanted: frozenset[str]) -> None:
        """Every abuse, then every fault, so many times."""
        for each in range(1, number + 1):
            await self._watch(each)
            for name in [name for name in ABUSES if name in wanted]:
                await self._abuse(each, name)
            for name in [name for name in FAULTS if name in wanted]:
                await self._hurt(each, name)

    async def _watch(self, number: int) -> None:
        """The pace while nothing is done, to compare with."""
        self.say(f"round {number}: {CONTROL}")
        await until_calm(self.stack.dsn)
        self.findings.note(CONTROL, 1, await measure(self.stack.url, self.stack.dsn, PACE_S))

    async def _abuse(self, number: int, name: str) -> None:
        self.say(f"round {number}: {name}")
        await until_calm(self.stack.dsn)
        tally = Tally()
        try:
            async with ABUSES[name](self.stack, tally):
                pace = await measure(self.stack.url, self.stack.dsn, PACE_S)
        except CannotBeDoneError as why:
            self._leave_out(name, str(why))
            return
        told = ", ".join(f"{answer} × {times}" for answer, times in sorted(tally.answers.items()))
        self.say(f"    accepted {pace.accepted_p99_s:.2f} s, routed {pace.routed_max_s:.2f} s; {told}")
        self.findings.note(name, tally.hits, pace)
        await asyncio.sleep(REST_S)

    async def _hurt(self, number: int, name: str) -> None:
        self.say(f"round {number}: {name}")
        try:
            hurt = await FAULTS[name](self.stack)
        except MissedError as missed:
            self.say(f"    {missed}")
            self.findings.missed.append(f"{name}: {missed}")
            return
        if hurt is None:
            self._leave_out(name, "cannot be done here")
            return
        self.findings.note(name, hurt)
        await asyncio.sleep(REST_S)

    def _leave_out(self, name: str, why: str) -> None:
        self.say(f"    left out: {why}")
        self.findings.left_out[name] = why


async def survive(
    stack: Stack, mailbox: Mailbox, rounds: int, wanted: frozenset[str], say: Console
) -> Findings:
    """Run the faults under load; what was found."""
    run = Run(stack, say)
    citizens, pages, stream = Citizens(stack.url), PageReader(stack.url, "latest"), StreamReader(stack.url)
    start = await read_all(stack.dsn, pages)
    pages.seen.clear()
    tasks = [
        asyncio.create_task(work) for work in (citizens.run(), pages.run(), stream.run(pages.cursor or ""))
    ]
    await asyncio.sleep(REST_S)
    await run.rounds(rounds, wanted)
    run.say("load ends, waiting until all is done")
    citizens.stop()
    await tasks[0]
    pages.stop()
    await tasks[1]
    last = PageReader(stack.url)
    last.seen, last.cursor = pages.seen, pages.cursor
    settled_s, end = await settle(stack.dsn, last)
    await asyncio.sleep(3)
    stream.stop()
    tasks[2].cancel()
    await asyncio.gather(tasks[2], return_exceptions=True)
    counts = run.findings.counts
    counts |= count(stack.dsn, citizens.accepted, last.seen, stream.seen, (start, end))
    counts |= count_mail(citizens.accepted, mailbox.mails)
    for told in told_twice(citizens.accepted, mailbox.mails):
        run.say(f"told twice: {told}")
    for refusal in sorted(set(citizens.accepted.refused))[:5]:
        run.say(f"refused: {refusal}")
    counts["settled_s"] = round(settled_s, 1)
    counts["died"] = len(died := stack.died_by_themselves())
    for line in died:
        run.say(f"died by itself: {line}")
    if died:
        run.say(f"what it said before is in {stack.keep_log()}")
    return run.findings


def main() -> int:
    """Parse, run, print; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--rounds", type=int, default=2, help="how often each fault happens")
    parser.add_argument("--reports", type=int, default=FULL_SIZE, help="how many reports there are before")
    parser.add_argument("--only", action="append", choices=[*ABUSES, *FAULTS], help="this fault; repeatable")
    wanted = parser.parse_args()
    say = Console(stderr=True)
    raise_limit()
    stack = make_stack()
    try:
        say.print("starting PostgreSQL, Redis and the service …")
        with mail_server() as mailbox:
            stack.start(mailbox.url, wanted.reports)
            names = frozenset(wanted.only or [*ABUSES, *FAULTS])
            found = asyncio.run(survive(stack, mailbox, wanted.rounds, names, say))
    finally:
        stack.stop()
    for table in (found.table(), found.pace_table()):
        Console().print(table)
    broken = found.broken()
    if wanted.json:
        told = {**found.figures(), "broken": broken, "left_out": found.left_out}
        wanted.json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    for sentence in broken:
        say.print(f"BROKEN: {sentence}", style="red", highlight=False)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
