"""A contractor reads what was handed to them and what is meant for them, nothing that colleagues say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import Remark, comment, comments_for
from service.domain.casework.extension_requests import requests_of
from service.domain.city.reference import Reference
from service.domain.queries.photo_details import list_photos, open_original
from service.domain.queries.timeline import InsideEvent, timeline
from service.domain.reports.access import Asker
from service.domain.rules.rulebook import load_rulebook
from service.domain.workspaces.case_work import read_case_work
from service.domain.workspaces.casefile import read_case_file
from service.errors import Forbidden, NotFound
from service.models import Photo, Report
from tests.support.factories import make_photo, make_report
from tests.support.people import Cast, reporter_of
from tests.support.small_city import NOON


@pytest.fixture
def report(session: Session, reference: Reference) -> Report:
    """Led by the cables' room, done by telecom."""
    return make_report(session, reference, "in_progress", lead="cables-room", executor="telecom")


def note(session: Session, reference: Reference, who: Asker, report: Report, text: str) -> UUID:
    said, _ = comment(session, reference, who, report.id, Remark(text=text), NOON)
    assert said.kind == "note"
    return said.id


def test_notes_reach_a_contractor_who_is_called(
    session: Session, reference: Reference, cast: Cast, report: Report
) -> None:
    inside = note(session, reference, cast.room.asker, report, "Công ty này hay chậm, theo dõi thêm")
    other = note(session, reference, cast.room.asker, report, "@triage xem giúp")
    called = note(session, reference, cast.room.asker, report, "@executor mang thang 6 m")
    own = note(session, reference, cast.executor.asker, report, "Sáng mai đội 2 làm")

    def reads(who: Asker) -> set[UUID]:
        return {said.id for said in comments_for(session, who, report.id, NOON, reference)}

    assert reads(cast.executor.asker) == {called, own}
    assert reads(cast.room.asker) == reads(cast.triage.asker) == {inside, other, called, own}
    assert reads(cast.other_executor.asker) == reads(reporter_of(report)) == set()


def test_the_story_of_a_contractor(
    session: Session, reference: Reference, cast: Cast, report: Report
) -> None:
    note(session, reference, cast.room.asker, report, "@manager xem giúp")
    called = note(session, reference, cast.room.asker, report, "@executor mang thang")
    own = note(session, reference, cast.executor.asker, report, "@room đã rõ")

    def story(who: Asker) -> list[InsideEvent]:
        items = timeline(session, reference, who, report.id, now=NOON).items
        assert all(isinstance(each, InsideEvent) for each in items)
        return [each for each in items if isinstance(each, InsideEvent)]

    told = story(cast.executor.asker)
    assert [each.data["comment"] for each in told if each.type == "comment.added"] == [str(called), str(own)]
    assert [each.staff for each in told if each.type == "report.noted"] == ["Cán bộ executor"]
    assert {each.staff for each in told if each.private} <= {"Cán bộ executor"}
    assert len([each for each in story(cast.room.asker) if each.type == "report.noted"]) == 3
    assert told[0].type == "report.received"


def test_the_steps_of_an_unpublished_case_are_told(
    session: Session, reference: Reference, cast: Cast
) -> None:
    hidden = make_report(
        session,
        reference,
        "in_progress",
        category="tip_off",
        lead="cables-room",
        executor="telecom",
        published=False,
    )
    comment(session, reference, cast.room.asker, hidden.id, Remark(text="Đang làm", kind="reply"), NOON)
    told = timeline(session, reference, cast.executor.asker, hidden.id, now=NOON).items
    assert [each.type for each in told] == ["report.received", "comment.added"]


def test_a_citizens_file_says_nothing_of_who_took_it(session: Session, cast: Cast, report: Report) -> None:
    told: dict[str, Any] = {"exif_lon": 107.6, "exif_lat": 16.4, "taken_at": NOON, "distance_m": 9.0}
    theirs = make_photo(session, report, "report", **told)
    work = make_photo(session, report, "evidence", **told)
    shown = {each.id: each for each in list_photos(session, cast.executor.asker, report.id, now=NOON)[0]}
    assert (shown[theirs].lon, shown[theirs].taken_at, shown[theirs].distance_m) == (None, None, None)
    assert (shown[work].lon, shown[work].taken_at) == (107.6, NOON)
    for colleague in (cast.room, cast.triage):
        seen, _ = list_photos(session, colleague.asker, report.id, now=NOON)
        assert {each.lon for each in seen} == {107.6}
        assert open_original(session, colleague.asker, report.id, theirs, now=NOON).id == theirs
    with pytest.raises(NotFound):
        open_original(session, cast.executor.asker, report.id, theirs, now=NOON)
    assert open_original(session, cast.executor.asker, report.id, work, now=NOON).id == work
    assert session.get_one(Photo, theirs).exif_lon == 107.6


def test_what_a_department_asks_its_manager_is_its_own(
    session: Session, reference: Reference, cast: Cast, report: Report
) -> None:
    assert requests_of(session, cast.room.asker, report.id, NOON) == []
    with pytest.raises(Forbidden):
        requests_of(session, cast.executor.asker, report.id, NOON)
    book = load_rulebook(session)
    file = read_case_file(session, reference, book, cast.executor.asker, report.code, now=NOON)
    work = read_case_work(session, reference, book, cast.executor.asker, file, now=NOON)
    assert (work.requests, work.near, work.why.triage_reason) == ([], [], None)
