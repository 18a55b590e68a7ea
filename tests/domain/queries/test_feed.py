"""The feed: each public event once, in one order that never changes, whatever happens meanwhile."""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from service.domain.city.reference import Reference, load_reference
from service.domain.queries.feed import (
    FeedFilter,
    feed_item,
    read_feed,
)
from service.domain.relay import give_positions
from service.domain.reports.events import SYSTEM, record
from service.models import EventType, Report, Status
from tests.conftest import Servers
from tests.support.feed_stage import of_later_code
from tests.support.reading_stage import add_report, make_city, number, tell
from tests.support.small_city import NOON

ANY = FeedFilter()


def walk(
    session: Session, reference: Reference, wanted: FeedFilter = ANY, *, after: int = 0, limit: int = 7
) -> list[Any]:
    """Every row to the end of the feed, following `next` until it stands still."""
    found: list[object] = []
    while True:
        page = read_feed(session, reference, wanted, after=after, limit=limit)
        found += page.rows
        if page.next == after:
            return found
        after = page.next


def test_an_item_tells_the_report_as_it_was(session: Session) -> None:
    make_city(session)
    report = add_report(session, category="litter.dump", status="assigned", ward="W1", lead="ward-W1")
    tell(session, report, EventType.ASSIGNED, data={"to": "assigned"}, private={"why": "secret"})
    report.status, report.lead_id = Status.CLOSED, None
    number(session)
    reference = load_reference(session)
    row = walk(session, reference)[-1]
    item = feed_item(reference, row, lambda position: f"cursor {position}", "https://city.example/")
    assert item.model_dump(mode="json") == {
        "cursor": f"cursor {row.position}",
        "type": "report.assigned",
        "at": row.at.isoformat().replace("+00:00", "Z"),
        "report": {
            "id": str(report.id),
            "code": report.code,
            "category": "litter.dump",
            "status": "assigned",
            "location": {"lon": report.lon, "lat": report.lat},
            "ward": {"code": "W1", "name": "Phường W1"},
            "lead": {"code": "ward-W1", "name": "Đơn vị ward-W1"},
            "links": {
                "self": f"https://city.example/api/v1/reports/{report.id}",
                "page": f"https://city.example/r/{report.code}",
                "events": f"https://city.example/api/v1/reports/{report.id}/events",
                "photos": f"https://city.example/api/v1/reports/{report.id}/photos",
                "duplicate_of": None,
            },
        },
        "data": {"to": "assigned"},
    }
    assert "secret" not in item.model_dump_json()


def test_what_is_not_published_never_shows(session: Session) -> None:
    make_city(session)
    tell(session, add_report(session, published=False))
    tell(session, add_report(session), EventType.PHOTO_ADDED, public=False)
    number(session)
    assert walk(session, load_reference(session)) == []


def test_a_report_that_is_no_longer_public_takes_its_events_with_it(session: Session) -> None:
    make_city(session)
    hidden, other = add_report(session), add_report(session)
    for report in (hidden, other, hidden):
        tell(session, report)
    number(session)
    hidden.published = False
    session.flush()
    assert [row.report_id for row in walk(session, load_reference(session))] == [other.id]


@pytest.fixture
def committed(clean_engine: Engine) -> tuple[Engine, UUID, Reference]:
    """A database where things really commit, with one report."""
    with unit_of_work(clean_engine) as session:
        make_city(session)
        report = add_report(session)
    with unit_of_work(clean_engine) as session:
        return clean_engine, report.id, load_reference(session)


