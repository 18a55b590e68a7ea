"""After the faults: what was promised is counted in the database and in what the readers were told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from email.message import EmailMessage
from typing import LiteralString
from uuid import UUID

import psycopg

from tests.faults.follow import PageReader
from tests.faults.load import Accepted

STALLED_S = 240.0
"""What is left is given up when none of it was finished for so long: a slow machine needs only patience."""
CALM_S = 60.0

_UNSETTLED = """
SELECT (SELECT count(*) FROM report WHERE status = 'received')
     + (SELECT count(*) FROM photo WHERE state = 'raw')
     + (SELECT count(*) FROM event WHERE position IS NULL)
     + (SELECT count(*) FROM handed_over)
     + (SELECT count(*) FROM message WHERE state IN ('waiting', 'claimed') AND channel <> 'push')
"""  # pushes go to services that never answer
_BEHIND = """
SELECT count(*) FROM report WHERE status = 'received' AND created_at < now() - interval '2 seconds'
"""
# Routing decides once: each report has exactly one first step out of `received`.
_FIRST_STEPS = """
SELECT report_id, count(*) FROM event
WHERE report_id = ANY(%s) AND data->>'from' = 'received'
  AND type IN ('report.assigned', 'report.triaged', 'report.merged')
GROUP BY report_id
"""


async def until_calm(url: str) -> None:
    """Wait, but not for ever, until no report of the last fault still waits to be routed."""
    limit = time.monotonic() + CALM_S
    while time.monotonic() < limit:
        if not await asyncio.to_thread(_first, url, _BEHIND):
            return
        await asyncio.sleep(0.5)


def newest_position(url: str) -> int:
    """The position of the newest event."""
    return _first(url, "SELECT coalesce(max(position), 0) FROM event")


async def read_all(url: str, reader: PageReader) -> int:
    """Read until nothing is new; the position of the last event, behind which none came meanwhile."""
    while True:
        newest = await asyncio.to_thread(newest_position, url)
        while await reader.read():
            pass
        if newest == await asyncio.to_thread(newest_position, url):
            return newest


async def settle(url: str, reader: PageReader) -> tuple[float, int]:
    """Wait until nothing is under way and the reader has read it all, or nothing becomes less any more.

    Returns how long that took, in seconds, and the position up to which it has read.
    """
    started = moved = time.monotonic()
    fewest: int | None = None
    while time.monotonic() - moved < STALLED_S:
        newest = await read_all(url, reader)
        left = await asyncio.to_thread(_first, url, _UNSETTLED)
        if not left:
            return time.monotonic() - started, newest
        if fewest is None or left < fewest:
            fewest, moved = left, time.monotonic()
        await asyncio.sleep(0.5)
    return time.monotonic() - started, await read_all(url, reader)


def count(
    url: str, accepted: Accepted, page_seen: list[str], stream_seen: list[str], read: tuple[int, int]
) -> dict[str, int]:
    """The promises as figures: all but `accepted` should be 0. `read` are the positions behind which the
    readers began and up to which they read.
    """
    with psycopg.connect(url) as connection:
        stored = {row[0] for row in connection.execute("SELECT id FROM report")}
        steps: dict[UUID, int] = dict(connection.execute(_FIRST_STEPS, (list(accepted.reports),)).fetchall())
        ready = {row[0] for row in connection.execute("SELECT id FROM photo WHERE state = 'ready'")}
    start, end = read
    between = f"position > {start:d} AND position <= {end:d}"
    public = _first(url, f"SELECT count(*) FROM event WHERE public AND {between}")
    return {
        "accepted": len(accepted.reports),
        "lost": len(accepted.reports - stored),
        "routed_twice": sum(times > 1 for times in steps.values()),
        "not_routed": len(accepted.reports - steps.keys()),
        "feed_missing": public - len(set(page_seen)),
        "feed_repeated": len(page_seen) - len(set(page_seen)),
        "stream_missing": len(set(page_seen) - set(stream_seen)),
        "stream_repeated": len(stream_seen) - len(set(stream_seen)),
        "photos": len(accepted.photos),
        "photos_missing": len(accepted.photos.keys() - ready),
        "refused": len(accepted.refused),
        "retries": accepted.retries,
    }


def count_mail(accepted: Accepted, mails: Iterable[EmailMessage]) -> dict[str, int]:
    """Each reporter who left an address is told once what became of the report. A mail that a dying worker
    sends again has the same id, by which mail programs show it once.
    """
    told = _told(mails)
    return {
        "mails": len(accepted.mails),
        "untold": len(accepted.mails - told.keys()),
        "told_twice": len(told_twice(accepted, mails)),
    }


def told_twice(accepted: Accepted, mails: Iterable[EmailMessage]) -> list[str]:
    """What those were told who were told more than once."""
    several = [told for address, told in _told(mails).items() if address in accepted.mails and len(told) > 1]
    return [" / ".join(f"{subject} <{name}>" for name, subject in told.items()) for told in several]


def _told(mails: Iterable[EmailMessage]) -> dict[str, dict[str, str]]:
    """By recipient, the subjects of their mails by the mails' ids."""
    told: dict[str, dict[str, str]] = {}
    for mail in mails:
        told.setdefault(str(mail["To"]), {})[str(mail["Message-ID"])] = str(mail["Subject"])
    return told


def _first(url: str, query: LiteralString) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
        return int(row[0]) if row else 0
