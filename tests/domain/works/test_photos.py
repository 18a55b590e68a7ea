"""Photos of works: who may add one, the same one again, how many, and the step that leans on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.privacy.retention import old_originals
from service.domain.reports import photos as of_reports
from service.domain.reports.photos import mark_photo_failed, mark_ready
from service.domain.works import photos
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Photo, Work
from tests.support.people import Cast, Person
from tests.support.photo_stage import jpeg, new_photo
from tests.support.works.stage import WorksStage


@pytest.fixture
def stage(session: Session, reference: Reference) -> WorksStage:
    return WorksStage(session, reference)


def add(stage: WorksStage, person: Person, work: Work, data: bytes) -> tuple[Photo, bool]:
    """The person sends a photo of the work."""
    found = photos.find_for_photo(stage.session, stage.reference, person.actor, work.code)
    told: dict[str, Any] = {"actor": person.actor, "at": stage.now, "zone": stage.zone}
    return photos.add_work_photo(stage.session, *found, new_photo(data), **told)


def test_with_a_photo_a_task_that_needs_one_is_done(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager)
    work.needs_photo = True
    seen, (photo, new) = work.version, add(stage, cast.department, work, data := jpeg())
    assert (new, photo.kind, photo.work_id) == (True, "evidence", work.id)
    assert add(stage, cast.department, work, data) == (photo, False)
    assert work.version == seen, "a form that was open meanwhile is still good"
    assert photos.raw_of_events(stage.session, []) == []
    assert mark_ready(stage.session, photo.id, at=stage.now, key=photo.public_key)
    assert not mark_ready(stage.session, photo.id, at=stage.now, key=photo.public_key)
    listed = photos.work_photos(stage.session, work.id)
    assert [each.id for each in photos.uncited(stage.session, work.id, listed)] == [photo.id]
    done = {"data": {"result": "Xong"}, "photos": [str(photo.id)]}
    assert stage.step(cast.department, work, "done", **done).status == "done"
    assert photos.uncited(stage.session, work.id, listed) == []
    assert stage.types(work) == ["work.photo_added", "work.done"]


def test_who_has_no_part_adds_none(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager)
    for reader in (cast.other_department, cast.triage):
        with pytest.raises(Forbidden):
            add(stage, reader, work, jpeg())
    with pytest.raises(NotFound):
        add(stage, cast.inspector, work, jpeg())


def test_another_works_photo_and_one_that_cannot_be_shown_prove_nothing(
    stage: WorksStage, cast: Cast
) -> None:
    work, other = stage.task(cast.manager), stage.task(cast.manager)
    theirs, _ = add(stage, cast.department, other, jpeg())
    broken, _ = add(stage, cast.department, work, jpeg())
    assert mark_photo_failed(stage.session, broken.id, "no photo", at=stage.now)
    for photo in (theirs, broken):
        with pytest.raises(Invalid):
            stage.step(cast.department, work, "done", data={"result": "Xong"}, photos=[str(photo.id)])


def test_a_work_takes_so_many_and_none_after_its_end(
    stage: WorksStage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = stage.task(cast.manager)
    first, _ = add(stage, cast.department, work, data := jpeg())
    monkeypatch.setitem(photos.MOST, "evidence", 1)
    with pytest.raises(Conflict):
        add(stage, cast.department, work, jpeg())
    monkeypatch.undo()
    stage.step(cast.manager, work, "dropped", reason="Không cần nữa")
    with pytest.raises(Conflict):
        add(stage, cast.department, work, jpeg())
    assert add(stage, cast.department, work, data) == (first, False)


def test_the_sweep_and_the_forgetting_know_works(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager)
    photo, _ = add(stage, cast.department, work, jpeg())
    later = stage.now + timedelta(minutes=1)
    assert photos.left_raw(stage.session, later, 10) == [photo.id]
    assert of_reports.reports_left_raw(stage.session, later, 10) == []
    mark_ready(stage.session, photo.id, at=stage.now)
    assert photos.left_raw(stage.session, later, 10) == []
    years = stage.now + timedelta(days=800)
    assert old_originals(stage.session, stage.reference, years, 10) == 0, "the work goes on"
    stage.step(cast.manager, work, "dropped", reason="Không cần nữa")
    assert old_originals(stage.session, stage.reference, stage.now + timedelta(days=30), 10) == 0
    assert old_originals(stage.session, stage.reference, years, 10) == 1
    stage.session.refresh(photo)
    assert photo.original_erased_at == years
