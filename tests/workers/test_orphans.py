"""The sweep of the media store: what no row names goes once it is old, and nothing else ever."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.kernel import leases
from service.domain.privacy.orphans import unnamed
from service.models import Download, Event, FileMove, OfficialDocument, PendingDeletion, Photo, Report
from service.storage import Storage, StorageUnavailable
from tests.support.factories import make_photo
from tests.support.photo_stage import add_report

OLD, YOUNG = timedelta(days=2), timedelta(hours=20)
ORPHANS = (
    "original/gone/a.jpg",
    "public/gone/full.webp",
    "public/gone/small.webp",
    "original/download/x-1.csv",
)


class Store:
    """A folder of media with a worker's module, and a database in which something happened long ago."""

    def __init__(self, module: ModuleType, storage: Storage, folder: Path, engine: Engine) -> None:
        self.module, self.storage, self.folder, self.engine = module, storage, folder, engine
        with unit_of_work(engine) as session:
            self.report_id = add_report(session).id
            session.execute(update(Event).values(at=datetime.now(UTC) - timedelta(days=30)))

    def put(self, key: str, age: timedelta = OLD) -> str:
        """A file that was written so long ago."""
        self.storage.put(key, b"x")
        self.touch(key, age)
        return key

    def touch(self, key: str, age: timedelta) -> None:
        stamp = (datetime.now(UTC) - age).timestamp()
        os.utime(self.folder / key, (stamp, stamp))

    def photo(self, session: Session, **columns: Any) -> Photo:
        report = session.get_one(Report, self.report_id)
        return session.get_one(Photo, make_photo(session, report, "report", **columns))

    def all(self) -> set[str]:
        return {*self.storage.keys("original/"), *self.storage.keys("public/")}

    def sweep(self) -> int:
        """A whole night of it."""
        gone = self.module.sweep()
        while self.progress() is not None:
            gone += self.module.go_on()
        return int(gone)

    def progress(self) -> str | None:
        with unit_of_work(self.engine) as session:
            return leases.progress_of(session, "orphans")


