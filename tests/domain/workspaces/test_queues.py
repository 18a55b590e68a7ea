"""Everybody's own queue: what is in it, in which order, how it is counted, page by page."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.workspaces.queues import QueuePage, read_queue
from service.domain.workspaces.selection import GroupStart
from service.models import HELD, Report, Status
from tests.support.factories import make_report
from tests.support.people import Cast, Person
from tests.support.small_city import NOON

HOUR = timedelta(hours=1)


def read(
    session: Session,
    reference: Reference,
    person: Person,
    *,
    after: GroupStart[int] | None = None,
    limit: int = 50,
    now: datetime = NOON,
) -> QueuePage:
    return read_queue(
        session,
        reference,
        person.actor,
        now=now,
        after=after,
        limit=limit,
        public_url="https://vidu.vn",
    )


def due(session: Session, reference: Reference, hours: float | None, **columns: object) -> Report:
    at = None if hours is None else NOON + hours * HOUR
    amber = None if at is None else at - HOUR
    values = {"lead": "city-cables", "due_at": at, "amber_at": amber, **columns}
    status = str(values.pop("status", "in_progress"))
    return make_report(session, reference, status, **values)  # type: ignore[arg-type]


def ids(page: QueuePage) -> list[UUID]:
    return [item.id for item in page.items]


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("triage", {"triage"}),
        ("department", HELD),
        ("executor", HELD),
        ("inspector", {"resolved"}),
    ],
)
def test_each_role_sees_what_waits_for_it(
    session: Session, reference: Reference, cast: Cast, name: str, statuses: set[str]
) -> None:
    for status in Status:
        make_report(session, reference, status, lead="cables-room", executor="telecom")
    page = read(session, reference, cast.everyone()[name])
    assert {item.status for item in page.items} == statuses
    assert page.counts.by_status == dict.fromkeys(statuses, 1)
    assert page.counts.total == len(statuses)


@pytest.mark.parametrize("name", ["other_department", "other_executor", "ward_inspector", "other_manager"])
def test_nobody_sees_the_queue_of_others(
    session: Session, reference: Reference, cast: Cast, name: str
) -> None:
    for status in Status:
        make_report(session, reference, status, executor="telecom", due_at=NOON - HOUR)
    page = read(session, reference, cast.everyone()[name])
    assert (page.items, page.counts.total, page.next) == ([], 0, None)


def test_managers_see_what_is_late_below_them_administrators_in_the_whole_city(
    session: Session, reference: Reference, cast: Cast
) -> None:
    own = due(session, reference, -2)
    other = due(session, reference, -1, lead="ward-W2")
    due(session, reference, 1)
    due(session, reference, -5, status="closed")
    standing = due(session, reference, -3, status="waiting", paused_at=NOON - 4 * HOUR)
    assert ids(read(session, reference, cast.manager)) == [own.id]
    assert ids(read(session, reference, cast.administrator)) == [own.id, other.id]
    assert standing.id not in ids(read(session, reference, cast.administrator))


def test_the_next_deadline_comes_first_and_what_has_none_last(
    session: Session, reference: Reference, cast: Cast
) -> None:
    wanted = [due(session, reference, hours).id for hours in (-3, 0.5, 2, 30, None)]
    assert ids(read(session, reference, cast.department)) == wanted


def test_the_desk_takes_the_oldest_first(session: Session, reference: Reference, cast: Cast) -> None:
    wanted = [make_report(session, reference, "triage", at=NOON - h * HOUR).id for h in (9, 5, 1)]
    assert ids(read(session, reference, cast.triage)) == wanted


def test_colours_and_counts_tell_what_presses(session: Session, reference: Reference, cast: Cast) -> None:
    due(session, reference, -3)
    due(session, reference, 0.5)
    due(session, reference, 20)
    due(session, reference, None)
    due(session, reference, -1, status="waiting", paused_at=NOON - 3 * HOUR)
    page = read(session, reference, cast.department)
    assert [item.colour for item in page.items] == ["red", "green", "amber", "green", None]
    assert (page.counts.total, page.counts.late, page.counts.amber) == (5, 1, 1)


def test_pages_hold_every_case_once(session: Session, reference: Reference, cast: Cast) -> None:
    wanted = [due(session, reference, hours).id for hours in (1, 1, 2, None, 3, None)]
    seen: list[UUID] = []
    after, pages = None, 0
    while pages == 0 or after:
        page = read(session, reference, cast.department, after=after, limit=2)
        seen += ids(page)
        after, pages = page.next, pages + 1
    assert sorted(seen) == sorted(wanted)
    assert pages == 3


def test_a_contractor_sees_nothing_of_the_reporter(
    session: Session, reference: Reference, cast: Cast
) -> None:
    make_report(session, reference, "in_progress", executor="telecom")
    [item] = read(session, reference, cast.executor).items
    assert not {"contact", "reporter", "name", "phone", "email"} & set(type(item).model_fields)


def test_an_inspector_of_one_ward_verifies_there(session: Session, reference: Reference, cast: Cast) -> None:
    mine = make_report(session, reference, "resolved", lead="ward-W2")
    make_report(session, reference, "resolved", lead="ward-W1")
    assert ids(read(session, reference, cast.ward_inspector)) == [mine.id]
    assert len(read(session, reference, cast.inspector).items) == 2
