"""The worker that makes files: long lists in pieces, taken over from one that died, thrown away in time."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from types import ModuleType
from uuid import UUID

import pytest
from sqlalchemy import Engine, update

from service.db import unit_of_work
from service.domain.city.reference import Reference
from service.domain.reports.access import NOBODY, Asker
from service.domain.workspaces.downloads import orders, scheduled
from service.domain.workspaces.downloads.orders import DownloadView
from service.models import Download, Staff
from service.models.ops.download import DownloadState
from service.storage import Storage
from tests.support.factories import found_city, make_report
from tests.support.people import Cast, make_cast
from tests.workers.test_photos import environment

__all__ = ["environment"]
REPORTS = 7


@pytest.fixture
def worker(environment: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The worker's module on this test's database and folder, reading three rows at a time."""
    import workers.downloads as module  # its settings are read when it is imported

    kept = Storage(environment["HIENTRUONG_MEDIA_URL"])
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "storage", lambda: kept)
    monkeypatch.setattr("service.domain.workspaces.downloads.rows.CHUNK", 3)
    return module


@pytest.fixture
def town(clean_engine: Engine) -> tuple[Reference, Cast]:
    with unit_of_work(clean_engine) as session:
        reference = found_city(session)
        cast = make_cast(session, reference)
        for _ in range(REPORTS):
            make_report(session, reference, "in_progress")
        make_report(session, reference, "in_progress", lead="ward-W2", published=False)
        return reference, cast


def order(worker: ModuleType, engine: Engine, cast: Cast | None = None, **asked: object) -> UUID:
    with unit_of_work(engine) as session:
        actor = cast.manager.actor if cast else None
        return orders.order_download(
            session, actor, "reports", "csv", asked, language="vi", now=worker.now()
        ).id


def look(worker: ModuleType, engine: Engine, identity: UUID, asker: Asker = NOBODY) -> DownloadView:
    with unit_of_work(engine) as session:
        return orders.find_download(session, asker, identity, now=worker.now())


def rows(worker: ModuleType, engine: Engine, identity: UUID, asker: Asker = NOBODY) -> list[dict[str, str]]:
    with unit_of_work(engine) as session:
        _, key = orders.file_of(session, asker, identity, now=worker.now())
    return list(csv.DictReader(io.StringIO(worker.storage().get(key).decode("utf-8-sig"))))


def test_a_file_is_made_in_pieces_and_says_how_far_it_is(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    identity = order(worker, clean_engine)
    assert look(worker, clean_engine, identity).state == DownloadState.WAITING
    worker.make()
    view = look(worker, clean_engine, identity)
    assert (view.state, view.done, view.total) == (DownloadState.READY, REPORTS, REPORTS)
    assert view.size
    assert len(rows(worker, clean_engine, identity)) == REPORTS


def test_a_managers_list_is_made_with_their_eyes(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    cast = town[1]
    identity = order(worker, clean_engine, cast, list="manage", period="all")
    worker.make()
    found = rows(worker, clean_engine, identity, cast.manager.asker)
    assert len(found) == REPORTS
    assert {row["lead"] for row in found} == {"city-cables"}


def test_one_that_nobody_may_see_any_more_fails(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    cast = town[1]
    identity = order(worker, clean_engine, cast, list="manage", department="ward-W2", period="all")
    worker.make()
    assert look(worker, clean_engine, identity, cast.manager.asker).state == DownloadState.FAILED
    gone = order(worker, clean_engine, cast, list="manage", period="all")
    with unit_of_work(clean_engine) as session:
        session.execute(update(Staff).where(Staff.username == "manager").values(active=False))
    worker.make()
    assert look(worker, clean_engine, gone, cast.manager.asker).state == DownloadState.FAILED


def test_what_a_dead_worker_left_is_taken_over_and_given_up_in_the_end(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    identity = order(worker, clean_engine)
    for attempt in (1, 2, 3):
        with unit_of_work(clean_engine) as session:
            assert orders.claim_download(session, now=worker.now()) is not None, attempt
            assert orders.claim_download(session, now=worker.now()) is None
            session.execute(update(Download).values(worked_at=worker.now() - orders.SILENT * 2))
    worker.make()
    assert look(worker, clean_engine, identity).state == DownloadState.FAILED


def test_who_comes_back_late_finishes_nothing(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    order(worker, clean_engine)
    with unit_of_work(clean_engine) as session:
        slow = orders.claim_download(session, now=worker.now())
        session.execute(update(Download).values(worked_at=worker.now() - orders.SILENT * 2))
    assert slow is not None
    worker.make()
    with unit_of_work(clean_engine) as session:
        assert not orders.finish_download(session, slow, 1, 1, now=worker.now())


def test_old_files_are_thrown_away(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    order(worker, clean_engine)
    worker.make()
    assert len(list(worker.storage().keys("original/"))) == 1
    worker.expire()
    assert len(list(worker.storage().keys("original/"))) == 1
    with unit_of_work(clean_engine) as session:
        session.execute(update(Download).values(expires_at=worker.now() - timedelta(hours=2)))
    worker.expire()
    assert list(worker.storage().keys("original/")) == []
    with unit_of_work(clean_engine) as session:
        assert session.query(Download).count() == 0


def test_what_was_subscribed_to_is_made_in_the_background_once(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, cast = town
    monkeypatch.setattr(worker, "wake_senders", lambda: None)
    with unit_of_work(clean_engine) as session:
        long_ago = worker.now() - timedelta(days=70)
        scheduled.subscribe(
            session, reference, cast.manager.actor, "month", ["list"], {}, language="vi", now=long_ago
        )
    assert [worker.make_scheduled() for _ in range(2)] == [1, 0]
    worker.make()
    with unit_of_work(clean_engine) as session:
        [past] = scheduled.past_reports(session, cast.manager.actor, worker.now())
    view = look(worker, clean_engine, past.files["list"], cast.manager.asker)
    assert view.state == DownloadState.READY
    assert view.filename.startswith("danh-sach-phan-anh-thang-")
