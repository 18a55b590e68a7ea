"""The real reader on drawn posters: complete, none wrong, no network; the way from event to number."""

from __future__ import annotations

import io
import json
import socket
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from PIL import Image
from sqlalchemy import Engine, select, update

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.numbers.extraction import extract_numbers
from service.domain.numbers.proposals import PhotoToRead
from service.domain.reports import photos
from service.domain.reports.events import REPORTER, SYSTEM, record
from service.imaging.text_reader import open_picture, read_boxes
from service.models import (
    AdNumber,
    Category,
    Event,
    EventType,
    PendingTask,
    Photo,
    Report,
    Sighting,
    SightingSource,
    SightingState,
)
from service.models.reports.photo import PhotoState
from service.storage import Storage, StorageUnavailable
from tests.support.photo_stage import NOW, add_report, new_photo
from tests.support.shared import SHARED

POSTERS = SHARED / "data" / "posters"
QUESTION = {"code": "phone", "label": {"vi": "Số điện thoại"}, "datatype": "string", "order": 1}


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network: whoever asks for it fails the test."""

    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("the reader asked for the network")

    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("cut_off")
def test_all_posters_are_read_completely_and_none_wrong() -> None:
    """Twenty posters at half their size, so that it takes seconds: what is read far away counts."""
    truth = json.loads((POSTERS / "truth.json").read_text())
    read = {}
    for each in truth:
        picture = open_picture((POSTERS / each["file"]).read_bytes())
        found = extract_numbers(read_boxes(picture.resize((picture.width // 2, picture.height // 2))))
        read[each["file"]] = sorted(one.number.digits for one in found)
    assert len(read) == 20
    assert read == {each["file"]: sorted(each["numbers"]) for each in truth}


class Room:
    """A report of an advertisement in a database, and the worker that looks at it."""

    def __init__(self, engine: Engine, storage: Storage, module: ModuleType) -> None:
        self.engine, self.storage, self.module = engine, storage, module
        with unit_of_work(engine) as session:
            report = add_report(session)
            self.report_id = report.id
            ad = session.scalars(select(Category).where(Category.code == "illegal_ad")).one()
            ad.questions = [QUESTION]  # type: ignore[list-item]
            report.category_id = ad.id

    def ready(self, name: str, *, number: int = 0) -> str:
        """A poster's photo whose event was handed over; the event's id."""
        data = (POSTERS / name).read_bytes()
        with unit_of_work(self.engine) as session:
            photo, _ = photos.add_photo(
                session, self.report_id, new_photo(data + bytes([number])), actor=REPORTER, at=NOW, zone=UTC
            )
            photo.state = PhotoState.READY
            report = session.get_one(Report, self.report_id)
            told = record(
                session,
                report,
                EventType.PHOTO_READY,
                actor=SYSTEM,
                at=NOW,
                data={"photo": str(photo.id)},
            )
            session.flush()
            session.add(PendingTask(consumer="reading", subject=str(told.id), at=NOW))
            key, event = photo.public_key, str(told.id)
        with Image.open(io.BytesIO(data)) as image:
            shown = io.BytesIO()
            image.save(shown, "WEBP", quality=80)
        self.storage.put(key, shown.getvalue())
        return event

    def seen(self) -> list[tuple[str, str, str]]:
        query = select(AdNumber.shown, Sighting.by, Sighting.state).join(
            AdNumber, AdNumber.id == Sighting.number_id
        )
        with unit_of_work(self.engine) as session:
            return sorted((row.shown, str(row.by), str(row.state)) for row in session.execute(query))

    def left(self) -> int:
        with unit_of_work(self.engine) as session:
            waiting = select(PendingTask).where(PendingTask.consumer == "reading")
            return len(session.scalars(waiting).all())


@pytest.fixture
def room(worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Room:
    import workers.reading as module  # its settings are read when it is imported
    import workers.sending as sending

    storage = Storage(worker_settings["HIENTRUONG_MEDIA_URL"])
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "storage", lambda: storage)
    monkeypatch.setattr(module, "now", lambda: NOW)
    monkeypatch.setattr(sending, "worker_reference", load_reference)
    monkeypatch.setattr(module, "worker_reference", load_reference)
    return Room(clean_engine, storage, module)


def test_a_ready_photo_is_read_once_however_often_it_is_told(room: Room) -> None:
    event = room.ready("p30_easy.jpg")
    room.module.read([event])
    room.module.read([event])
    assert room.seen() == [
        ("0379 249 013", "reader", "proposed"),
        ("0868 105 435", "reader", "proposed"),
    ]
    assert room.left() == 0
    with unit_of_work(room.engine) as session:
        quads = session.scalars(select(Sighting.quad)).all()
        assert all(quad and all(0 <= share <= 1 for point in quad for share in point) for quad in quads)
        again = session.scalars(select(Event.id)).all()
        session.execute(update(Sighting).values(state=SightingState.REFUSED, decided_at=NOW))
    # A second photo of the same poster brings back nothing that people refused.
    room.module.read([room.ready("p30_easy.jpg", number=1)])
    assert {state for _, _, state in room.seen()} == {"refused"}
    assert len(again) > 0


def test_without_the_packages_what_the_citizen_typed_is_taken_over(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.module, "can_read", lambda: False)
    with unit_of_work(room.engine) as session:
        session.execute(update(Report).values(attributes={"phone": "(+84) 912.724.827"}))
    room.module.read([room.ready("p30_easy.jpg")])
    assert room.seen() == [("0912 724 827", str(SightingSource.REPORTER), "proposed")]
    assert room.left() == 0


def test_photos_of_other_kinds_gone_photos_and_missing_files_leave_nothing(room: Room) -> None:
    gone = room.ready("p00_easy.jpg")
    with unit_of_work(room.engine) as session:
        keys = session.scalars(select(Photo.public_key)).all()
    room.storage.delete(keys[0])
    other = room.ready("p03_easy.jpg", number=1)
    room.module.read([gone])
    with unit_of_work(room.engine) as session:
        session.execute(update(Category).values(questions=[]))
        session.execute(update(Report).values(updated_at=datetime.now(UTC)))
        litter = session.scalars(select(Category.id).where(Category.code == "litter")).one()
        session.execute(update(Report).values(category_id=litter))
    room.module.read([other])
    assert room.seen() == [] and room.left() == 0


def test_what_a_broker_lost_is_read_batch_after_batch(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """One turn of the sweep takes all that waits, and does not go round while the storage is silent."""
    monkeypatch.setattr(room.module, "can_read", lambda: False)
    monkeypatch.setattr(room.module, "SWEEP_BATCH", 2)
    monkeypatch.setattr(room.module, "now", lambda: NOW + timedelta(minutes=4))
    for number in range(5):
        room.ready("p30_easy.jpg", number=number)
    with monkeypatch.context() as away:
        asked: list[PhotoToRead] = []

        def silent(photo: PhotoToRead) -> int:
            asked.append(photo)
            raise StorageUnavailable("away")

        away.setattr(room.module, "read_photo", silent)
        assert room.module.sweep() == 0
        assert len(asked) == 2 and room.left() == 5
    assert room.module.sweep() == 5
    assert room.left() == 0
    assert room.module.sweep() == 0
