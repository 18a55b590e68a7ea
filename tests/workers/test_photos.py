"""Making public versions: with real files, repeated, interrupted, and by a real worker process."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import redis
from kombu.exceptions import OperationalError
from PIL import Image
from sqlalchemy import Engine, select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.reports import photos
from service.domain.reports.events import REPORTER
from service.domain.works import photos as works_photos
from service.imaging.render import holds_only_pixels
from service.imaging.sandbox import SandboxFailed
from service.models import Consumer, Event, Photo, WorkEventType
from service.ops.queues import PHOTOS
from service.settings import get_settings
from service.storage import Storage, StorageFull, StorageUnavailable
from service.web import resumable_upload
from tests.imaging.pictures import CORNERS, SHARED, alike, corners, encoded, quarters
from tests.imaging.test_collection import GOOD
from tests.support.environment import settings_told
from tests.support.factories import found_city
from tests.support.people import Cast, make_cast
from tests.support.photo_stage import NOW, add_report, events, jpeg, new_photo
from tests.support.works.stage import WorksStage

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Desk:
    """A database and a media folder of one test, with the workers' module looking at them."""

    def __init__(self, engine: Engine, storage: Storage, module: ModuleType) -> None:
        self.engine, self.storage, self.module = engine, storage, module
        with unit_of_work(engine) as session:
            self.report_id = add_report(session).id

    def photo(self, data: bytes, *, stored: bool = True, age: timedelta = timedelta()) -> UUID:
        """A raw photo of that file."""
        with unit_of_work(self.engine) as session:
            photo, _ = photos.add_photo(
                session, self.report_id, new_photo(data), actor=REPORTER, at=NOW - age, zone=ZONE
            )
        if stored:
            self.storage.put(photo.original_key, data)
        return photo.id

    def render(self) -> None:
        """The task, as the relay hands it out."""
        self.module.render_photos([str(self.report_id)])

    def get(self, photo_id: UUID) -> Photo:
        with unit_of_work(self.engine) as session:
            return session.get_one(Photo, photo_id)

    def told(self) -> list[str]:
        with unit_of_work(self.engine) as session:
            return [event.type for event in events(session, self.report_id)]

    def public_files(self) -> set[str]:
        return set(self.storage.keys("public/"))


@pytest.fixture
def environment(clean_database: str, redis_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a worker, in this process too while the test runs."""
    media = f"file://{tmp_path}/media"
    with settings_told(clean_database, redis_url=redis_url, media_url=media, log_format="console") as told:
        yield told


@pytest.fixture
def desk(environment: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Everything a photo needs but a broker."""
    import workers.photos as module  # its settings are read when it is imported

    storage = Storage(environment["HIENTRUONG_MEDIA_URL"])
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "storage", lambda: storage)
    monkeypatch.setattr(module, "now", lambda: NOW)
    return Desk(clean_engine, storage, module)


def test_public_versions_are_made(desk: Desk) -> None:
    photo_id = desk.photo(encoded(quarters(6, (900, 600)), "JPEG", 6))

    desk.render()

    photo = desk.get(photo_id)
    assert (photo.state, photo.failure) == ("ready", None)
    assert desk.told() == ["photo.added", "photo.ready"]
    assert desk.public_files() == {photo.public_key, photo.thumbnail_key}
    for key, width in ((photo.public_key, 900), (photo.thumbnail_key, 480)):
        data = desk.storage.get(key)
        assert holds_only_pixels(data)
        assert alike(corners(data), CORNERS)
        with Image.open(io.BytesIO(data)) as image:
            assert image.width == width


@pytest.fixture
def cast(clean_engine: Engine) -> Cast:
    """The colleagues of a city; asked for before the desk, which has only what a report needs."""
    with unit_of_work(clean_engine) as session:
        return make_cast(session, found_city(session))


