"""Lists of one's work: what each role has, what stands in them, and what filters and counts do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.workspaces import work_lists
from service.domain.workspaces.work_lists import WorkListPage, lists_of, read_list_query, read_work_list
from service.errors import Invalid
from service.models import Report
from tests.support.factories import make_report
from tests.support.people import Cast, Person
from tests.support.small_city import IN_W2, NOON


def read(session: Session, reference: Reference, person: Person, name: str, **asked: str) -> WorkListPage:
    query = read_list_query(reference, person.actor, {"list": name, **asked})
    return read_work_list(session, reference, person.actor, query, now=NOON, public_url="")


def codes(page: WorkListPage) -> set[str]:
    return {item.code for item in page.items}


@pytest.mark.parametrize(
    ("name", "lists"),
    [
        ("department", "open mine supports verify done handed_on closed"),
        ("executor", "open mine verify done handed_on closed"),
        ("triage", "open verify done handed_on closed"),
        ("inspector", "open verify done handed_on closed"),
        ("administrator", "open verify done handed_on closed"),
        ("ward_inspector", "open supports verify done closed"),
    ],
)
def test_each_role_has_its_lists(cast: Cast, name: str, lists: str) -> None:
    assert set(lists_of(cast.everyone()[name].actor)) - {"mine"} == set(lists.split()) - {"mine"}


def test_each_case_stands_in_its_lists(session: Session, reference: Reference, cast: Cast) -> None:
    me = cast.department.account.id
    mine = make_report(session, reference, "in_progress", holder_id=me)
    resolved = make_report(session, reference, "resolved", executor="telecom", lead="city-cables")
    for report in (resolved,):
        unit = reference.department_by_code
        parts = {"lead_id": unit["city-cables"].id, "executor_id": unit["telecom"].id}
        session.execute(update(Report).where(Report.id == report.id).values(parts))
    closed = make_report(session, reference, "closed")
    unit_id = reference.department_by_code["city-cables"].id
    session.execute(update(Report).where(Report.id == closed.id).values(lead_id=unit_id))
    helped = make_report(session, reference, "assigned", lead="ward-W2", supports=["city-cables"])
    gone = make_report(session, reference, "assigned")
    session.execute(
        update(Report).where(Report.id == gone.id).values(lead_id=reference.department_by_code["ward-W2"].id)
    )
    expected = {
        "open": {mine.code, helped.code},
        "mine": {mine.code},
        "supports": {helped.code},
        "verify": {resolved.code},
        "done": {resolved.code, closed.code},
        "handed_on": {gone.code},
        "closed": {closed.code},
    }
    for name, wanted in expected.items():
        page = read(session, reference, cast.department, name)
        assert codes(page) == wanted, name
        assert page.counts == {each: len(found) for each, found in expected.items()}
    assert codes(read(session, reference, cast.executor, "done")) == {resolved.code}
    assert codes(read(session, reference, cast.triage, "handed_on")) == {gone.code}
    assert not codes(read(session, reference, cast.other_executor, "done"))


def test_filters_narrow_rows_and_counts(
    session: Session, reference: Reference, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = cast.department.account.id
    ward = next(iter(reference.ward_by_code.values()))
    before = NOON - timedelta(days=40)
    one = make_report(session, reference, "assigned", ward_id=ward.id, holder_id=me, at=before)
    make_report(session, reference, "assigned", lead="ward-W2", place=IN_W2)
    for asked in (
        {"ward": ward.code},
        {"holder": "department"},
        {"month": f"{before:%Y-%m}"},
        {"department": "city-cables"},
    ):
        page = read(session, reference, cast.triage, "open", **asked)
        assert codes(page) == {one.code} and page.counts["open"] == 1, asked
    assert not codes(read(session, reference, cast.triage, "open", holder="nobody"))
    assert read(session, reference, cast.triage, "open").counts["open"] == 2
    monkeypatch.setattr(work_lists, "COUNTED", 1)
    assert read(session, reference, cast.triage, "open").counts["open"] == 1


@pytest.mark.parametrize(
    "asked", [{"list": "mine"}, {"ward": "x"}, {"month": "2026-13"}, {"category": "x"}, {"department": "x"}]
)
def test_what_there_is_not_is_refused(reference: Reference, cast: Cast, asked: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_list_query(reference, cast.ward_inspector.actor, asked)
