"""Taking photos in, once each; what becomes of them; who sees what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.reports import photo_limits, photos
from service.domain.reports.events import REPORTER, Actor
from service.domain.reports.photo_limits import MOST
from service.domain.reports.photos import NewPhoto, PhotoView
from service.errors import Conflict, NotFound
from service.models import EventType, Photo, Report, Role, Status
from service.models.reports.event import ActorKind
from service.storage import is_public_key
from tests.support.photo_stage import NOW, PIN, add_report, add_staff, events, new_photo

HUE_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


def add(
    session: Session, report: Report, new: NewPhoto, actor: Actor = REPORTER, at: datetime = NOW
) -> tuple[Photo, bool]:
    return photos.add_photo(session, report.id, new, actor=actor, at=at, zone=HUE_TIME)


@pytest.fixture
def report(session: Session) -> Report:
    return add_report(session)


@pytest.fixture
def staff(session: Session) -> Actor:
    return Actor(ActorKind.STAFF, staff_id=add_staff(session).id, role=Role.TRIAGE)


def test_a_new_photo_is_raw_and_told_to_staff_only(session: Session, report: Report) -> None:
    new = new_photo(b"first")

    photo, stored = add(session, report, new)

    assert stored
    assert (photo.state, photo.kind, photo.created_at) == ("raw", "report", NOW)
    assert photo.original_key == f"original/{report.id}/{new.sha256.hex()}.jpg"
    assert not is_public_key(photo.original_key)
    assert is_public_key(photo.public_key)
    assert is_public_key(photo.thumbnail_key)
    [event] = events(session, report.id)
    assert (event.type, event.public, event.actor) == ("photo.added", False, "reporter")
    assert event.data == {"photo": str(photo.id), "kind": "report"}
    assert photos.public_photos(session, [report.id]) == {}


def test_public_names_cannot_be_guessed_from_what_is_public(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo())

    for known in (str(photo.id), report.id.hex, str(report.id), photo.sha256.hex(), report.code):
        assert known not in photo.public_key


def test_the_same_photo_again_is_the_same_row(session: Session, report: Report) -> None:
    new = new_photo(b"one")
    photo, _ = add(session, report, new)

    for again in (new, new_photo(b"one"), new_photo(b"one", media_type="image/png")):
        found, stored = add(session, report, again)
        assert (found.id, stored) == (photo.id, False)
    assert len(events(session, report.id)) == 1


def test_a_retry_after_the_status_changed_is_still_the_same_photo(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo(b"one"))
    report.status = Status.WAITING

    found, stored = add(session, report, new_photo(b"one"))

    assert (found.id, found.kind, stored) == (photo.id, "report", False)


def test_staff_may_bring_the_photo_the_citizen_sent(session: Session, report: Report, staff: Actor) -> None:
    add(session, report, new_photo(b"one"))

    photo, stored = add(session, report, new_photo(b"one"), staff)

    assert stored
    assert (photo.kind, photo.staff_id) == ("evidence", staff.staff_id)
    assert add(session, report, new_photo(b"one"), staff) == (photo, False)


def test_the_same_id_for_another_file_is_refused(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo(b"one"))

    with pytest.raises(Conflict) as error:
        add(session, report, new_photo(b"two", id=photo.id))
    assert [field.loc for field in error.value.errors] == [("body", "id")]


def test_an_id_of_another_report_is_refused_without_telling_of_it(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo(b"one"))
    other = add_report(session)

    for content in (b"one", b"two"):
        with pytest.raises(Conflict) as error:
            add(session, other, new_photo(content, id=photo.id))
        assert str(report.id) not in str(error.value.detail)


def test_find_sent_needs_no_id(session: Session, report: Report, staff: Actor) -> None:
    photo, _ = add(session, report, new_photo(b"one"))

    def found(actor: Actor, content: bytes) -> Photo | None:
        return photos.find_sent(session, report.id, actor, None, new_photo(content).sha256)

    assert found(REPORTER, b"one") is photo
    assert found(REPORTER, b"two") is None
    assert found(staff, b"one") is None


def test_room_is_counted_by_kind(session: Session, report: Report, staff: Actor) -> None:
    for number in range(MOST["report"]):
        add(session, report, new_photo(bytes([number])))

    with pytest.raises(Conflict):
        photo_limits.check_room(session, report, REPORTER)
    with pytest.raises(Conflict):
        add(session, report, new_photo(b"one too many"))
    assert add(session, report, new_photo(bytes([0])))[1] is False  # a retry needs no room
    assert add(session, report, new_photo(b"after"), staff)[0].kind == "evidence"
    report.status = Status.WAITING
    assert add(session, report, new_photo(b"answer"))[0].kind == "reply"


def test_six_are_taken(session: Session, report: Report) -> None:
    assert MOST["report"] == 6  # CONTRACT
    assert all(add(session, report, new_photo(bytes([number])))[1] for number in range(6))


def test_followers_have_a_number_of_their_own(session: Session, report: Report) -> None:
    def follower() -> Actor:
        return Actor(ActorKind.FOLLOWER, follower_id=uuid4())

    stranger, others = follower(), [follower(), follower()]
    for number in range(photo_limits.MOST_OF_ONE_FOLLOWER):
        add(session, report, new_photo(b"stranger %d" % number), stranger)
    with pytest.raises(Conflict, match="nhiều nhất"):
        add(session, report, new_photo(b"one more of the stranger"), stranger)
    assert add(session, report, new_photo(b"stranger 0"), stranger)[1] is False  # a retry needs no room
    for number in range(photo_limits.MOST_OF_ONE_FOLLOWER):
        for each in others:
            add(session, report, new_photo(each.follower_id.bytes + bytes([number])), each)  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="từ những người theo dõi"):
        add(session, report, new_photo(b"one of a fourth"), follower())

    assert all(add(session, report, new_photo(bytes([number])))[1] for number in range(MOST["report"]))
    with pytest.raises(Conflict):
        add(session, report, new_photo(b"a seventh of the reporter"))


def test_own_place_and_time_are_kept_beside_the_pin(session: Session, report: Report) -> None:
    taken = datetime(2026, 5, 4, 8, 0, tzinfo=HUE_TIME)
    new = new_photo(
        lon=PIN[0], lat=PIN[1] + 0.001, taken_at=taken, evidence={"clock": "offset", "camera": "M1"}
    )

    photo, _ = add(session, report, new)

    assert (photo.exif_lon, photo.exif_lat) == (PIN[0], PIN[1] + 0.001)
    assert photo.distance_m == pytest.approx(111.2, abs=0.5)
    assert photo.taken_at == taken
    assert photo.evidence == {"clock": "offset", "camera": "M1", "taken_local": None}
    assert (report.lon, report.lat) == PIN
    [event] = events(session, report.id)
    assert event.private == {"distance_m": photo.distance_m, "taken_at": "2026-05-04T01:00:00+00:00"}


def test_a_clock_without_zone_is_read_in_the_citys(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo(taken_local="2026-05-04T08:00:00"))

    assert photo.taken_at == datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
    assert photo.evidence is not None
    assert photo.evidence["taken_local"] == "2026-05-04T08:00:00"


def test_a_photo_that_says_nothing_has_no_distance(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo())

    assert (photo.distance_m, photo.taken_at, photo.exif_lon) == (None, None, None)


def test_ready_photos_are_public(session: Session, report: Report, staff: Actor) -> None:
    first, _ = add(session, report, new_photo(b"one"))
    second, _ = add(session, report, new_photo(b"two"), staff, at=NOW + timedelta(seconds=1))
    later = NOW + timedelta(minutes=1)

    assert photos.mark_ready(session, first.id, at=later)
    assert photos.mark_ready(session, second.id, at=later)
    assert photos.public_photos(session, [report.id])[report.id] == [
        PhotoView(first.id, "report", first.public_key, first.thumbnail_key)
    ]
    photos.publish_evidence(session, report, [second.id], later)
    photos.publish_evidence(session, report, [second.id], later)
    session.flush()

    views = photos.public_photos(session, [report.id, uuid4()])
    assert views == {
        report.id: [
            PhotoView(first.id, "report", first.public_key, first.thumbnail_key),
            PhotoView(second.id, "evidence", second.public_key, second.thumbnail_key),
        ]
    }
    assert report.updated_at == later
    assert [(event.type, event.public) for event in events(session, report.id)][2:] == [
        ("photo.ready", True),
        ("photo.rendered", False),
        ("photo.ready", True),
    ]


def test_evidence_that_is_cited_before_it_is_rendered(session: Session, report: Report, staff: Actor) -> None:
    photo, _ = add(session, report, new_photo(), staff)
    photos.publish_evidence(session, report, [photo.id], NOW)
    assert photos.public_photos(session, [report.id]) == {}
    photos.mark_ready(session, photo.id, at=NOW)
    assert [view.id for view in photos.public_photos(session, [report.id])[report.id]] == [photo.id]
    assert [event.type for event in events(session, report.id)].count(EventType.PHOTO_READY) == 1


def test_a_step_cites_only_photos_of_its_own_report(session: Session, report: Report, staff: Actor) -> None:
    photo, _ = add(session, report, new_photo(), staff)
    other = Report(id=uuid4())
    photos.publish_evidence(session, other, [photo.id], NOW)
    session.flush()
    assert not session.get_one(Photo, photo.id, populate_existing=True).published


def test_links_of_a_photo_lead_to_its_public_versions(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo(token="T" * 22))
    photos.mark_ready(session, photo.id, at=NOW)
    [view] = photos.public_photos(session, [report.id])[report.id]

    assert photos.photo_links(view, "https://city.example/") == {
        "id": str(photo.id),
        "url": f"https://city.example/media/{'T' * 22}/full.webp",
        "thumbnail_url": f"https://city.example/media/{'T' * 22}/small.webp",
        "kind": "report",
    }


def test_being_ready_is_told_once(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo())

    assert photos.mark_ready(session, photo.id, at=NOW)
    assert not photos.mark_ready(session, photo.id, at=NOW)
    assert not photos.mark_photo_failed(session, photo.id, "late", at=NOW)

    assert [event.type for event in events(session, report.id)] == ["photo.added", "photo.ready"]
    assert photo.state == "ready"


def test_a_failed_photo_is_told_to_staff_with_the_reason(session: Session, report: Report) -> None:
    photo, _ = add(session, report, new_photo())

    assert photos.mark_photo_failed(session, photo.id, "broken", at=NOW + timedelta(hours=1))

    assert (photo.state, photo.failure) == ("failed", "broken")
    event = events(session, report.id)[-1]
    assert (event.type, event.public, event.private) == ("photo.failed", False, {"reason": "broken"})
    assert photos.public_photos(session, [report.id]) == {}
    assert report.updated_at == NOW


@pytest.mark.parametrize(
    "settle", [photos.mark_ready, lambda s, i, at: photos.mark_photo_failed(s, i, "x", at=at)]
)
def test_a_photo_that_is_gone_is_no_error(session: Session, settle: Callable[..., bool]) -> None:
    assert settle(session, uuid4(), at=NOW) is False


def test_nothing_is_public_of_an_unpublished_report_or_photo(session: Session) -> None:
    hidden = add_report(session, published=False)
    photo, _ = add(session, hidden, new_photo())
    photos.mark_ready(session, photo.id, at=NOW)
    shown = add_report(session)
    withdrawn, _ = add(session, shown, new_photo())
    withdrawn.published = False
    photos.mark_ready(session, withdrawn.id, at=NOW)

    assert not any(event.public for event in events(session, hidden.id) + events(session, shown.id))
    assert photos.public_photos(session, [shown.id]) == {}


def test_what_is_left_raw(session: Session, report: Report) -> None:
    other = add_report(session)
    late, _ = add(session, report, new_photo(b"1"), at=NOW + timedelta(seconds=5))
    early, _ = add(session, other, new_photo(b"2"), at=NOW)
    done, _ = add(session, report, new_photo(b"3"), at=NOW)
    photos.mark_ready(session, done.id, at=NOW)

    assert photos.raw_photos(session, [report.id, other.id]) == [early.id, late.id]
    assert photos.raw_photos(session, []) == []
    soon = NOW + timedelta(seconds=6)
    assert photos.reports_left_raw(session, soon, 10) == [other.id, report.id]
    assert photos.reports_left_raw(session, soon, 1) == [other.id]
    assert photos.reports_left_raw(session, NOW + timedelta(seconds=1), 10) == [other.id]


def at_once(*work: Callable[[], object]) -> list[Any]:
    """Results (or exceptions) of functions that start together in threads."""
    gate = threading.Barrier(len(work))
    results: list[object] = [None] * len(work)

    def run(place: int) -> None:
        gate.wait()
        try:
            results[place] = work[place]()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_identical_uploads_at_one_moment_make_one_row(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        report = add_report(session)
    same = new_photo(b"one")

    def upload(new: NewPhoto) -> tuple[UUID, bool]:
        with unit_of_work(clean_engine) as session:
            photo, stored = add(session, report, new)
            return photo.id, stored

    results = at_once(*(lambda new=new: upload(new) for new in (same, same, same, new_photo(b"one"))))

    assert len({identity for identity, _ in results}) == 1
    assert sorted(stored for _, stored in results) == [False, False, False, True]
    with unit_of_work(clean_engine) as session:
        assert session.scalar(select(func.count()).select_from(Photo)) == 1
        assert len(events(session, report.id)) == 1


def test_uploads_at_one_moment_do_not_pass_the_limit(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        report = add_report(session)
        for number in range(MOST["report"] - 1):
            add(session, report, new_photo(bytes([number])))

    def upload(content: bytes) -> bool:
        with unit_of_work(clean_engine) as session:
            return add(session, report, new_photo(content))[1]

    results = at_once(*(lambda content=content: upload(content) for content in (b"x", b"y", b"z")))

    assert [result for result in results if result is True] == [True]
    assert sum(isinstance(result, Conflict) for result in results) == 2


def test_one_id_for_two_reports_at_one_moment(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        reports = [add_report(session), add_report(session)]
    identity = uuid4()

    def upload(report: Report) -> bool:
        with unit_of_work(clean_engine) as session:
            return add(session, report, new_photo(id=identity))[1]

    results = at_once(*(lambda report=report: upload(report) for report in reports))

    assert sum(result is True for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 1


def test_ready_twice_at_one_moment_is_told_once(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        report = add_report(session)
        photo, _ = add(session, report, new_photo())

    def settle() -> bool:
        with unit_of_work(clean_engine) as session:
            return photos.mark_ready(session, photo.id, at=NOW)

    assert sorted(at_once(settle, settle, settle)) == [False, False, True]
    with unit_of_work(clean_engine) as session:
        assert [event.type for event in events(session, report.id)] == ["photo.added", "photo.ready"]


def test_a_report_that_is_gone(session: Session) -> None:
    for lock in (False, True):
        with pytest.raises(NotFound):
            photos.expect(session, uuid4(), REPORTER, None, bytes(32), lock=lock)
