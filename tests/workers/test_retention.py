"""Retention by the worker: batches until nothing is left, files deleted after the commit and tried again."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine, select

from service.db import unit_of_work
from service.domain.privacy.erasure import mark_originals_for_deletion
from service.domain.privacy.retention import pending_deletions
from service.models import Contact, PendingDeletion, Photo
from service.storage import Storage, StorageUnavailable
from tests.support.factories import found_city, make_photo, make_report
from tests.support.small_city import NOON

KEY = "original/one/photo.jpg"


@pytest.fixture
def worker(
    clean_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings_of_a_worker: None
) -> ModuleType:
    module = importlib.import_module("workers.retention")
    storage = Storage((tmp_path / "media").as_uri())
    for each in (module, importlib.import_module("workers.leases")):
        monkeypatch.setattr(each, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "storage", lambda: storage)
    monkeypatch.setattr(module, "now", lambda: datetime.now(UTC))
    return module


@pytest.fixture
def settings_of_a_worker(
    clean_database: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIENTRUONG_DATABASE_URL", clean_database)
    monkeypatch.setenv("HIENTRUONG_REDIS_URL", redis_url)
    monkeypatch.setenv("HIENTRUONG_MEDIA_URL", (tmp_path / "media").as_uri())
    monkeypatch.setenv("HIENTRUONG_SECRET_KEY", "k" * 40)


def two_photos_of_one_file(engine: Engine) -> list[Photo]:
    with unit_of_work(engine) as session:
        reference = found_city(session)
        reports = [make_report(session, reference, "closed", closed_at=NOON) for _ in range(2)]
        photos = [session.get_one(Photo, make_photo(session, report, "report")) for report in reports]
        for photo in photos:
            photo.original_key = KEY
        return photos


def doom(engine: Engine, photo: Photo) -> None:
    with unit_of_work(engine) as session:
        mark_originals_for_deletion(session, [photo.id], datetime.now(UTC))


def left(engine: Engine) -> int:
    with unit_of_work(engine) as session:
        return pending_deletions(session)


def test_a_file_goes_when_nobody_needs_it_any_more(worker: ModuleType, clean_engine: Engine) -> None:
    first, second = two_photos_of_one_file(clean_engine)
    worker.storage().put(KEY, b"photo")

    doom(clean_engine, first)
    assert worker.delete_files() == 0
    assert worker.storage().exists(KEY) and left(clean_engine) == 0

    doom(clean_engine, second)
    assert worker.delete_files() == 1
    assert not worker.storage().exists(KEY) and left(clean_engine) == 0
    assert worker.delete_files() == 0


def test_a_store_that_is_away_is_asked_again_later(
    worker: ModuleType, clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_photos_of_one_file(clean_engine)
    worker.storage().put(KEY, b"photo")
    for photo in (first, second):
        doom(clean_engine, photo)

    def away(self: Storage, key: str) -> None:
        raise StorageUnavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(Storage, "delete", away)
        assert worker.delete_files() == 0
    assert left(clean_engine) == 1
    assert worker.delete_files() == 0  # not due yet

    later = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr(worker, "now", lambda: later)
    assert worker.delete_files() == 1
    assert not worker.storage().exists(KEY)


def test_a_worker_that_died_over_a_file_leaves_it_to_the_next(
    worker: ModuleType, clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_photos_of_one_file(clean_engine)
    for photo in (first, second):
        doom(clean_engine, photo)
    with unit_of_work(clean_engine) as session:
        worker.retention.take_pending_deletions(session, datetime.now(UTC), 10)  # and nothing more
        row = session.scalars(select(PendingDeletion)).one()
        assert row.next_at > datetime.now(UTC)

    later = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr(worker, "now", lambda: later)
    assert worker.delete_files() == 1


def test_all_that_is_due_goes_in_one_run_and_nothing_the_second_time(
    worker: ModuleType, clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BATCH", 2)
    with unit_of_work(clean_engine) as session:
        reference = found_city(session)
        ids = [
            make_report(session, reference, "closed", closed_at=datetime(2020, 1, 1, tzinfo=UTC)).id
            for _ in range(5)
        ]
        session.add_all(Contact(report_id=each, name="Lan", phone=None, email=None) for each in ids)

    assert worker.carry_out()["contacts"] == 5
    assert set(worker.carry_out().values()) == {0}
