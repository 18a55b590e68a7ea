"""The plan by street and company: a promise that moves stays seen, old cable is a step of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.points import BBox
from service.domain.cables.feed import ROUTES, RouteFeedItem
from service.domain.cables.quarters import quarter_days, quarter_of, quarter_words, read_quarter
from service.domain.cables.views import RouteFilter, list_routes, promises_of
from service.domain.city.reference import Reference
from service.domain.relay import give_positions
from service.domain.works.access import find_work
from service.domain.works.passing_time import close_done
from service.domain.works.subject_feed import FeedReader, SubjectFeedPage, SubjectFilters, read_subject_feed
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Difficulty, Event, Subject
from tests.support.people import Cast
from tests.support.works.cables import CableStage


@pytest.fixture
def stage(session: Session, reference: Reference) -> CableStage:
    return CableStage(session, reference)


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_a_quarter_holds_its_days_and_is_read_as_it_is_said(day: Any) -> None:
    quarter = quarter_of(day)
    first, last = quarter_days(quarter)
    assert first <= day <= last
    assert quarter_of(last + timedelta(days=1)) > quarter
    assert read_quarter(f"Quý {quarter_words(quarter)}", 2000) == quarter
    assert read_quarter(f"{last:%d/%m/%Y}", 2000) == quarter


def test_a_promise_that_moves_keeps_the_first_one_and_says_why(stage: CableStage, cast: Cast) -> None:
    route = stage.route(cast.department)
    work = stage.section(route)
    due = work.due_at
    with pytest.raises(Invalid):
        stage.change(cast.department, route, quarter="2026-Q4")
    with pytest.raises(Invalid):
        stage.change(cast.department, route, quarter="2025-Q4", reason="Lùi về trước")
    stage.change(cast.department, route, quarter="Quý IV/2026", reason="Chờ vốn của tập đoàn")
    stage.change(cast.manager, route, quarter="2027-Q1", reason="Gọi 0905123456 nếu cần")
    with pytest.raises(Conflict):
        stage.change(cast.department, route, version=1, quarter="2027-Q2", reason="Cũ")
    assert (route.quarter, route.quarter_first) == ("2027-Q1", "2026-Q3")
    assert due is not None
    assert work.due_at is not None
    assert work.due_at > due
    assert work.first_due_at == due
    moved = promises_of(stage.session, stage.reference, route.id)
    assert [(each.moved_from, each.to) for each in moved] == [("2026-Q3", "2026-Q4"), ("2026-Q4", "2027-Q1")]
    assert moved[0].reason == "Chờ vốn của tập đoàn"
    assert "0905123456" not in moved[1].reason
    public = select(Event.type).where(Event.subject_kind == Subject.CABLE_ROUTE, Event.public)
    assert [str(each) for each in stage.session.scalars(public)].count("cable.promised") == 2


def test_the_feed_tells_what_was_promised_anew(stage: CableStage, cast: Cast) -> None:
    route = stage.route(cast.department)
    work = stage.section(route)
    stage.change(cast.department, route, quarter="2026-Q4", reason="Chờ vốn, gọi 0905123456")
    stage.change(cast.department, route, quarter="2027-Q1", reason="Chờ cống bể")
    stage.take(cast.executor, work, "agreed", data={"agreed": "2026-08-31"})
    stage.take(cast.executor, work, "under_way", reason="Lời của đồng nghiệp")
    give_positions(stage.session)

    reader = FeedReader(stage.reference, str, "https://x")

    def read(after: int, limit: int, types: frozenset[str] | None = None) -> SubjectFeedPage[RouteFeedItem]:
        return read_subject_feed(stage.session, ROUTES, reader, types, after=after, limit=limit)

    page = read(0, 10, frozenset({"cable.promised"}))
    assert [each.data["to"] for each in page.items] == ["2026-Q4", "2027-Q1"]
    assert "0905123456" not in page.items[0].model_dump_json()
    here, far = BBox(107.0, 16.0, 108.0, 17.0), BBox(105.0, 20.0, 106.0, 21.0)
    ward = next(iter(route.ward_ids))
    for filters, count in (
        (SubjectFilters(bbox=here), 4),
        (SubjectFilters(bbox=far), 0),
        (SubjectFilters(ward=frozenset({ward}), bbox=here), 4),
        (SubjectFilters(ward=frozenset({ward + 10_000})), 0),
    ):
        found = read_subject_feed(stage.session, ROUTES, reader, None, after=0, limit=9, filters=filters)
        assert len(found.items) == count, filters
    for lacking in (SubjectFilters(department=frozenset({1})), SubjectFilters(category=frozenset({"x"}))):
        with pytest.raises(Invalid):
            read_subject_feed(stage.session, ROUTES, reader, None, after=0, limit=9, filters=lacking)
    seen: list[RouteFeedItem] = []
    after = 0
    while items := (page := read(after, 1)).items:
        seen, after = [*seen, *items], page.next
    assert [each.type for each in seen] == [
        "cable.route_planned",
        "cable.promised",
        "cable.promised",
        "cable.begun",
    ]
    assert all("Lời của" not in each.model_dump_json() for each in seen)


def test_old_cable_that_hangs_stands_in_the_way_of_the_end(stage: CableStage, cast: Cast) -> None:
    work = stage.section(stage.route(cast.department))
    with pytest.raises(Conflict):
        stage.take(cast.executor, work, "under_way")
    stage.take(cast.executor, work, "agreed", data={"agreed": "2026-08-31"})
    stage.take(cast.executor, work, "under_way")
    with pytest.raises(Invalid):
        stage.take(cast.executor, work, "done", data={"metres_done": 300, "old_removed_m": 180})
    done = {"metres_done": 301, "old_removed_m": 180}
    with pytest.raises(Invalid):
        stage.take(cast.executor, work, "done", data=done, photos=[stage.photo(work)])
    stage.take(cast.executor, work, "done", data={**done, "metres_done": 300}, photos=[stage.photo(work)])
    with pytest.raises(Invalid) as refused:
        stage.take(cast.inspector, work, "checked", photos=[stage.photo(work)])
    assert refused.value.errors[0].params == {"left": 120}
    with pytest.raises(Invalid):  # what is done does not become less without a word
        stage.take(cast.executor, work, "reported", data={"metres_done": 210})
    stage.take(cast.executor, work, "reported", data={"old_removed_m": 300})
    with pytest.raises(Invalid):
        stage.take(cast.inspector, work, "checked")
    for name, number in (("old_removed_m", 0), ("metres_done", 210)):
        with pytest.raises(Invalid) as refused:  # accepted is what was looked at
            stage.take(cast.inspector, work, "checked", data={name: number}, photos=[stage.photo(work)])
        assert refused.value.errors[0].loc == ("data", name)
    with pytest.raises(Invalid, match="mục được nêu") as refused:  # seen on the spot, not by who did it
        stage.take(cast.inspector, work, "checked", photos=[stage.photo(work, cast.executor)])
    assert refused.value.errors[0].loc == ("photos",)
    photos = [stage.photo(work, cast.executor), stage.photo(work, cast.inspector)]
    stage.take(cast.inspector, work, "checked", photos=photos)
    stage.now += timedelta(days=8)
    ctx = stage.ctx(cast.department)
    assert close_done(stage.session, stage.reference, ctx.calendar, stage.now) == 1
    assert work.status == "closed"


def test_what_only_says_that_it_is_done_is_not_closed_by_time(stage: CableStage, cast: Cast) -> None:
    work = stage.section(stage.route(cast.department))
    stage.take(cast.executor, work, "agreed", data={"agreed": "2026-08-31"})
    stage.take(cast.executor, work, "under_way")
    stage.take(cast.executor, work, "done", data={"metres_done": 300}, photos=[stage.photo(work)])
    stage.now += timedelta(days=60)
    ctx = stage.ctx(cast.department)
    assert close_done(stage.session, stage.reference, ctx.calendar, stage.now) == 0
    stage.take(cast.department, work, "under_way", reason="Cáp cũ còn treo")
    assert work.status == "under_way"


def test_what_is_blocked_has_a_name_and_a_difficulty(stage: CableStage, cast: Cast) -> None:
    route = stage.route(cast.department)
    work = stage.section(route)
    with pytest.raises(Invalid):
        stage.take(cast.executor, work, "waiting", reason="Chưa có phép")
    stage.take(
        cast.executor,
        work,
        "waiting",
        reason="Chưa có phép",
        data={"block": "permit", "who": "Sở Xây dựng"},
    )
    about = stage.session.scalars(select(Difficulty).where(Difficulty.about_id == work.id)).one()
    assert about.raised_by_id == stage.unit("telecom")
    [view] = list_routes(stage.session, RouteFilter(), stage.now)
    assert (view.state, view.sections[0].block) == ("blocked", "permit")
    stage.take(cast.executor, work, "under_way")
    [view] = list_routes(stage.session, RouteFilter(), stage.now)
    assert view.sections[0].block == ""


def test_a_company_reads_the_state_of_another_and_not_its_notes(stage: CableStage, cast: Cast) -> None:
    route = stage.route(cast.department)
    other = stage.section(route, "sanitation")
    with pytest.raises(NotFound):
        find_work(stage.session, stage.reference, cast.executor.actor, other.code)
    with pytest.raises(NotFound):
        stage.take(cast.executor, other, "agreed", data={"agreed": "2026-08-31"})
    [view] = list_routes(stage.session, RouteFilter(), stage.now)
    assert len(view.sections) == 2


@pytest.mark.parametrize(
    "said",
    [
        {"geometry": {"type": "LineString", "coordinates": [[106.0, 16.42], [106.1, 16.42]]}},
        {"geometry": {"type": "LineString", "coordinates": [[107.52, 16.42], [107.52, 16.42]]}},
        {
            "geometry": {
                "type": "LineString",
                "coordinates": [[107.52, 16.42], [107.53, 16.43], [107.53, 16.42], [107.52, 16.43]],
            }
        },
        {"geometry": {"type": "Point", "coordinates": [107.52, 16.42]}},
        {"geometry": {"type": "LineString", "coordinates": [["a", 16.42], [107.52, None]]}},
        {"geometry": None},
        {"quarter": "2025-Q4"},
        {"quarter": "khi nào có vốn"},
        {"sections": [{"company": "city-cables"}]},
        {"quarter_first": "2027-Q1"},
    ],
)
def test_a_route_that_cannot_be_is_refused(stage: CableStage, cast: Cast, said: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        stage.route(cast.department, **said)


def test_a_plan_is_made_by_the_office_that_keeps_it(stage: CableStage, cast: Cast) -> None:
    for person in (cast.executor, cast.inspector, cast.other_department, cast.other_manager, cast.triage):
        with pytest.raises(Forbidden):
            stage.route(person)
    stage.route(cast.department)
    with pytest.raises(Conflict):
        stage.route(cast.department, street="đường Điện Biên Phủ")
    without = replace(stage.reference, config=stage.reference.config.model_copy(update={"cables": None}))
    with pytest.raises(NotFound):
        CableStage(stage.session, without).route(cast.department)


def test_routes_are_found_within_metres_and_by_company(stage: CableStage, cast: Cast) -> None:
    stage.route(cast.department)
    stage.route(cast.department, street="Lê Lợi", geometry=None, length_m=500, sections=[])
    lon, lat = 107.52, 16.42
    twelve, forty = lat + 12 / 110_600, lat + 40 / 110_600
    near = list_routes(stage.session, RouteFilter(near=(lon, twelve, 25)), stage.now)
    assert [each.street for each in near] == ["Điện Biên Phủ"]
    assert near[0].distance_m == pytest.approx(12, abs=0.5)
    assert list_routes(stage.session, RouteFilter(near=(lon, forty, 25)), stage.now) == []
    mine = RouteFilter(company_id=stage.unit("telecom"))
    assert [each.street for each in list_routes(stage.session, mine, stage.now)] == ["Điện Biên Phủ"]
    late = list_routes(stage.session, RouteFilter(), datetime(2026, 10, 2, tzinfo=UTC))
    assert {each.street: each.state for each in late} == {"Điện Biên Phủ": "late", "Lê Lợi": "planned"}
