"""Photos over real HTTP: what is taken, what is refused and how that is said, who may see what."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from sqlalchemy import Engine, func, select

from service.app import create_app
from service.db import make_engine, unit_of_work
from service.domain.kernel.codes import report_secret
from service.domain.people.sessions import open_session
from service.domain.reports import photos
from service.errors import Unavailable
from service.imaging.refusal import MAX_BYTES
from service.models import Photo, Report
from service.settings import Settings
from service.storage import Storage
from service.web import uploads
from tests.imaging.pictures import SHARED, collection, encoded, quarters
from tests.imaging.test_collection import BAD, GOOD
from tests.imaging.test_sniff import STRANGERS
from tests.support.photo_stage import NOW, PIN, add_report, add_staff, events, jpeg

KEY = "k" * 40
PROBLEM = "application/problem+json"


class Service:
    """A running web process with a database and media folder of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine: Engine = make_engine(settings.sqlalchemy_url)
        self.storage = Storage(settings.media_url)
        config = uvicorn.Config(create_app(settings), port=0, log_level="warning", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Service:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join()
        self.engine.dispose()

    def report(self, **options: Any) -> tuple[UUID, dict[str, str]]:
        """A new report: its id and the headers of its reporter."""
        with unit_of_work(self.engine) as session:
            report = add_report(session, **options)
        return report.id, {"Authorization": f"Report {report_secret(KEY.encode(), report.id)}"}

    def staff(self, role: str = "triage") -> dict[str, str]:
        """The headers of a signed-in member of staff."""
        with unit_of_work(self.engine) as session:
            opened = open_session(session, add_staff(session, role), "bearer", at=NOW.now(NOW.tzinfo))
        return {"Authorization": f"Bearer {opened.token}"}

    def send(
        self, report_id: object, data: bytes, headers: dict[str, str], name: str = "x.jpg", **fields: str
    ) -> httpx.Response:
        return self.client.post(
            f"/api/v1/reports/{report_id}/photos", files={"file": (name, data)}, data=fields, headers=headers
        )

    def photo(self, photo_id: object) -> Photo:
        with unit_of_work(self.engine) as session:
            return session.get_one(Photo, UUID(str(photo_id)))


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests of this file; each makes its own reports."""
    servers = request.getfixturevalue("servers")
    name = f"photos_{servers.worker}"
    servers.postgres.create_database(name, "schema")
    settings = Settings(
        database_url=servers.postgres.url(name),
        redis_url=f"unix://{servers.redis_socket}?db=0",
        media_url=f"file://{tmp_path_factory.mktemp('media')}",
        secret_key=SecretStr(KEY),
        public_url="https://city.example",
        rate_limits="off",
    )
    with Service(settings) as running:
        yield running
    servers.postgres.drop_database(name)


def test_a_photo_is_taken_and_stored(service: Service) -> None:
    report_id, reporter = service.report()
    data, chosen = jpeg(), uuid4()

    answer = service.send(report_id, data, reporter, id=str(chosen))

    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "id": str(chosen),
        "kind": "report",
        "state": "raw",
        "url": None,
        "thumbnail_url": None,
        "width": 96,
        "height": 64,
        "created_at": answer.json()["created_at"],
        "published": True,
        "hidden": False,
        "evidence": None,
    }
    assert service.storage.get(service.photo(chosen).original_key) == data
    with unit_of_work(service.engine) as session:
        assert [event.type for event in events(session, report_id)] == ["photo.added"]


def test_the_same_photo_again_is_the_first_answer(service: Service) -> None:
    report_id, reporter = service.report()
    data = jpeg()
    first = service.send(report_id, data, reporter)

    for fields in ({}, {"id": first.json()["id"]}, {"id": str(uuid4())}):
        again = service.send(report_id, data, reporter, **fields)
        assert (again.status_code, again.json()) == (200, first.json())


def test_a_retry_is_answered_when_the_report_is_full(service: Service) -> None:
    report_id, reporter = service.report()
    sent = [jpeg() for _ in range(6)]
    assert [service.send(report_id, data, reporter).status_code for data in sent] == [201] * 6

    assert service.send(report_id, sent[0], reporter).status_code == 200
    refused = service.send(report_id, jpeg(), reporter)
    assert refused.status_code == 409
    assert "6" in refused.json()["detail"]


def test_identical_uploads_at_one_moment(service: Service) -> None:
    report_id, reporter = service.report()
    data = jpeg()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: service.send(report_id, data, reporter), range(6)))

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    with unit_of_work(service.engine) as session:
        rows = select(func.count()).select_from(Photo).where(Photo.report_id == report_id)
        assert session.scalar(rows) == 1
    assert len(list(service.storage.keys(f"original/{report_id}"))) == 1


def test_the_same_id_for_another_photo_is_refused(service: Service) -> None:
    report_id, reporter = service.report()
    first = service.send(report_id, jpeg(), reporter)

    refused = service.send(report_id, jpeg(), reporter, id=first.json()["id"])

    assert refused.status_code == 409
    assert refused.json()["errors"][0]["loc"] == ["body", "id"]


def test_the_tracking_code_names_the_report_too(service: Service) -> None:
    report_id, reporter = service.report()
    with unit_of_work(service.engine) as session:
        code = session.get_one(Report, report_id).code

    assert service.send(code, jpeg(), reporter).status_code == 201


@pytest.mark.parametrize("name", [row["file"] for row in collection()])
def test_every_file_of_the_collection(service: Service, name: str) -> None:
    report_id, reporter = service.report()

    answer = service.send(report_id, (SHARED / name).read_bytes(), reporter, name=name)

    if name in GOOD:
        assert answer.status_code == 201, answer.text
        assert service.storage.exists(service.photo(answer.json()["id"]).original_key)
    else:
        assert name in BAD
        assert answer.status_code in (415, 422)
        assert_says_why(answer)
        assert list(service.storage.keys(f"original/{report_id}")) == []


def assert_says_why(answer: httpx.Response) -> None:
    """A problem in Vietnamese that names the file."""
    problem = answer.json()
    assert answer.headers["content-type"] == PROBLEM
    assert problem["status"] == answer.status_code
    assert problem["errors"] == [{"loc": ["body", "file"], "msg": problem["detail"]}]
    assert "nh" in problem["detail"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", [name for name in STRANGERS if STRANGERS[name]])
def test_other_files_are_refused_whatever_they_are_called(service: Service, name: str) -> None:
    report_id, reporter = service.report()

    answer = service.client.post(
        f"/api/v1/reports/{report_id}/photos",
        files={"file": ("photo.jpg", STRANGERS[name], "image/jpeg")},
        headers=reporter,
    )

    assert answer.status_code == 415
    assert_says_why(answer)


def test_a_photo_is_taken_whatever_it_is_called(service: Service) -> None:
    report_id, reporter = service.report()

    answer = service.client.post(
        f"/api/v1/reports/{report_id}/photos",
        files={"file": ("../../etc/x.html", encoded(quarters(), "WEBP"), "text/html")},
        headers=reporter,
    )

    assert answer.status_code == 201
    assert service.photo(answer.json()["id"]).media_type == "image/webp"


@pytest.mark.parametrize("extra", [1, 400_000, 20_000_000])
def test_a_file_over_15_mb_is_413(service: Service, extra: int) -> None:
    report_id, reporter = service.report()
    data = jpeg()

    answer = service.send(report_id, data + bytes(MAX_BYTES - len(data) + extra), reporter)

    assert answer.status_code == 413
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["status"] == 413


def test_a_file_of_15_mb_is_taken(service: Service) -> None:
    report_id, reporter = service.report()
    data = jpeg()

    assert service.send(report_id, data + bytes(MAX_BYTES - len(data)), reporter).status_code == 201


def test_an_endless_body_is_cut_off(service: Service) -> None:
    """No Content-Length, and far more than allowed: refused long before the end."""
    report_id, reporter = service.report()
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n\xff\xd8\xff'
        while sent < 500_000_000:
            sent += 100_000
            yield bytes(100_000)

    headers = reporter | {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        answer = service.client.post(
            f"/api/v1/reports/{report_id}/photos", content=endless(), headers=headers
        )
        assert answer.status_code == 413
    except httpx.NetworkError:
        pass  # the connection was closed while the client was still sending
    assert sent < 100_000_000


FORMS: dict[str, tuple[dict[str, Any], int, list[list[str]]]] = {
    "no file": (
        {"data": {"x": "1"}, "files": {"y": b"1"}},
        422,
        [["body", "x"], ["body", "y"], ["body", "file"]],
    ),
    "text for a file": ({"files": {"file": (None, b"text")}}, 422, [["body", "file"]]),
    "odd id": ({"files": {"file": jpeg()}, "data": {"id": "7"}}, 422, [["body", "id"]]),
    "id is a file": ({"files": {"id": b"1"}}, 422, [["body", "file"]]),
    "unknown field": ({"files": {"file": jpeg()}, "data": {"kind": "evidence"}}, 422, [["body", "kind"]]),
    "two files": ({"files": [("file", jpeg()), ("file", jpeg())]}, 400, []),
    "json": ({"json": {"file": "x"}}, 415, []),
    "plain bytes": ({"content": jpeg(), "headers": {"Content-Type": "image/jpeg"}}, 415, []),
    "nothing": ({}, 415, []),
    "no boundary": ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, []),
    "broken form": (
        {"content": b"nonsense", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        400,
        [],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_odd_forms_are_told_what_is_wrong(service: Service, name: str) -> None:
    options, status, places = FORMS[name]
    report_id, reporter = service.report()

    answer = service.client.post(
        f"/api/v1/reports/{report_id}/photos", **{**options, "headers": reporter | options.get("headers", {})}
    )

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert [error["loc"] for error in answer.json()["errors"]] == places


def test_who_may_not_send(service: Service) -> None:
    report_id, _ = service.report()
    _, other = service.report()
    before = service.client.get(f"/api/v1/reports/{report_id}/photos").json()

    for headers, status in (
        ({}, 401),
        (other, 401),
        ({"Authorization": "Report x"}, 401),
        ({"Authorization": "Bearer x"}, 401),
        (service.staff("inspector"), 201),
        (service.staff("triage"), 200),
    ):
        answer = service.send(report_id, encoded(quarters(), "PNG"), headers)
        assert answer.status_code == status, answer.text
    assert before == {"items": []}
    for name in (uuid4(), "HUE-2222-22", "nonsense", "%00", "x" * 5000):
        assert service.send(name, jpeg(), other).status_code == 404


def test_a_stranger_is_refused_before_the_body_is_read(service: Service) -> None:
    report_id, _ = service.report()
    head = (
        f"POST /api/v1/reports/{report_id}/photos HTTP/1.1\r\nHost: x\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000000\r\n\r\n"
    )
    address = service.client.base_url
    with socket.create_connection((address.host, address.port or 80), timeout=10) as wire:
        wire.sendall(head.encode())
        assert wire.recv(1000).startswith(b"HTTP/1.1 401")


def test_a_phone_that_hangs_up_leaves_nothing(service: Service) -> None:
    report_id, reporter = service.report()
    data = jpeg()
    head = (
        f"POST /api/v1/reports/{report_id}/photos HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {reporter['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    )
    address = service.client.base_url
    with socket.create_connection((address.host, address.port or 80), timeout=10) as wire:
        wire.sendall(head.encode() + data)
        time.sleep(0.2)

    assert service.send(report_id, data, reporter).status_code == 201


def test_staff_bring_evidence_and_see_what_photos_say(service: Service) -> None:
    report_id, reporter = service.report()
    staff = service.staff()
    name = "gps_ok__heic_IMG_5195.HEIC"
    sent = service.send(report_id, (SHARED / name).read_bytes(), reporter)
    assert sent.json()["evidence"] is None

    answer = service.send(report_id, jpeg(), staff)

    assert (answer.status_code, answer.json()["kind"]) == (201, "evidence")
    first, second = service.client.get(f"/api/v1/reports/{report_id}/photos", headers=staff).json()["items"]
    assert second == answer.json()
    assert first["evidence"] == {
        "lon": pytest.approx(-94.28877, abs=1e-5),
        "lat": pytest.approx(39.05134, abs=1e-5),
        "accuracy_m": pytest.approx(38.8, abs=0.1),
        "distance_m": pytest.approx(13_300_000, rel=0.1),
        "taken_at": "2021-04-11T20:47:53Z",
        "clock": "offset",
        "camera": "Apple iPhone 11 Pro Max",
        "failure": None,
    }
    with unit_of_work(service.engine) as session:
        report = session.get_one(Report, report_id)
        assert (report.lon, report.lat) == PIN


def listed(service: Service, report_id: UUID, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = service.client.get(f"/api/v1/reports/{report_id}/photos", headers=headers or {})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def publish(service: Service, photo_id: str, data: bytes = b"RIFF-made-by-the-worker") -> Photo:
    photo = service.photo(photo_id)
    service.storage.put(photo.public_key, data)
    service.storage.put(photo.thumbnail_key, data[:10])
    with unit_of_work(service.engine) as session:
        photos.mark_ready(session, photo.id, at=NOW)
    return photo


def test_who_sees_which_photos(service: Service) -> None:
    report_id, reporter = service.report()
    own = service.send(report_id, jpeg(), reporter).json()["id"]
    evidence = service.send(report_id, jpeg(), service.staff()).json()["id"]
    assert listed(service, report_id) == []
    assert [photo["id"] for photo in listed(service, report_id, reporter)] == [own]
    assert [photo["id"] for photo in listed(service, report_id, service.staff())] == [own, evidence]

    publish(service, evidence)
    assert listed(service, report_id) == []
    assert listed(service, report_id, service.staff())[1]["state"] == "ready"

    publish(service, own)
    [shown] = listed(service, report_id)
    assert (shown["id"], shown["state"], shown["evidence"]) == (own, "ready", None)
    assert shown["url"].startswith("https://city.example/media/")


def test_photos_of_a_hidden_report_look_like_none(service: Service) -> None:
    report_id, reporter = service.report(published=False)
    service.send(report_id, jpeg(), reporter)

    assert service.client.get(f"/api/v1/reports/{report_id}/photos").status_code == 404
    assert len(listed(service, report_id, reporter)) == 1


def path_of(url: str) -> str:
    return url.removeprefix("https://city.example")


def test_public_files_are_kept_for_minutes_and_then_asked_for_again(service: Service) -> None:
    report_id, reporter = service.report()
    photo_id = service.send(report_id, jpeg(), reporter).json()["id"]
    data = bytes(range(256)) * 4000
    publish(service, photo_id, data)
    [shown] = listed(service, report_id)

    answer = service.client.get(path_of(shown["url"]))

    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=300, must-revalidate"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    again = service.client.get(path_of(shown["url"]), headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = service.client.head(path_of(shown["url"]))
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(data)))
    assert service.client.get(path_of(shown["thumbnail_url"])).content == data[:10]


def test_nothing_private_is_served(service: Service) -> None:
    report_id, reporter = service.report()
    photo = service.photo(service.send(report_id, jpeg(), reporter).json()["id"])
    assert service.storage.exists(photo.original_key)

    for path in (
        photo.original_key,
        f"../{photo.original_key}",
        f"%2e%2e/{photo.original_key}",
        f"..%2f{photo.original_key}",
        f"x/../../{photo.original_key}",
        photo.public_key.removeprefix("public/"),  # not made yet
        "",
        "full.webp",
        f"{'A' * 22}/full.webp",
        "%00",
        "a/b.html",
        "x" * 5000,
    ):
        answer = service.client.get(f"/media/{path}")
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == PROBLEM


def test_the_original_is_for_staff_and_each_reading_is_noted(service: Service) -> None:
    report_id, reporter = service.report()
    data = jpeg()
    photo_id = service.send(report_id, data, reporter).json()["id"]
    url = f"/api/v1/reports/{report_id}/photos/{photo_id}/original"

    answer = service.client.get(url, headers=service.staff())

    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-store"
    with unit_of_work(service.engine) as session:
        event = events(session, report_id)[-1]
        assert (event.type, event.public, event.actor) == ("photo.original_read", False, "staff")
        assert event.staff_id is not None
    assert service.client.get(url).status_code == 401
    assert service.client.get(url, headers=reporter).status_code == 401


def test_originals_that_are_not_there(service: Service) -> None:
    report_id, reporter = service.report()
    other, _ = service.report()
    photo = service.photo(service.send(report_id, jpeg(), reporter).json()["id"])
    staff = service.staff()

    def status(report: object, photo_id: object) -> int:
        url = f"/api/v1/reports/{report}/photos/{photo_id}/original"
        return service.client.get(url, headers=staff).status_code

    assert status(other, photo.id) == 404
    assert status(report_id, uuid4()) == 404
    assert status(report_id, "7") == 422
    service.storage.delete(photo.original_key)
    assert status(report_id, photo.id) == 404


def test_a_store_that_fails_is_503_and_nothing_is_written_down(service: Service) -> None:
    report_id, reporter = service.report()
    folder = Path(service.settings.media_url.removeprefix("file://")) / "original" / str(report_id)
    folder.parent.mkdir(exist_ok=True)
    folder.write_bytes(b"in the way")
    data = jpeg()

    answer = service.send(report_id, data, reporter)

    assert answer.status_code == 503
    assert answer.headers["content-type"] == PROBLEM
    assert int(answer.headers["retry-after"]) > 0
    assert listed(service, report_id, reporter) == []
    folder.unlink()
    assert service.send(report_id, data, reporter).status_code == 201


def test_refusals_speak_english_too(service: Service) -> None:
    report_id, reporter = service.report()

    answer = service.send(report_id, b"GIF89a", reporter | {"Accept-Language": "en"})

    assert answer.status_code == 415
    assert answer.json()["detail"] == "This file is not a JPEG, PNG, WebP or HEIC photo."


def test_reports_wait_while_many_photos_are_looked_at(service: Service) -> None:
    """Photos of many people at once: all are taken, and other requests are answered meanwhile."""
    targets = [service.report() for _ in range(8)]
    heic = (SHARED / "gps_ok__heic_IMG_5195.HEIC").read_bytes()
    slow: list[float] = []

    def watch(stop: threading.Event) -> None:
        while not stop.wait(0.05):
            began = time.monotonic()
            assert service.client.get(f"/api/v1/reports/{targets[0][0]}/photos").status_code == 200
            slow.append(time.monotonic() - began)

    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(stop,))
    watcher.start()
    with ThreadPoolExecutor(8) as pool:
        send: Callable[[tuple[UUID, dict[str, str]]], httpx.Response] = lambda to: service.send(  # noqa: E731
            to[0], heic, to[1]
        )
        answers = list(pool.map(send, targets))
    stop.set()
    watcher.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len(slow) > 3


def test_a_large_file_that_cannot_be_set_down_is_503(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id, reporter = service.report()
    data = jpeg() + bytes(2_000_000)
    with monkeypatch.context() as broken:
        broken.setattr(tempfile, "tempdir", str(tmp_path / "lost"))
        answer = service.send(report_id, data, reporter)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert service.send(report_id, data, reporter).status_code == 201


def test_photos_do_not_queue_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WAIT_S", 0.05)

    async def crowd() -> None:
        gate = uploads.Gate()
        async with AsyncExitStack() as stack:
            for _ in range(uploads.AT_ONCE):
                await stack.enter_async_context(gate.turn())
            with pytest.raises(Unavailable) as error:
                await stack.enter_async_context(gate.turn())
            assert int(error.value.headers["Retry-After"]) > 0
        async with gate.turn():  # free again
            pass

    asyncio.run(crowd())
