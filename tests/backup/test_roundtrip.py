"""A backup made while reports arrive, put back elsewhere: nothing accepted before it is missing."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import Engine, func, select

from service.backup import runs
from service.backup.make import copy_ledger
from service.backup.restore import RestoreTarget
from service.db import unit_of_work
from service.domain.privacy.erasure import Erasure, erase
from service.domain.publication.ledger import entries_after
from service.domain.relay import give_positions
from service.domain.reports.access import Asker
from service.models import BackupRun, Consumer, Contact, Event, Photo, Report, RestoreRun
from service.problems import SetupError
from service.settings import Settings
from service.storage import Storage
from tests.backup.conftest import Saved
from tests.support.factories import make_photo
from tests.support.photo_stage import jpeg
from tests.support.reception import KEY, REPORTS, report
from tests.support.web import running

EngineOf = Callable[[RestoreTarget], Engine]
CONTACT = {"name": "Lan", "phone": "0905123456"}


def send(client: httpx.Client) -> dict[str, str]:
    answer = client.post(REPORTS, json=report(contact=CONTACT))
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


def test_reports_that_arrive_meanwhile_do_not_disturb_it(
    settings: Settings, saved: Saved, empty_target: RestoreTarget, engine_of: EngineOf
) -> None:
    during: list[dict[str, str]] = []
    stop = threading.Event()
    with running(settings) as client:
        before = [send(client) for _ in range(3)]

        def go_on() -> None:
            with httpx.Client(base_url=client.base_url, timeout=60) as own:
                while not stop.is_set():
                    during.append(send(own))

        citizen = threading.Thread(target=go_on)
        citizen.start()
        try:
            manifest = saved.backup()
        finally:
            stop.set()
            citizen.join()
        after = send(client)

    saved.restore(empty_target)

    with unit_of_work(engine_of(empty_target)) as session:
        kept = {str(each) for each in session.scalars(select(Report.id))}
        assert {each["id"] for each in before} <= kept
        assert after["id"] not in kept
        assert kept <= {each["id"] for each in (*before, *during)}
        assert len(kept) == manifest.reports
        assert session.scalar(select(func.count()).select_from(Contact)) == len(kept)
        assert session.scalar(select(func.count()).select_from(Event)) == len(kept)
    assert len(during) > 0


def test_photos_come_back_with_their_rows_and_new_ones_alone_are_copied(
    settings: Settings, saved: Saved, empty_target: RestoreTarget, engine_of: EngineOf
) -> None:
    with running(settings) as client:
        sent = send(client)
        pictures = [jpeg(1), jpeg(2)]
        put = {"Authorization": f"Report {sent['secret']}"}
        for number, picture in enumerate(pictures):
            answer = client.post(
                f"{REPORTS}/{sent['id']}/photos",
                files={"file": (f"{number}.jpg", picture, "image/jpeg")},
                headers=put,
            )
            assert answer.status_code == 201, answer.text
            if number == 0:
                assert saved.backup().media_files == 1
                [old] = saved.folder.media.rglob("*.jpg")
                touched = old.stat().st_mtime_ns
        manifest = saved.backup()

    assert (manifest.media_files, manifest.media_missing) == (2, [])
    assert old.stat().st_mtime_ns == touched
    saved.restore(empty_target)
    store = Storage(empty_target.media_url)
    with unit_of_work(engine_of(empty_target)) as session:
        keys = list(session.scalars(select(Photo.original_key).order_by(Photo.created_at)))
    assert [hashlib.sha256(store.get(key)).digest() for key in keys] == [
        hashlib.sha256(picture).digest() for picture in pictures
    ]


def test_what_was_erased_after_the_backup_stays_erased(
    settings: Settings, saved: Saved, empty_target: RestoreTarget, engine_of: EngineOf
) -> None:
    with running(settings) as client:
        sent = [send(client) for _ in range(2)]
    saved.backup()
    with unit_of_work(saved.engine) as session:
        asker = Asker(secret=sent[0]["secret"], key=KEY.encode())
        erase(session, asker, sent[0]["code"], Erasure(), datetime.now(UTC))
    assert copy_ledger(saved.engine, saved.folder) == 1
    assert copy_ledger(saved.engine, saved.folder) == 0

    done = saved.restore(empty_target)

    assert done.replayed == 1
    with unit_of_work(engine_of(empty_target)) as session:
        rows = session.execute(select(Contact.report_id, Contact.phone))
        assert {str(row.report_id): row.phone for row in rows} == {
            sent[0]["id"]: None,
            sent[1]["id"]: "+84905123456",
        }
        assert len(entries_after(session, 0, 10)) == 1, "the database's own ledger goes on"


def test_no_position_is_given_twice_after_a_restore(
    settings: Settings, saved: Saved, empty_target: RestoreTarget, engine_of: EngineOf
) -> None:
    with running(settings) as client:
        for _ in range(3):
            send(client)
        with unit_of_work(saved.engine) as session:
            assert give_positions(session) == 3
        saved.backup()
        for _ in range(2):  # lost with the machine, but told to readers of the feed
            send(client)
    with unit_of_work(saved.engine) as session:
        assert give_positions(session) == 2
        told = session.scalar(select(func.max(Event.position))) or 0

    done = saved.restore(empty_target)

    engine = engine_of(empty_target)
    with running(settings.model_copy(update={"database_url": empty_target.database_url})) as client:
        send(client)
    with unit_of_work(engine) as session:
        assert give_positions(session) == 1
        newest = session.scalar(select(func.max(Event.position))) or 0
        assert newest == done.position_floor + 1 > told + 1_000_000
        behind = session.scalars(select(Consumer.position)).all()
        assert all(position < newest for position in behind)
        assert session.scalars(select(RestoreRun.position_floor)).all() == [done.position_floor]


def test_a_file_erased_while_it_is_saved_is_no_fault(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        saved.storage.put(f"original/x/{name}.jpg", name.encode())
    real = Storage.get

    def vanishing(self: Storage, key: str) -> bytes:
        if key.endswith("a.jpg"):
            raise FileNotFoundError(key)
        return real(self, key)

    monkeypatch.setattr(Storage, "get", vanishing)

    manifest = saved.backup()

    assert (manifest.media_files, manifest.media_missing) == (1, [])


def test_a_photo_whose_file_is_gone_is_named(saved: Saved) -> None:
    with running(saved.settings) as client:
        sent = send(client)
    with unit_of_work(saved.engine) as session:
        found = session.scalars(select(Report).where(Report.code == sent["code"])).one()
        make_photo(session, found, "report", state="raw")
        [key] = session.scalars(select(Photo.original_key))

    assert saved.backup().media_missing == [key]


def test_each_run_is_recorded_also_one_that_fails(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    saved.backup()

    def fails(*_: object) -> None:
        raise SetupError("pg_dump is away")

    monkeypatch.setattr("service.backup.database.dump", fails)
    with pytest.raises(SetupError, match="pg_dump is away"):
        saved.backup()

    assert len(saved.folder.whole()) == 1
    assert [each.name for each in saved.folder.snapshots.iterdir()] == [saved.folder.whole()[0].path.name]
    with unit_of_work(saved.engine) as session:
        found = session.scalars(select(BackupRun).order_by(BackupRun.id)).all()
        assert [(each.problem, each.finished_at is not None) for each in found] == [
            (None, True),
            ("pg_dump is away", True),
        ]


def test_one_at_a_time(saved: Saved) -> None:
    from service.backup.make import make_backup

    saved.folder.prepare()
    with saved.folder.alone() as alone:
        assert alone
        made = make_backup(
            saved.settings, saved.engine, saved.folder, now=datetime.now(UTC), say=lambda _: None
        )
    assert made is None
    with unit_of_work(saved.engine) as session:
        assert session.scalars(select(BackupRun)).all() == []
    assert runs.POSITION_JUMP > 1_000_000
