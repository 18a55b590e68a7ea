"""The bell: everybody an event concerns has it once, with or without an address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.notices.bell.own_notices import (
    KEPT_FOR,
    count_unread,
    erase_old_own,
    mark_all_read,
    mark_read,
)
from service.domain.people.staff import actor_for
from service.domain.reports.events import SYSTEM, Actor
from service.domain.workspaces.own_notices import BellNotice, read_bell
from service.models import EventType, OwnNotice, Report, Staff
from service.models.reports.event import ActorKind
from tests.support.notice_stage import Post
from tests.support.people import make_cast


@pytest.fixture
def ids(post: Post) -> dict[str, int]:
    """The standing cast by name: nobody has an address."""
    with unit_of_work(post.engine) as session:
        everyone = make_cast(session, post.reference).everyone().items()
        found = {name: person.account.id for name, person in everyone}
        session.execute(update(Staff).values(email=None))
    return found


def rung(post: Post) -> dict[int, list[EventType]]:
    with unit_of_work(post.engine) as session:
        found: dict[int, list[EventType]] = {}
        for row in session.scalars(select(OwnNotice).order_by(OwnNotice.id)):
            found.setdefault(row.staff_id, []).append(row.type)
        return found


def bell(post: Post, staff_id: int) -> list[BellNotice]:
    with unit_of_work(post.engine) as session:
        account = session.get_one(Staff, staff_id)
        actor = actor_for(account, post.reference)
        return list(read_bell(session, post.reference, staff_id, actor, now=post.now).items)


def test_it_rings_without_any_address_and_once(post: Post, ids: dict[str, int]) -> None:
    report = post.report("assigned", contact=None, executor="telecom")
    event = post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"})
    post.tell(event)
    post.tell(event)  # at least once: the second time changes nothing
    assert rung(post) == {ids["department"]: [EventType.ASSIGNED], ids["executor"]: [EventType.ASSIGNED]}
    assert post.mail == []


def test_who_acted_hears_nothing_of_it(post: Post, ids: dict[str, int]) -> None:
    report = post.report("in_progress", contact=None)
    with unit_of_work(post.engine) as session:
        mentioner = actor_for(session.get_one(Staff, ids["department"]), post.reference)
    private = {"mentions": [ids["department"], ids["manager"]]}
    post.tell(post.event(report, EventType.NOTED, actor=mentioner, public=False, private=private))
    assert rung(post) == {ids["manager"]: [EventType.NOTED]}
    [told] = bell(post, ids["manager"])
    assert told.by
    assert told.unread


def test_a_case_that_is_theirs_no_more_is_told_by_its_code_alone(post: Post, ids: dict[str, int]) -> None:
    report = post.report("assigned", contact=None)
    post.tell(post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))
    [told] = bell(post, ids["department"])
    assert told.case is not None
    with unit_of_work(post.engine) as session:
        session.execute(update(Report).where(Report.id == report).values(lead_id=None, published=False))
    [told] = bell(post, ids["department"])
    assert told.case is not None, "who had a part reads what became of it"
    with unit_of_work(post.engine) as session:
        session.execute(update(Report).where(Report.id == report).values(former_ids=[]))
    [told] = bell(post, ids["department"])
    assert told.case is None
    assert told.code


def test_what_was_read_rings_no_more(post: Post, ids: dict[str, int]) -> None:
    report = post.report("in_progress", contact=None)
    for n in range(3):
        private = {"mentions": [ids["manager"]]}
        event = post.event(
            report, EventType.NOTED, actor=Actor(ActorKind.STAFF), public=False, private=private | {"n": n}
        )
        post.tell(event)
    first, second, third = [each.id for each in reversed(bell(post, ids["manager"]))]
    with unit_of_work(post.engine) as session:
        assert count_unread(session, ids["manager"]) == 3
        assert not mark_read(session, ids["department"], first, post.now)  # not theirs
        assert mark_read(session, ids["manager"], first, post.now)
        assert mark_all_read(session, ids["manager"], second, post.now) == 1
        assert count_unread(session, ids["manager"]) == 1  # what came since stays new
        assert count_unread(session, ids["department"]) == 0
    assert [each.unread for each in bell(post, ids["manager"])] == [True, False, False]
    with unit_of_work(post.engine) as session:
        account = session.get_one(Staff, ids["manager"])
        actor = actor_for(account, post.reference)
        page = read_bell(session, post.reference, ids["manager"], actor, now=post.now, limit=2)
        assert [each.id for each in page.items] == [third, second]
        rest = read_bell(session, post.reference, ids["manager"], actor, now=post.now, before=page.next)
        assert [each.id for each in rest.items] == [first]
        assert rest.next is None
        assert erase_old_own(session, post.now + KEPT_FOR - timedelta(minutes=1)) == 0
        assert erase_old_own(session, post.now + KEPT_FOR + timedelta(minutes=1)) == 3
