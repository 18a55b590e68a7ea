"""A photo sent in pieces: it goes on where it stopped, whoever asks and however often."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import Conflict
from service.imaging.refusal import MAX_BYTES
from service.storage import Storage, StorageUnavailable
from service.web import resumable_upload
from tests.api.reports.test_photos import Service
from tests.api.reports.test_photos import service as service
from tests.imaging.pictures import encoded, quarters
from tests.support.photo_stage import jpeg


class Sender:
    """Sends one photo of one report."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.report_id, self.reporter = service.report()
        self.id = uuid4()

    @property
    def path(self) -> str:
        return f"/api/v1/reports/{self.report_id}/photos/{self.id}/upload"

    def piece(self, data: bytes, offset: int, length: int, **headers: str) -> httpx.Response:
        given = {**self.reporter, **headers}
        return self.service.client.patch(
            f"{self.path}?offset={offset}&length={length}", content=data, headers=given
        )

    def have(self) -> httpx.Response:
        return self.service.client.get(self.path, headers=self.reporter)

    def left(self) -> list[str]:
        return list(self.service.storage.keys(f"partial/{self.report_id}"))


@pytest.fixture
def sender(service: Service) -> Sender:
    return Sender(service)


def test_it_goes_on_where_it_stopped(sender: Sender) -> None:
    data = encoded(quarters(size=(600, 400)), "PNG")
    third = len(data) // 3
    assert sender.have().json() == {"offset": 0, "photo": None}
    assert sender.piece(data[:third], 0, len(data)).json() == {"offset": third, "photo": None}
    assert sender.have().json()["offset"] == third
    assert sender.piece(data[third : 2 * third], third, len(data)).json()["offset"] == 2 * third

    done = sender.piece(data[2 * third :], 2 * third, len(data))

    assert done.status_code == 201, done.text
    assert done.json()["photo"]["id"] == str(sender.id)
    assert sender.service.storage.get(sender.service.photo(sender.id).original_key) == data
    assert sender.left() == []
    again = sender.piece(data[2 * third :], 2 * third, len(data))
    assert (again.status_code, again.json()) == (200, done.json()), "its answer was lost: the same one again"
    assert sender.have().json() == done.json()


def test_a_piece_at_the_wrong_place_is_told_the_right_one(sender: Sender) -> None:
    data = jpeg()
    sender.piece(data[:100], 0, len(data))
    for offset in (0, 50, 101):
        refused = sender.piece(data[offset:], offset, len(data))
        assert refused.status_code == 409
        assert (refused.headers["upload-offset"], refused.json()["offset"]) == ("100", 100)
    assert sender.piece(data[100:], 100, len(data)).status_code == 201


def test_what_is_no_photo_is_refused_in_the_end_and_leaves_nothing(sender: Sender) -> None:
    assert sender.piece(b"x" * 500, 0, 1000).status_code == 200
    refused = sender.piece(b"x" * 500, 500, 1000)
    assert refused.status_code == 415
    assert sender.left() == []
    assert sender.have().json() == {"offset": 0, "photo": None}


def test_a_store_that_is_away_at_the_end_loses_no_piece(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it has come: the next try sends nothing more, it only finishes."""
    data = jpeg()
    real = Storage.put

    def fails(self: Storage, key: str, content: bytes) -> None:
        if key.startswith("original/"):
            raise StorageUnavailable("gone fishing")
        real(self, key, content)

    monkeypatch.setattr(Storage, "put", fails)
    assert sender.piece(data, 0, len(data)).status_code == 503
    monkeypatch.setattr(Storage, "put", real)
    assert sender.have().json()["offset"] == len(data)
    assert sender.piece(b"", len(data), len(data)).status_code == 201


def test_pieces_that_do_not_fit_or_are_not_ones_own_are_refused(sender: Sender, service: Service) -> None:
    data = jpeg()
    assert sender.piece(data, 0, MAX_BYTES + 1).status_code == 413
    assert sender.piece(b"x" * (resumable_upload.PIECE_BYTES + 1), 0, MAX_BYTES).status_code == 413
    assert sender.piece(data, 0, len(data) - 1).status_code == 422
    assert sender.piece(data, -1, len(data)).status_code == 422
    assert sender.piece(data, 0, len(data), Authorization="Report x").status_code == 401
    assert service.client.get(sender.path).status_code == 401
    other = Sender(service)
    other.id = sender.id
    assert sender.piece(data, 0, len(data)).status_code == 201
    assert other.piece(data, 0, len(data)).status_code == 409, "the id is another report's photo"
    assert other.have().status_code == 409


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.data())
def test_any_cut_makes_the_same_file(sizes: list[int], dice: st.DataObject) -> None:
    """Whatever the pieces, tried twice or out of turn, the whole is what was sent."""
    storage, report, photo = Storage("memory:"), uuid4(), uuid4()
    data = bytes(range(sum(sizes) % 256)) + bytes(sum(sizes) - sum(sizes) % 256)
    at = 0
    for size in sizes:
        wrong = dice.draw(st.integers(0, len(data)))
        if wrong != at:
            with pytest.raises(Conflict):
                resumable_upload.append_bytes(storage, report, photo, b"", offset=wrong, length=len(data))
        at = resumable_upload.append_bytes(
            storage, report, photo, data[at : at + size], offset=at, length=len(data)
        )
        assert resumable_upload.have(storage, report, photo) == at
    assert resumable_upload.whole(storage, report, photo).file.read() == data
    resumable_upload.clear_upload(storage, report, photo)
    assert resumable_upload.have(storage, report, photo) == 0