def test_photos_of_works_are_made_ready_by_their_events_and_by_the_sweep(
    cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(desk.engine) as session:
        stage = WorksStage(session, load_reference(session), NOW)
        work, actor = stage.task(cast.manager), cast.department.actor
        told: dict[str, Any] = {"actor": actor, "at": NOW - timedelta(minutes=5), "zone": ZONE}
        sent = [
            (works_photos.add_work_photo(session, work.id, "evidence", new_photo(data), **told)[0], data)
            for data in (jpeg(), jpeg(), b"no photo at all")
        ]
        added = select(Event.id).where(Event.type == WorkEventType.PHOTO_ADDED)
        event = session.scalars(added.limit(1)).one()
        consumers = select(Consumer.target).where(Consumer.types.contains([WorkEventType.PHOTO_ADDED]))
        assert session.scalars(consumers).all() == [desk.module.render_of_works.name]
    for photo, data in sent:
        desk.storage.put(photo.original_key, data)
    handed: list[list[str]] = []
    monkeypatch.setattr(desk.module.render_rest, "apply_async", lambda args, **_: handed.extend(args))
    assert desk.module.sweep() == 3
    assert {each for batch in handed for each in batch} == {str(photo.id) for photo, _ in sent}
    desk.module.render_of_works([str(event)])
    assert [desk.get(photo.id).state for photo, _ in sent] == ["ready", "ready", "failed"]
    assert len(desk.public_files()) == 4
    assert desk.module.sweep() == 0


@pytest.mark.parametrize("name", [name for name in GOOD if "heic" in name.lower() or "odd" in name])
def test_photos_of_real_phones_become_ready(desk: Desk, name: str) -> None:
    photo_id = desk.photo((SHARED / name).read_bytes())

    desk.render()

    assert desk.get(photo_id).state == "ready"


def test_several_photos_and_reports_at_once(desk: Desk) -> None:
    mine = [desk.photo(jpeg()) for _ in range(3)]
    with unit_of_work(desk.engine) as session:
        desk.report_id, first = add_report(session).id, desk.report_id
    other = desk.photo(jpeg())

    desk.module.render_photos([str(first), str(desk.report_id), str(uuid4())])

    assert {desk.get(photo_id).state for photo_id in [*mine, other]} == {"ready"}


def test_repeating_changes_nothing(desk: Desk) -> None:
    photo_id = desk.photo(jpeg())
    for _ in range(3):
        desk.render()
    desk.module.render_photo(photo_id)
    desk.module.render_photo(uuid4())

    assert desk.told() == ["photo.added", "photo.ready"]
    assert len(desk.public_files()) == 2


def test_two_workers_at_one_moment_tell_once(desk: Desk) -> None:
    photo_id = desk.photo(jpeg())
    gate = threading.Barrier(3)

    def work() -> None:
        gate.wait()
        desk.module.render_photo(photo_id)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert desk.told() == ["photo.added", "photo.ready"]
    assert len(desk.public_files()) == 2


def test_a_file_that_cannot_be_shown_fails_with_its_reason(desk: Desk) -> None:
    photo_id = desk.photo(jpeg()[:400])
    good = desk.photo(jpeg())

    desk.render()

    photo = desk.get(photo_id)
    assert photo.state == "failed"
    assert photo.failure is not None
    assert "broken" in photo.failure
    assert desk.get(good).state == "ready"
    assert sorted(desk.told()) == ["photo.added", "photo.added", "photo.failed", "photo.ready"]


def test_an_original_that_is_gone_fails(desk: Desk) -> None:
    photo_id = desk.photo(jpeg(), stored=False)

    desk.render()

    assert desk.get(photo_id).state == "failed"


def raising(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "error", [StorageUnavailable("away"), StorageFull("full"), SandboxFailed("no memory")]
)
@pytest.mark.parametrize("step", ["get", "render_in_child", "put"])
def test_what_is_away_leaves_the_photo_for_the_sweep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str, error: Exception
) -> None:
    photo_id = desk.photo(jpeg())
    with monkeypatch.context() as broken:
        target = desk.module.sandbox if step == "render_in_child" else Storage
        broken.setattr(target, step, raising(error))
        desk.render()
    assert desk.get(photo_id).state == "raw"
    assert desk.told() == ["photo.added"]

    desk.render()

    assert desk.get(photo_id).state == "ready"


