"""A photo of a work over HTTP: taken once however often it is sent, listed, and cited by the last step."""

from __future__ import annotations

from uuid import uuid4

import pytest

from service.domain.works import photos
from tests.api.desk import Desk
from tests.api.works.writes import named
from tests.support.photo_stage import jpeg


def test_a_photo_is_taken_once_and_a_task_is_done_with_it(desk: Desk) -> None:
    path = named(desk, "/api/v1/works/{work_code}")
    me, form = desk.as_staff("department"), {"id": str(uuid4())}
    file = {"file": ("x.jpg", jpeg())}
    first = desk.client.post(f"{path}/photos", files=file, data=form, headers=me)
    assert first.status_code == 201, first.text
    photo = first.json()
    assert (photo["id"], photo["kind"], photo["state"]) == (form["id"], "evidence", "raw")
    again = desk.client.post(f"{path}/photos", files=file, headers=me)
    assert (again.status_code, again.json()["id"]) == (200, photo["id"])
    taken = desk.client.post(f"{path}/photos", files={"file": ("y.jpg", jpeg())}, data=form, headers=me)
    assert taken.status_code == 409, "the id stands for another file"
    minutes = {"file": ("y.jpg", jpeg())}
    paper = desk.client.post(f"{path}/photos?kind=document", files=minutes, headers=me)
    assert (paper.status_code, paper.json()["kind"]) == (201, "document")
    listed = desk.client.get(f"{path}/photos", headers=desk.as_staff("triage"))
    assert [each["id"] for each in listed.json()["items"]] == [photo["id"], paper.json()["id"]]
    work = desk.client.get(path, headers=me).json()
    done = {"to": "done", "version": work["version"], "data": {"result": "Xong"}, "photos": [photo["id"]]}
    assert desk.client.post(f"{path}/transitions", json=done, headers=me).status_code == 200


def test_what_is_no_photo_or_too_many_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = named(desk, "/api/v1/works/{work_code}/photos")
    me = desk.as_staff("department")
    assert desk.client.post(path, files={"file": ("x.jpg", b"words")}, headers=me).status_code == 415
    report = {"file": ("x.jpg", jpeg())}
    assert desk.client.post(f"{path}?kind=report", files=report, headers=me).status_code == 422
    monkeypatch.setitem(photos.MOST, "evidence", 0)
    assert desk.client.post(path, files=report, headers=me).status_code == 409
