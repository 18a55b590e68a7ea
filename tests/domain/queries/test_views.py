"""One report for whoever asks: the public view, the reporter's own, the case from inside, the timeline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import Remark, comment
from service.domain.city.reference import Reference
from service.domain.queries.detail import CaseReportView, OwnReportView, report_view
from service.domain.queries.timeline import InsideEvent, timeline
from service.domain.queries.views import ReportView, public_views
from service.domain.reports.access import NOBODY, Asker
from service.domain.reports.events import SYSTEM, record
from service.domain.reports.reports import ContactDraft
from service.errors import NotFound, Unauthenticated
from service.i18n import language_in_use
from service.models import Contact, EventType, Report
from tests.support.factories import make_photo, make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

URL = "https://city.example"
LATER = NOON + timedelta(days=1)


def seen(session: Session, reference: Reference, report: Report, asker: Asker = NOBODY) -> ReportView:
    return report_view(session, reference, asker, report.id, now=LATER, public_url=URL)


def test_the_public_view_is_the_contracts(session: Session, reference: Reference) -> None:
    report = make_report(
        session,
        reference,
        "in_progress",
        executor="telecom",
        supports=["ward-W1", "sanitation"],
        due_at=NOON + timedelta(days=7),
        address="12 Lê Lợi",
    )
    photo = make_photo(session, report, "report")
    view = seen(session, reference, report)
    own = f"{URL}/api/v1/reports/{report.id}"
    assert view.model_dump(mode="json") == {
        "id": str(report.id),
        "code": report.code,
        "category": "litter",
        "status": "in_progress",
        "description": report.description,
        "location": {"lon": report.lon, "lat": report.lat},
        "address": "12 Lê Lợi",
        "ward": None,
        "lead": {"code": "city-cables", "name": "Đơn vị city-cables"},
        "supports": [
            {"code": "ward-W1", "name": "Đơn vị ward-W1"},
            {"code": "sanitation", "name": "Đơn vị sanitation"},
        ],
        "executor": {"code": "telecom", "name": "Đơn vị telecom"},
        "due_at": "2026-03-11T05:00:00Z",
        "late": False,
        "photos": [
            {
                "id": str(photo),
                "url": view.photos[0].url,
                "thumbnail_url": view.photos[0].thumbnail_url,
                "kind": "report",
            }
        ],
        "created_at": "2026-03-04T05:00:00Z",
        "updated_at": "2026-03-04T05:00:00Z",
        "version": 1,
        "links": {
            "self": own,
            "page": f"{URL}/r/{report.code}",
            "events": f"{own}/events",
            "photos": f"{own}/photos",
            "duplicate_of": None,
        },
    }
    assert view.photos[0].url.startswith(f"{URL}/media/")


def test_names_are_in_the_language_asked_for(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "assigned")
    token = language_in_use.set("en")
    try:
        lead = seen(session, reference, report).lead
    finally:
        language_in_use.reset(token)
    assert lead is not None
    assert lead.name == "Department city-cables"


def test_a_code_finds_the_report_as_people_type_it(session: Session, reference: Reference) -> None:
    report = make_report(session, reference)
    for typed in (report.code, report.code.lower().replace("-", ""), f" {report.code.replace('-', ' ')} "):
        view = report_view(session, reference, NOBODY, typed, now=LATER, public_url=URL)
        assert view.id == report.id


@pytest.mark.parametrize(
    "name", ["365fe778-4366-4825-9264-cf7cd5d110fd", "SML-2222-22", "nothing", "", "x" * 500, "\x00"]
)
def test_what_is_not_there_is_not_found(session: Session, reference: Reference, name: str) -> None:
    with pytest.raises(NotFound):
        report_view(session, reference, NOBODY, name, now=LATER, public_url=URL)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "due", "stopped", "late"),
    [
        ("assigned", None, {}, False),
        ("assigned", 2 * DAY, {}, False),
        ("assigned", 0.5 * DAY, {}, True),
        ("waiting", 0.5 * DAY, {"paused_at": NOON + 0.2 * DAY}, False),
        ("waiting", 0.5 * DAY, {"paused_at": NOON + 0.7 * DAY}, True),
        ("resolved", 0.5 * DAY, {"resolved_at": NOON + 0.4 * DAY}, False),
        ("resolved", 0.5 * DAY, {"resolved_at": NOON + 0.6 * DAY}, True),
        ("closed", 0.5 * DAY, {"resolved_at": NOON + 0.4 * DAY, "closed_at": NOON + 0.9 * DAY}, False),
        ("rejected", 0.5 * DAY, {"closed_at": NOON + 0.4 * DAY}, False),
    ],
)
def test_late_is_late_by_now_or_when_the_clock_stopped(
    session: Session,
    reference: Reference,
    status: str,
    due: timedelta | None,
    stopped: dict[str, Any],
    late: bool,
) -> None:
    report = make_report(session, reference, status, due_at=NOON + due if due else None, **stopped)
    assert seen(session, reference, report).late is late


def test_photos_show_once_they_are_ready_and_only_published_ones(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference)
    for columns in ({"state": "raw"}, {"state": "failed"}, {"published": False}):
        make_photo(session, report, "report", **columns)
    assert seen(session, reference, report).photos == []


def test_many_views_take_as_many_queries_as_one(session: Session, reference: Reference) -> None:
    reports = [make_report(session, reference, "assigned", supports=["telecom"]) for _ in range(12)]
    for report in reports:
        make_photo(session, report)
    asked: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
    views = public_views(session, reference, reports, now=LATER, public_url=URL, reader=None)
    assert [view.id for view in views] == [report.id for report in reports]
    assert all(len(view.photos) == len(view.supports) == 1 for view in views)
    assert len(asked) == 1


def test_an_unpublished_report_is_for_its_reporter_and_for_colleagues(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "assigned", published=False)
    for stranger in (NOBODY, cast.other_department.asker, cast.executor.asker):
        with pytest.raises(NotFound):
            seen(session, reference, report, stranger)
    assert isinstance(seen(session, reference, report, reporter_of(report)), OwnReportView)
    for colleague in (cast.triage, cast.department, cast.manager, cast.administrator):
        assert isinstance(seen(session, reference, report, colleague.asker), CaseReportView)


def test_a_wrong_secret_opens_nothing(session: Session, reference: Reference) -> None:
    report, other = make_report(session, reference), make_report(session, reference)
    with pytest.raises(Unauthenticated):
        seen(session, reference, report, reporter_of(other))
    with pytest.raises(Unauthenticated):
        seen(session, reference, report, Asker(secret="x", key=KEY))


def test_reporters_see_what_they_gave_and_what_was_said_to_them(
    session: Session, reference: Reference, cast: Cast
) -> None:
    contact = ContactDraft("Người gửi thử", "+84905123456", None)
    report = make_report(session, reference, "assigned", contact=contact, attributes={"amount": "bag"})
    comment(session, reference, reporter_of(report), report.id, Remark(text="Vẫn còn đó"), LATER)
    comment(session, reference, cast.department.asker, report.id, Remark(text="nội bộ", kind="note"), LATER)
    later = LATER + timedelta(minutes=1)
    comment(session, reference, cast.department.asker, report.id, Remark(text="Đã xem", kind="reply"), later)
    view = seen(session, reference, report, reporter_of(report))
    assert isinstance(view, OwnReportView)
    assert view.own.contact is not None
    assert view.own.contact.phone == "+84905123456"
    assert view.own.attributes == {"amount": "bag"}
    assert [said.text for said in view.own.comments] == ["Vẫn còn đó", "Đã xem"]
    assert view.own.allowed == ["withdrawn"]
    assert report.secret_used_at == LATER


def test_what_was_erased_stays_erased_for_its_reporter(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, contact=ContactDraft("Người gửi thử", None, None))
    session.get_one(Contact, report.id).erased_at = NOON
    view = seen(session, reference, report, reporter_of(report))
    assert isinstance(view, OwnReportView)
    assert view.own.contact is None


def test_colleagues_see_the_case_and_what_they_may_do_next(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "assigned", attributes={"amount": "bag"})
    view = seen(session, reference, report, cast.department.asker)
    assert isinstance(view, CaseReportView)
    assert view.case.attributes == {"amount": "bag"}
    assert view.case.allowed[0] == "in_progress"
    assert len(view.case.allowed) == len(set(view.case.allowed))
    assert view.case.evidence_required is True
    assert "contact" not in view.model_dump_json()


def test_a_duplicate_says_of_what(session: Session, reference: Reference) -> None:
    original = make_report(session, reference, "assigned")
    report = make_report(session, reference, "duplicate", duplicate_of_id=original.id)
    view = seen(session, reference, report)
    assert view.links.duplicate_of == f"{URL}/api/v1/reports/{original.id}"


def told(session: Session, reference: Reference, report: Report, asker: Asker = NOBODY) -> list[str]:
    page = timeline(session, reference, asker, report.id, now=LATER)
    return [item.type for item in page.items]


def test_the_timeline_tells_each_what_they_may_know(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "assigned")
    record(session, report, EventType.ASSIGNED, actor=SYSTEM, at=NOON, data={"to": "assigned"})
    record(
        session, report, EventType.PHOTO_ADDED, actor=SYSTEM, at=NOON, public=False, private={"distance_m": 3}
    )
    record(session, report, EventType.ACCEPTED, actor=cast.department.actor, at=NOON, private={"note": "n"})
    session.flush()
    public = ["report.received", "report.assigned", "report.accepted"]
    assert told(session, reference, report) == public
    assert told(session, reference, report, reporter_of(report)) == public
    everything = ["report.received", "report.assigned", "photo.added", "report.accepted"]
    assert told(session, reference, report, cast.department.asker) == everything
    assert told(session, reference, report, cast.other_department.asker) == public
    outside = timeline(session, reference, NOBODY, report.id, now=LATER).items
    assert not any(isinstance(item, InsideEvent) for item in outside)
    inside = timeline(session, reference, cast.triage.asker, report.id, now=LATER).items
    assert isinstance(inside[-1], InsideEvent)
    assert inside[-1].private == {"note": "n"}
    assert inside[-1].staff == "Cán bộ department"


def test_reporters_follow_their_report_also_before_it_is_published(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference, "triage", published=False)
    record(session, report, EventType.TRIAGED, actor=SYSTEM, at=NOON)
    record(session, report, EventType.PHOTO_ADDED, actor=SYSTEM, at=NOON, public=False)
    record(session, report, EventType.COMMENT_ADDED, actor=SYSTEM, at=NOON, public=False)
    session.flush()
    assert told(session, reference, report, reporter_of(report)) == ["report.received", "report.triaged"]
    with pytest.raises(NotFound):
        told(session, reference, report)


def test_a_long_timeline_comes_in_pages(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "assigned")
    for number in range(6):
        record(session, report, EventType.RATED, actor=SYSTEM, at=NOON, data={"score": number})
    session.flush()
    found, after = [], 0
    while True:
        page = timeline(session, reference, NOBODY, report.id, now=LATER, after=after, limit=3)
        found += [item.data.get("score") for item in page.items]
        if page.next is None:
            break
        after = page.next
    assert found == [None, 0, 1, 2, 3, 4, 5]