def test_a_refusal_is_not_repeated(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    photo_id = desk.photo(jpeg()[:400])
    desk.render()
    monkeypatch.setattr(desk.module.sandbox, "render_in_child", raising(AssertionError("tried again")))

    desk.render()

    assert desk.get(photo_id).state == "failed"


class Killed(BaseException):
    """A worker that dies at this point."""


@pytest.mark.parametrize("survived", [0, 1, 2])
def test_a_worker_that_dies_between_its_steps_is_made_good(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    """Killed before the first file, between the files, or after both and before the row."""
    photo_id = desk.photo(jpeg())
    put, left = Storage.put, iter(range(survived))

    def dying(self: Storage, key: str, data: bytes) -> None:
        if next(left, None) is None:
            raise Killed
        put(self, key, data)

    with monkeypatch.context() as broken:
        broken.setattr(Storage, "put", dying)
        broken.setattr(desk.module.photos, "mark_ready", raising(Killed()))  # type: ignore[arg-type]
        with pytest.raises(Killed):
            desk.render()
    assert desk.get(photo_id).state == "raw"
    assert len(desk.public_files()) == survived

    desk.render()

    assert desk.get(photo_id).state == "ready"
    assert len(desk.public_files()) == 2
    assert desk.told() == ["photo.added", "photo.ready"]


def test_the_sweep_hands_out_what_waited_too_long(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    late = desk.photo(jpeg(), age=timedelta(minutes=5))
    with unit_of_work(desk.engine) as session:
        desk.report_id, first = add_report(session).id, desk.report_id
    desk.photo(jpeg(), age=timedelta(seconds=5))
    handed: list[list[str]] = []
    monkeypatch.setattr(desk.module.render_photos, "apply_async", lambda args, **_: handed.extend(args))

    assert desk.module.sweep() == 1
    assert handed == [[str(first)]]
    desk.module.render_photos(handed[0])
    assert desk.get(late).state == "ready"
    assert desk.module.sweep() == 0


def test_what_takes_longer_than_a_message_is_kept_back_for_is_handed_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message comes back while its task lives: a task that took long enough hands on what is left."""
    photos = [desk.photo(jpeg()) for _ in range(3)]
    clock, handed = [0.0], list[tuple[list[str], str]]()

    def tick() -> float:
        clock[0] += desk.module.BUDGET_S * 0.6
        return clock[0]

    monkeypatch.setattr(desk.module.time, "monotonic", tick)
    monkeypatch.setattr(
        desk.module.render_rest, "apply_async", lambda args, queue, **_: handed.append((args[0], queue))
    )
    desk.render()
    [(rest, queue)] = handed
    assert queue == PHOTOS
    assert {desk.get(each).state for each in photos if str(each) not in rest} == {"ready"}
    assert {desk.get(UUID(each)).state for each in rest} == {"raw"}
    assert len(rest) < len(photos)
    while handed:
        rest, _ = handed.pop()
        desk.module.render_rest(rest)
    assert {desk.get(each).state for each in photos} == {"ready"}


def test_without_a_broker_the_sweep_finds_what_could_not_be_handed_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = desk.photo(jpeg(), age=timedelta(minutes=5))
    monkeypatch.setattr(desk.module, "BUDGET_S", -1.0)

    def away(**_: Any) -> None:
        raise OperationalError("no Redis")

    handed: list[list[str]] = []
    monkeypatch.setattr(desk.module.render_rest, "apply_async", away)
    monkeypatch.setattr(desk.module.render_photos, "apply_async", lambda args, **_: handed.extend(args))
    desk.render()
    assert desk.get(photo).state == "raw"
    assert desk.module.sweep() == 1
    assert handed == [[str(desk.report_id)]]


def wait_until(ready: Callable[[], bool], within_s: float = 40) -> None:
    limit = time.monotonic() + within_s
    while not ready():
        assert time.monotonic() < limit, "took too long"
        time.sleep(0.1)


def test_a_real_worker_renders_what_the_broker_brings(
    desk: Desk, environment: dict[str, str], redis_url: str
) -> None:
    """One worker process, killed while it has work, and another that takes over what the sweep hands out."""
    from workers.app import make_celery

    command = [sys.executable, "-m", "celery", "-A", "workers.app:celery_app", "worker"]
    options = ["-Q", "photos", "-c", "1", "--without-gossip", "--without-mingle", "-l", "WARNING"]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=os.environ | environment | {"C_FORCE_ROOT": "1"},
            start_new_session=True,
        )

    broker = make_celery(get_settings())
    heic = (SHARED / "gps_ok__heic_IMG_5195.HEIC").read_bytes()
    sent = [desk.photo(heic), desk.photo(jpeg()), desk.photo(jpeg())]
    broker.send_task("workers.photos.render_photos", args=[[str(desk.report_id)]], queue="photos")
    worker = start()
    try:
        with redis.Redis.from_url(redis_url) as client:
            wait_until(lambda: not client.llen("photos"))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        worker = start()
        broker.send_task("workers.photos.sweep", queue="photos")
        wait_until(lambda: {desk.get(photo_id).state for photo_id in sent} == {"ready"})
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        broker.close()

    assert sorted(desk.told()) == ["photo.added"] * 3 + ["photo.ready"] * 3
    assert len(desk.public_files()) == 6


def test_pieces_nobody_went_on_with_are_dropped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    report, photo, now = uuid4(), uuid4(), datetime.now(UTC)
    resumable_upload.append_bytes(desk.storage, report, photo, b"abc", offset=0, length=9)
    monkeypatch.setattr(desk.module, "now", lambda: now)
    assert desk.module.drop_pieces() == 0
    later = now + desk.module.ABANDONED + timedelta(minutes=1)
    monkeypatch.setattr(desk.module, "now", lambda: later)
    assert desk.module.drop_pieces() == 1
    assert resumable_upload.have(desk.storage, report, photo) == 0
