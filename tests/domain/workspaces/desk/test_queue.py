"""The desk's queue: what is in it, in which order, how it is counted and narrowed, and by which index."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.domain.workspaces.desk.queue import DeskPage, count_each, page_query, read_desk, read_filter
from service.errors import Invalid
from service.models import Report, Role
from service.models.reports.event import ActorKind
from tests.support.factories import make_report
from tests.support.small_city import IN_W2, NOON

HOUR = timedelta(hours=1)
COORDINATOR = Actor(ActorKind.STAFF, role=Role.TRIAGE)


def waiting(session: Session, reference: Reference, hours: float, *reasons: str, **columns: object) -> Report:
    values = {"desk_since": NOON - hours * HOUR, "desk_reasons": list(reasons), **columns}
    return make_report(session, reference, str(values.pop("status", "in_progress")), **values)  # type: ignore[arg-type]


def read(
    session: Session, reference: Reference, limit: int = 50, after: Any = None, **asked: Any
) -> DeskPage:
    wanted = read_filter(reference, asked)
    return read_desk(
        session,
        reference,
        wanted,
        Actor(ActorKind.STAFF, role=Role.TRIAGE),
        now=NOON,
        after=after,
        limit=limit,
    )


def codes(page: DeskPage) -> list[str]:
    return [item.code for item in page.items]


def test_coordinators_read_what_was_written(session: Session, reference: Reference) -> None:
    said = "Ô tô 75A-123.45 đổ trộm, gọi 0905 123 987"
    waiting(session, reference, 1, "flagged", description=said, address=said)

    [item] = read(session, reference).items

    assert (item.description, item.address) == (said, said)


def test_whatever_needs_a_person_longest_waiting_first(session: Session, reference: Reference) -> None:
    make_report(session, reference, "in_progress")
    make_report(session, reference, "closed")
    old = waiting(session, reference, 9, "reopened")
    new = waiting(session, reference, 1, "flagged", status="closed")
    middle = waiting(session, reference, 5, "no_rule", status="triage")
    page = read(session, reference)
    assert codes(page) == [old.code, middle.code, new.code]
    assert (page.total, page.next) == (3, None)
    assert {kind: number for kind, number in page.counts.items() if number} == {
        "unrouted": 1,
        "reopened": 1,
        "flagged": 1,
    }
    assert [item.kinds for item in page.items] == [["reopened"], ["unrouted"], ["flagged"]]


def test_pages_meet_without_gap_or_repeat(session: Session, reference: Reference) -> None:
    made = [waiting(session, reference, hours, "reopened") for hours in (3, 2, 2, 2, 1)]
    seen: list[str] = []
    page = read(session, reference, limit=2)
    while page.next:
        seen += codes(page)
        page = read(session, reference, limit=2, after=page.next)
    assert sorted(seen + codes(page)) == sorted(report.code for report in made)


def test_a_report_with_two_reasons_counts_for_both_and_once_in_all(
    session: Session, reference: Reference
) -> None:
    waiting(session, reference, 1, "reopened", "flagged")
    page = read(session, reference)
    assert (page.total, page.counts["reopened"], page.counts["flagged"]) == (1, 1, 1)


def test_each_filter_narrows_the_queue(session: Session, reference: Reference) -> None:
    litter = waiting(session, reference, 3, "no_rule", "flagged", status="triage", channel="phone")
    ward = waiting(session, reference, 2, "outside", status="triage", category="noise", place=IN_W2)
    wards = {view.code: view.id for view in reference.wards.values()}
    ward.ward_id = wards["W2"]
    session.flush()
    assert codes(read(session, reference, kind="flagged")) == [litter.code]
    assert codes(read(session, reference, kind="outside,unrouted")) == [litter.code, ward.code]
    assert codes(read(session, reference, channel="phone")) == [litter.code]
    assert codes(read(session, reference, category="noise")) == [ward.code]
    assert codes(read(session, reference, ward="W2")) == [ward.code]
    assert codes(read(session, reference, q=litter.code)) == [litter.code]
    narrowed = read(session, reference, kind="outside", category="litter")
    assert (codes(narrowed), narrowed.counts["unrouted"]) == ([], 1), "the other kinds are still counted"
    filters = [read_filter(reference, asked) for asked in ({}, {"kind": "flagged"}, {"category": "noise"})]
    assert count_each(session, filters, NOON) == [2, 1, 1]


@pytest.mark.parametrize(
    "asked", [{"kind": "x"}, {"channel": "pigeon"}, {"category": "none"}, {"ward": "none"}]
)
def test_filters_of_what_does_not_exist_are_refused(
    session: Session, reference: Reference, asked: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        read(session, reference, **asked)
    assert [error.loc for error in refused.value.errors] == [("query", next(iter(asked)))]


def test_the_partial_index_finds_them_among_many(session: Session, reference: Reference) -> None:
    """A report in a hundred waits: neither the others nor a sort is touched."""
    for _ in range(3):
        make_report(session, reference, "in_progress")
    session.execute(
        text("""
        INSERT INTO report (id, code, category_id, status, location, body_hash, created_at, updated_at,
                            desk_since, desk_reasons)
        SELECT gen_random_uuid(), 'BIG-' || n, (SELECT min(id) FROM category), 'in_progress',
               ST_SetSRID(ST_MakePoint(107.5, 16.4), 4326), '', now(), now(),
               CASE WHEN n % 100 = 0 THEN now() - n * interval '1 minute' END,
               CASE WHEN n % 100 = 0 THEN ARRAY['reopened'] ELSE '{}' END
        FROM generate_series(1, 20000) n""")
    )
    session.execute(text("ANALYZE report"))
    query = page_query(read_filter(reference, {}), NOON, None, 41)
    sql = str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]
    plan = "\n".join(session.scalars(text(f"EXPLAIN {sql}")))
    assert "ix_report_desk" in plan, plan
    assert "Sort" not in plan, plan
