"""Saved filters: one's own and shared ones, how many wait for each, what cannot be kept."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.people.staff import NewAccount, actor_for, add_account
from service.domain.workspaces.desk.saved import (
    MOST,
    NewFilter,
    delete_filter,
    save_filter,
    saved_filters,
    tidy_query,
)
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Category
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON


def test_kept_counted_and_shared(session: Session, reference: Reference, cast: Cast) -> None:
    colleague = actor_for(
        add_account(session, reference, NewAccount("an", "An", "triage"), None, at=NOON), reference
    )
    make_report(session, reference, "triage")
    make_report(session, reference, "triage", category="noise")
    save_filter(
        session, reference, cast.triage.actor, NewFilter(name=" Rác ", query="category=litter&x=1"), NOON
    )
    shared = NewFilter(name="Tất cả chưa có nơi", query="kind=unrouted", shared=True)
    save_filter(session, reference, cast.triage.actor, shared, NOON)
    own = saved_filters(session, reference, cast.triage.actor, NOON)
    assert [(each.name, each.query, each.count, each.by) for each in own] == [
        ("Rác", "category=litter", 1, ""),
        ("Tất cả chưa có nơi", "kind=unrouted", 2, ""),
    ]
    [seen] = saved_filters(session, reference, colleague, NOON)
    assert (seen.name, seen.by, seen.count) == ("Tất cả chưa có nơi", "Cán bộ triage", 2)
    with pytest.raises(NotFound):
        delete_filter(session, colleague, seen.id)
    delete_filter(session, cast.triage.actor, seen.id)
    assert saved_filters(session, reference, colleague, NOON) == []


def test_the_same_name_again_takes_its_place(session: Session, reference: Reference, cast: Cast) -> None:
    for query in ("category=litter", "kind=spam"):
        save_filter(session, reference, cast.triage.actor, NewFilter(name="Sáng", query=query), NOON)
    [kept] = saved_filters(session, reference, cast.triage.actor, NOON)
    assert kept.query == "kind=spam"


@pytest.mark.parametrize("query", ["", "cursor=abc", "category=none", "kind=nothing"])
def test_a_filter_of_nothing_is_refused(
    session: Session, reference: Reference, cast: Cast, query: str
) -> None:
    with pytest.raises(Invalid):
        save_filter(session, reference, cast.triage.actor, NewFilter(name="x", query=query), NOON)


def test_not_too_many_and_for_coordinators_alone(session: Session, reference: Reference, cast: Cast) -> None:
    for number in range(MOST):
        save_filter(
            session, reference, cast.triage.actor, NewFilter(name=f"{number}", query="kind=spam"), NOON
        )
    with pytest.raises(Conflict):
        save_filter(
            session, reference, cast.triage.actor, NewFilter(name="one more", query="kind=spam"), NOON
        )
    with pytest.raises(Forbidden):
        save_filter(session, reference, cast.department.actor, NewFilter(name="x", query="kind=spam"), NOON)


def test_a_filter_of_what_is_gone_says_so(session: Session, reference: Reference, cast: Cast) -> None:
    from service.domain.city.reference import load_reference

    save_filter(session, reference, cast.triage.actor, NewFilter(name="x", query="category=noise"), NOON)
    session.get_one(Category, reference.category_by_code["noise"].id).code = "loud"
    session.flush()
    [kept] = saved_filters(session, load_reference(session), cast.triage.actor, NOON)
    assert kept.count is None


def test_the_same_filter_is_always_written_the_same() -> None:
    assert tidy_query({"q": " rác ", "kind": "spam", "ward": ""}) == tidy_query({"kind": "spam", "q": "rác"})
