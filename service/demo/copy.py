"""Bringing made reports into the database by COPY."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.demo.make import Maker
from service.demo.newest import times
from service.demo.places import middle_ward, spots
from service.demo.rows import Rows, Table, Waiting
from service.domain.casework.passing_time.warnings import schedule_first_warning
from service.domain.figures.upkeep import rebuild
from service.domain.relay import hold_positions, pass_over
from service.domain.rules.rulebook import load_rulebook
from service.models import Area, Category, DeadlinePolicy, Department, Report, RoutingRule
from service.storage import Storage

BLOCK = 2_000


def store_pictures(storage: Storage) -> None:
    """Put the drawn scenes where photos are kept, unless they are there."""
    from service.demo.drawings.pictures import NEWEST, draw_all

    if storage.exists(f"public/demo/{NEWEST}.webp"):
        return
    for picture in draw_all():
        storage.put(f"public/demo/{picture.name}-small.webp", picture.thumbnail)
        storage.put(f"original/demo/{picture.name}.webp", picture.full)
        storage.put(f"public/demo/{picture.name}.webp", picture.full)


def copy_in(connection: psycopg.Connection, tables: Sequence[Table]) -> None:
    """COPY the rows, a table after the other."""
    for table in tables:
        target = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
        )
        with connection.cursor() as cursor, cursor.copy(target) as copy:
            for row in table.rows:
                copy.write_row(row)


@contextmanager
def references_held(session: Session) -> Iterator[None]:
    """Lock the rows that new ones refer to; where the role may, PostgreSQL then looks nothing up for each
    row.

    That is a quarter of its work. The reports that rows name are made here.
    """
    for table in (Area, Category, DeadlinePolicy, Department, RoutingRule):
        session.execute(select(table.id).with_for_update(read=True, key_share=True))
    if not session.scalar(text("SELECT has_parameter_privilege('session_replication_role', 'SET')")):
        yield
        return
    session.execute(text("SET LOCAL session_replication_role = replica"))
    yield
    session.execute(text("SET LOCAL session_replication_role = origin"))


def bring(
    session: Session,
    number: int,
    *,
    now: datetime,
    days: int,
    seed: int,
    progress: Callable[[int], None],
    earlier: Waiting | None = None,
) -> None:
    """Make and copy `number` reports of the last `days`; `progress` is told how many are in. `earlier` are
    events of reports that are there already: the feed tells all in the order of time.
    """
    random = Random(seed)  # noqa: S311 - believable, not secret
    before = hold_positions(session)
    rows = Rows(Random(seed + 1), before, earlier or [])  # noqa: S311 - believable, not secret
    with references_held(session):
        book = load_rulebook(session)
        taken = set(session.scalars(select(Report.code)))
        middle = middle_ward(session, book.reference)
        maker = Maker(
            book, now, random, spots(session, book.locator, random), taken, middle.id if middle else None
        )
        local = now.astimezone(ZoneInfo(book.reference.timezone))
        _make_and_copy(session, maker, rows, times(random, local, number, days), progress)
    schedule_first_warning(session, now)
    pass_over(session, before, rows.position)
    rebuild(session, ZoneInfo(book.reference.timezone))  # rows by COPY that no consumer is told of


@contextmanager
def turns_of(seconds: float) -> Iterator[None]:
    """Threads of this process take turns as long as that meanwhile."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _make_and_copy(
    session: Session, maker: Maker, rows: Rows, times: Sequence[datetime], progress: Callable[[int], None]
) -> None:
    """While PostgreSQL takes one block, the next is made.

    The thread that sends has little to do, but PostgreSQL waits for it: it is let in often.
    """
    raw, number = session.connection().connection.driver_connection, len(times)
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver
    with turns_of(0.00002), ThreadPoolExecutor(1) as beside:
        copied: Future[None] | None = None
        for start in range(0, number, BLOCK):
            block = [
                maker.make_newest(at, start + index, number)
                for index, at in enumerate(times[start : start + BLOCK])
            ]
            following = times[start + BLOCK] if start + BLOCK < number else None
            tables = rows.block(block, following)
            if copied:
                copied.result()
            copied = beside.submit(copy_in, raw, tables)
            progress(len(block))
        if copied:
            copied.result()
    if rows.waiting:  # there were no reports to go before
        copy_in(raw, rows.block((), None))