def place(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        give_positions(session)


def test_an_event_that_commits_late_comes_later(committed: tuple[Engine, UUID, Reference]) -> None:
    engine, report_id, reference = committed
    with Session(engine) as slow, slow.begin():
        record(slow, slow.get_one(Report, report_id), of_later_code("slow"), actor=SYSTEM, at=NOON)
        slow.flush()  # its id is given, and lower than that of the next
        with unit_of_work(engine) as quick:
            record(quick, quick.get_one(Report, report_id), of_later_code("quick"), actor=SYSTEM, at=NOON)
        place(engine)
        with unit_of_work(engine) as session:
            first = read_feed(session, reference, ANY, after=0, limit=10)
        assert [row.type for row in first.rows] == ["quick"]
    place(engine)
    with unit_of_work(engine) as session:
        second = read_feed(session, reference, ANY, after=first.next, limit=10)
        assert [row.type for row in second.rows] == ["slow"]
        assert [row.type for row in walk(session, reference)] == ["quick", "slow"]


def test_followers_among_many_writers_see_each_event_once(
    committed: tuple[Engine, UUID, Reference], clean_database: str
) -> None:
    engine, report_id, reference = committed
    writers, each = 4, 25
    finished = threading.Event()

    def write(who: int) -> None:
        dice = random.Random(who)
        for turn in range(each):
            with unit_of_work(engine) as session:
                report = session.get_one(Report, report_id)
                record(session, report, of_later_code(f"{who}.{turn}"), actor=SYSTEM, at=NOON)
                session.flush()
                time.sleep(dice.random() * 0.01)

    def relay() -> None:
        while not finished.is_set():
            place(engine)
            time.sleep(0.003)

    def follow(into: list[str], limit: int) -> None:
        after, own = 0, make_engine(clean_database)
        while len(into) < writers * each:
            with unit_of_work(own) as session:
                page = read_feed(session, reference, ANY, after=after, limit=limit)
            into += [row.type for row in page.rows]
            after = page.next
        own.dispose()

    seen: list[list[str]] = [[], []]
    threads = [threading.Thread(target=write, args=(who,)) for who in range(writers)]
    threads += [
        threading.Thread(target=follow, args=(seen[0], 3)),
        threading.Thread(target=follow, args=(seen[1], 50)),
    ]
    placing = threading.Thread(target=relay)
    for thread in (placing, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    finished.set()
    placing.join()
    assert sorted(seen[0]) == sorted(f"{who}.{turn}" for who in range(writers) for turn in range(each))
    assert seen[0] == seen[1]
    with unit_of_work(engine) as session:
        assert [row.type for row in walk(session, reference)] == seen[0]


def test_a_cursor_outlives_a_dump_and_a_restore(
    committed: tuple[Engine, UUID, Reference], clean_database: str, servers: Servers
) -> None:
    engine, report_id, reference = committed
    with unit_of_work(engine) as session:
        for turn in range(6):
            record(
                session, session.get_one(Report, report_id), of_later_code(f"{turn}"), actor=SYSTEM, at=NOON
            )
    place(engine)
    with unit_of_work(engine) as session:
        page = read_feed(session, reference, ANY, after=0, limit=3)
    engine.dispose()
    restored = copy_by_dump(servers, clean_database)
    try:
        with unit_of_work(restored) as session:
            record(session, session.get_one(Report, report_id), of_later_code("new"), actor=SYSTEM, at=NOON)
        place(restored)
        with unit_of_work(restored) as session:
            rows = walk(session, load_reference(session), after=page.next)
        assert [row.type for row in (*page.rows, *rows)] == ["0", "1", "2", "3", "4", "5", "new"]
    finally:
        restored.dispose()
        servers.postgres.drop_database("restored")


def copy_by_dump(servers: Servers, url: str) -> Engine:
    """The database as text and back, in another one."""
    postgres = servers.postgres
    name = url.split("/")[3].split("?")[0]
    reach = ["-h", str(postgres.sockets), "-U", "hientruong"]
    dump = subprocess.run(
        [str(postgres.binaries / "pg_dump"), *reach, name], capture_output=True, check=True, env=os.environ
    )
    postgres.create_database("restored")
    subprocess.run(
        [str(postgres.binaries / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *reach, "restored"],
        input=dump.stdout,
        capture_output=True,
        check=True,
        env=os.environ,
    )
    return make_engine(postgres.url("restored"))