@pytest.fixture
def store(
    worker_settings: dict[str, str], clean_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Store:
    module = importlib.import_module("workers.orphans")
    folder = tmp_path / "media"
    storage = Storage(folder.as_uri())
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr("workers.leases.engine", lambda: clean_engine)
    monkeypatch.setattr(module, "storage", lambda: storage)
    return Store(module, storage, folder, clean_engine)


@pytest.mark.parametrize("key", ORPHANS)
def test_what_no_row_names_goes_once_it_is_old(store: Store, key: str) -> None:
    store.put(key, YOUNG)
    assert store.sweep() == 0
    assert store.all() == {key}

    store.touch(key, OLD)
    with capture_logs() as logs:
        assert store.sweep() == 1
    assert store.all() == set()
    told = [each for each in logs if each["event"] == "media store swept"]
    assert [(each["files"], each["deleted"]) for each in told] == [(1, 1)]


def _by_photo(store: Store, session: Session) -> list[str]:
    photo = store.photo(session)
    return [photo.original_key, photo.public_key, photo.thumbnail_key]


def _by_a_hidden_photo(store: Store, session: Session) -> list[str]:
    photo = store.photo(session, published=False)
    return [photo.original_key, photo.public_key, photo.thumbnail_key]


def _by_a_photo_that_cannot_be_shown(store: Store, session: Session) -> list[str]:
    return [store.photo(session, state="failed", failure="broken").original_key]


def _by_a_photo_given_up_before_it_is_rendered(store: Store, session: Session) -> list[str]:
    return [store.photo(session, state="raw", original_erased_at=datetime.now(UTC)).original_key]


def _by_one_of_two_photos(store: Store, session: Session) -> list[str]:
    given_up, kept = store.photo(session, original_erased_at=datetime.now(UTC)), store.photo(session)
    given_up.original_key = kept.original_key
    return [kept.original_key]


def _by_a_pending_deletion(store: Store, session: Session) -> list[str]:
    photo, now = store.photo(session, original_erased_at=datetime.now(UTC)), datetime.now(UTC)
    session.add(PendingDeletion(key=photo.original_key, since=now, next_at=now))
    return [photo.original_key]


def _by_a_renaming(store: Store, session: Session) -> list[str]:
    old, new = "public/old/full.webp", ["public/new-1/full.webp", "public/new-2/full.webp"]
    now = datetime.now(UTC)
    session.add(FileMove(report_id=store.report_id, old_key=old, new_keys=new, since=now, next_at=now))
    return [old, *new]


def _by_a_download(store: Store, session: Session) -> list[str]:
    now, key = datetime.now(UTC), f"original/download/{uuid4()}-1.xlsx"
    row = Download(
        id=uuid4(), kind="reports", format="xlsx", asked={}, language="vi", state="working", key=key
    )
    row.created_at = row.expires_at = now
    session.add(row)
    return [key]


def _by_a_document(store: Store, session: Session) -> list[str]:
    now, keys = datetime.now(UTC), ["original/document/draft.docx", "original/document/signed.pdf"]
    reference = load_reference(session)
    row = OfficialDocument(kind="BC", about="Thử", file_key=keys[0], file_name="thu.docx", made_at=now)
    row.issuer_id = min(reference.departments)
    row.number, row.number_year, row.dated, row.signed_key = 1, 2026, now.date(), keys[1]
    session.add(row)
    return keys


def _by_the_demo(store: Store, session: Session) -> list[str]:
    return ["original/demo/litter-0-before.webp", "public/demo/litter-0-before-small.webp"]


NAMING: list[Callable[[Store, Session], list[str]]] = [
    _by_photo,
    _by_a_hidden_photo,
    _by_a_photo_that_cannot_be_shown,
    _by_a_photo_given_up_before_it_is_rendered,
    _by_one_of_two_photos,
    _by_a_pending_deletion,
    _by_a_renaming,
    _by_a_download,
    _by_a_document,
    _by_the_demo,
]


@pytest.mark.parametrize("naming", NAMING, ids=[each.__name__.strip("_") for each in NAMING])
def test_what_a_row_names_stays_however_old(
    store: Store, naming: Callable[[Store, Session], list[str]]
) -> None:
    with unit_of_work(store.engine) as session:
        named = naming(store, session)
    for key in (*named, *ORPHANS):
        store.put(key)

    assert store.sweep() == len(ORPHANS)
    assert store.all() == set(named)


def test_an_original_that_everybody_gave_up_goes_though_nothing_says_so(store: Store) -> None:
    """Its deletion was struck off because another photo needed it, which gave it up at that moment."""
    with unit_of_work(store.engine) as session:
        key = store.photo(session, original_erased_at=datetime.now(UTC)).original_key
    store.put(key)
    assert store.sweep() == 1
    assert store.all() == set()


def test_it_goes_on_where_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run looks at so many keys and deletes so many; none is looked at twice and none forgotten."""
    monkeypatch.setattr(store.module, "PIECE", 6)
    monkeypatch.setattr(store.module, "MOST_DELETED", 2)
    monkeypatch.setattr(store.module, "RENEW_AFTER", 1)
    with unit_of_work(store.engine) as session:
        named = [key for _ in range(3) for key in _by_photo(store, session)]
    orphans = {f"original/{number}/a.jpg" for number in range(9)} | {
        f"public/{uuid4()}/full.webp" for _ in "abc"
    }
    for key in (*named, *orphans):
        store.put(key)

    assert store.module.go_on() == 0, "nothing was begun"
    runs = [store.module.sweep()]
    assert store.progress() is not None
    runs.append(store.module.sweep())
    with capture_logs() as logs:
        while store.progress() is not None:
            runs.append(store.module.go_on())
    assert sum(runs) == len(orphans) and max(runs) == 2
    assert store.all() == set(named)
    told = [each for each in logs if each["event"] == "media store swept"]
    assert [(each["files"], each["deleted"]) for each in told] == [(len(named) + len(orphans), len(orphans))]
    assert store.module.go_on() == 0


def test_one_process_at_a_time(store: Store) -> None:
    store.put(ORPHANS[0])
    with unit_of_work(store.engine) as session:
        other = leases.take_lease(session, "orphans", datetime.now(UTC), timedelta(minutes=2))
    assert other is not None and store.module.sweep() == 0
    with unit_of_work(store.engine) as session:
        leases.release(session, "orphans", other)
    assert store.module.sweep() == 1


def test_a_file_that_is_sent_again_at_this_moment_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same photo has the same name: who sends it again writes the file, then its row."""
    again, orphan = store.put(ORPHANS[0]), store.put(ORPHANS[1])

    def just_before_a_row(session: Session, keys: list[str]) -> list[str]:
        found = unnamed(session, keys)
        store.storage.put(again, b"x")
        return found

    monkeypatch.setattr(store.module, "unnamed", just_before_a_row)
    assert store.sweep() == 1
    assert store.all() == {again} and not store.storage.exists(orphan)


def test_a_store_that_is_away_is_asked_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: Storage, key: str) -> None:
        raise StorageUnavailable("away")

    store.put(ORPHANS[0])
    with monkeypatch.context() as broken:
        broken.setattr(Storage, "delete", away)
        assert store.module.sweep() == 0
    assert store.progress() is not None
    assert store.module.go_on() == 1
    assert store.all() == set()


def test_files_from_before_this_database_are_left_for_the_backup_that_names_them(store: Store) -> None:
    """A new database beside the files of one that was lost: it must not cost the city its photos."""
    store.put(ORPHANS[0], timedelta(days=40))
    store.put(ORPHANS[1], timedelta(days=20))
    assert store.sweep() == 1
    assert store.all() == {ORPHANS[0]}

    with unit_of_work(store.engine) as session:
        session.execute(delete(Event))
    store.put(ORPHANS[1], timedelta(days=20))
    assert store.sweep() == 0


def test_what_is_not_ours_and_what_is_on_its_way_is_left_alone(store: Store) -> None:
    """Another's file beside ours; pieces of photos, which have a sweep of their own."""
    foreign = store.folder / "original" / "READ ME"
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_text("the operator's")
    piece = store.put("partial/one/two/00000000.part")
    half = store.folder / "original" / "a.jpg#1"
    half.write_bytes(b"half")
    for path in (foreign, half):
        store.touch(path.relative_to(store.folder).as_posix(), OLD)

    with capture_logs() as logs:
        assert store.sweep() == 0
    assert foreign.exists() and store.storage.exists(piece)
    assert not half.exists() and logs[-1]["unfinished"] == 1


def test_it_runs_every_night_and_goes_on_by_itself(worker_settings: dict[str, str]) -> None:
    from workers.app import SCHEDULE
    from workers.orphans import go_on, sweep

    tasks = {each["task"]: each["schedule"] for each in SCHEDULE.values()}
    assert tasks[sweep.name].hour == {20} and tasks[go_on.name] == timedelta(minutes=1)
