"""Photos that reports name by a link: fetched within limits, tried again, never from a network of ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, update

from service.db import unit_of_work
from service.domain.open311.links import note_links
from service.imaging.refusal import MAX_BYTES
from service.models import Photo, PhotoLink
from service.storage import Storage
from tests.support.factories import found_city, make_report
from tests.support.photo_stage import jpeg


class Elsewhere(BaseHTTPRequestHandler):
    """Another system: a photo, redirects, illness."""

    ill: ClassVar[bool] = False
    asked: ClassVar[list[str]] = []
    picture: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/to/"):
            goal = {"/to/private": "http://10.1.2.3/x.jpg", "/to/photo": "/photo.jpg", "/to/self": "/to/self"}
            self._answer(302, b"", goal[self.path])
        elif self.path == "/huge.jpg":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(MAX_BYTES // 65536 + 9):
                    self.wfile.write(bytes(65536))
            except ConnectionError:
                return
        elif self.path == "/page.jpg":
            self._answer(200, b"<html>not a photo</html>")
        elif self.path == "/gone.jpg":
            self._answer(404, b"")
        else:
            self._answer(503 if self.ill else 200, self.picture)

    def _answer(self, status: int, body: bytes, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    Elsewhere.ill, Elsewhere.picture = False, jpeg()
    Elsewhere.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def worker(
    worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    import workers.partners as module

    kept = Storage(worker_settings["HIENTRUONG_MEDIA_URL"])
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "storage", lambda: kept)
    return module


def note(engine: Engine, worker: ModuleType, *urls: str) -> UUID:
    with unit_of_work(engine) as session:
        report: UUID = make_report(session, found_city(session), "assigned").id
        note_links(session, report, urls, worker.now() - timedelta(seconds=1))
    return report


def left(engine: Engine) -> int:
    with unit_of_work(engine) as session:
        return session.scalar(select(func.count()).select_from(PhotoLink)) or 0


def photos(engine: Engine, report: UUID) -> list[Photo]:
    with unit_of_work(engine) as session:
        return list(session.scalars(select(Photo).where(Photo.report_id == report)))


def test_a_photo_comes_once_also_by_two_links(
    elsewhere: str, worker: ModuleType, clean_engine: Engine
) -> None:
    report = note(clean_engine, worker, f"{elsewhere}/photo.jpg", f"{elsewhere}/to/photo")
    assert worker.fetch_photos() == 2
    [photo] = photos(clean_engine, report)
    assert (photo.kind, photo.published, photo.state) == ("report", True, "raw")
    assert worker.storage().get(photo.original_key) == Elsewhere.picture
    assert left(clean_engine) == 0


@pytest.mark.parametrize(
    "path", ["/huge.jpg", "/page.jpg", "/gone.jpg", "/to/private", "http://169.254.169.254/latest"]
)
def test_what_is_no_photo_is_given_up_at_once(
    elsewhere: str, worker: ModuleType, clean_engine: Engine, path: str
) -> None:
    report = note(clean_engine, worker, path if path.startswith("http") else elsewhere + path)
    assert worker.fetch_photos() == 0
    assert photos(clean_engine, report) == []
    assert left(clean_engine) == 0


def test_who_is_ill_is_asked_again_later_and_not_for_ever(
    elsewhere: str, worker: ModuleType, clean_engine: Engine
) -> None:
    Elsewhere.ill = True
    report = note(clean_engine, worker, f"{elsewhere}/photo.jpg")
    assert worker.fetch_photos() == 0
    assert left(clean_engine) == 1
    assert worker.fetch_photos() == 0  # not before its time
    assert len(Elsewhere.asked) == 1
    Elsewhere.ill = False
    due = update(PhotoLink).values(next_at=worker.now() - timedelta(seconds=1))
    with unit_of_work(clean_engine) as session:
        session.execute(due)
    assert worker.fetch_photos() == 1
    assert len(photos(clean_engine, report)) == 1
    with unit_of_work(clean_engine) as session:
        note_links(session, report, [f"{elsewhere}/to/self"], worker.now() - timedelta(seconds=1))
    for _ in range(5):
        with unit_of_work(clean_engine) as session:
            session.execute(due)
        worker.fetch_photos()
    assert left(clean_engine) == 0
