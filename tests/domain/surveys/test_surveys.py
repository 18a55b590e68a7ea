"""Surveys: points from what is known, split among people, each seen once however often it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.domain.cables.poles_beside import link_loose_poles
from service.domain.city.occasions import SurveysConfig
from service.domain.city.reference import Reference
from service.domain.claims.poles import take_poles
from service.domain.reports.events import SYSTEM
from service.domain.reports.reports import submit
from service.domain.surveys.access import find_survey
from service.domain.surveys.proposals import propose_surveys
from service.domain.surveys.split import SplitPoint, split_by_place, split_by_ward
from service.domain.surveys.views import list_surveys, tell_survey
from service.domain.works.passing_time import close_done
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Event, OwnNotice, PointState, Pole, Survey, SurveyLook, Work, WorkReport
from tests.support.people import Cast
from tests.support.small_city import draft
from tests.support.works.cables import LINE, CableStage
from tests.support.works.surveys import SurveyStage, spot


@pytest.fixture
def stage(session: Session, reference: Reference) -> SurveyStage:
    return SurveyStage(session, reference)


PLACES = st.lists(
    st.tuples(st.floats(107, 108), st.floats(16, 17), st.integers(0, 4)), min_size=1, max_size=60
)


@given(PLACES, st.integers(1, 6))
def test_each_point_is_given_to_one_person_and_fairly(
    places: list[tuple[float, float, int]], many: int
) -> None:
    points = [SplitPoint(n, lon, lat, ward or None) for n, (lon, lat, ward) in enumerate(places)]
    people = list(range(100, 100 + many))
    near = split_by_place(points, people)
    assert sorted(near) == list(range(len(points)))
    loads = [list(near.values()).count(person) for person in people]
    assert max(loads) - min(loads) <= 1
    wards = split_by_ward(points, people)
    assert sorted(wards) == list(range(len(points)))
    assert all(len({wards[p.key] for p in points if p.ward_id == ward}) <= 1 for ward in (None, 1, 2, 3, 4))


def test_points_come_from_reports_and_places_where_they_repeat(stage: SurveyStage, cast: Cast) -> None:
    cables = stage.reference.category_by_code["hanging_cable"].id
    noise = stage.reference.category_by_code["noise"].id
    for number in range(4):
        at = stage.now - timedelta(days=100 if number < 3 else 1)
        place = (107.52, 16.41) if number < 3 else (107.53, 16.41)
        submit(stage.session, draft(cables, place, at=at, description=str(number), body=bytes([number])))
    submit(stage.session, draft(noise, (107.54, 16.41), body=b"noise"))
    work = stage.draft(cast.department, 0, gather=["report", "repeated"])
    points = stage.points(work)
    assert [str(each.source) for each in points] == ["report", "report"], "the three old ones are open still"
    assert {each.ward_id for each in points} == {stage.reference.ward_by_code["W1"].id}
    stage.change(cast.department, work, gather=["report", "repeated", "route"])
    assert len(stage.points(work)) == 2
    mine = spot()
    stage.change(cast.department, work, points=[mine])
    stage.change(cast.department, work, points=[mine])
    assert len(stage.points(work)) == 3
    stage.change(cast.department, work, remove=[mine["id"]])
    assert len(stage.points(work)) == 2
    for wrong in ({"lon": 107.52, "lat": 11.0}, {"lon": 16.42, "lat": 87.51}):
        with pytest.raises(Invalid):
            stage.change(cast.department, work, points=[{**spot(), **wrong}])
    with pytest.raises(Forbidden):
        stage.change(cast.other_department, work, gather=["report"])


def test_poles_belong_to_the_route_they_stand_by_and_are_points_of_its_quarter(
    stage: SurveyStage, cast: Cast
) -> None:
    cables = CableStage(stage.session, stage.reference)
    route = cables.route(cast.department, geometry=None, length_m=300, quarter="2026-Q1")
    rows = [
        {"code": f"P{number}", "lon": "107.5214", "lat": str(16.42 + metres / 110_600), "owner": "ward-W1"}
        for number, metres in enumerate((3, 12, 20, 40))
    ]
    assert take_poles(cables.ctx(cast.department), rows) == 4

    def beside() -> list[str]:
        mine = select(Pole.code).where(Pole.route_id == route.id).order_by(Pole.code)
        return list(stage.session.scalars(mine))

    assert beside() == []
    cables.change(cast.department, route, geometry=LINE)
    assert beside() == ["P0", "P1", "P2"]
    stage.session.execute(update(Pole).values(route_id=None))  # as kept before poles said it
    assert [link_loose_poles(stage.session, stage.reference) for _ in range(2)] == [3, 0]
    assert beside() == ["P0", "P1", "P2"]
    work = stage.draft(cast.department, 0, gather=["pole"])
    assert [(each.source, each.words) for each in stage.points(work)] == [
        ("pole", "Cột P0, Điện Biên Phủ"),
        ("pole", "Cột P2, Điện Biên Phủ"),
    ], "what lies nearer than 15 m is seen from there"
    stage.change(cast.department, work, gather=["pole"])
    assert len(stage.points(work)) == 2
    assert stage.points(stage.draft(cast.department, 0, gather=["pole"], category="litter")) == []
    moved = {"type": "LineString", "coordinates": [[107.52, 16.43], [107.5228, 16.43]]}
    cables.change(cast.department, route, geometry=moved)
    assert beside() == []
    take_poles(cables.ctx(cast.department), [{**rows[0], "lat": "16.43"}])
    assert beside() == ["P0"]


def test_a_survey_needs_points_people_and_days(stage: SurveyStage, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        stage.draft(cast.inspector)
    with pytest.raises(Forbidden):
        stage.draft(cast.department, lead="ward-W2")
    for wrong in ({"category": "none"}, {"last": "2026-03-01"}, {"last": "2027-03-01"}, {"wards": ["W9"]}):
        with pytest.raises(Invalid):
            stage.draft(cast.department, **wrong)
    with pytest.raises(Invalid):
        stage.draft(cast.department, inspectors=[cast.executor.account.username])
    work = stage.draft(cast.department, 0)
    for missing, then in (("points", {"points": [spot()]}), ("inspectors", None)):
        with pytest.raises(Invalid) as refused:
            stage.take(cast.department, work, "open")
        assert refused.value.errors[0].loc == (missing,)
        if then:
            stage.change(cast.department, work, **then)
    stage.change(cast.department, work, inspectors=[cast.inspector.account.username])
    with pytest.raises(NotFound):
        find_survey(stage.session, stage.reference, cast.inspector.actor, work.code)
    for stranger in (cast.other_department, cast.triage):
        with pytest.raises(Forbidden):
            stage.take(stranger, work, "open")
    stage.take(cast.department, work, "open")
    assert stage.points(work)[0].inspector_id == cast.inspector.account.id
    told = select(OwnNotice.staff_id).where(OwnNotice.work_id == work.id)
    assert list(stage.session.scalars(told)) == [cast.inspector.account.id]
    assert [
        each.code for each in list_surveys(stage.session, stage.reference, cast.inspector.actor, mine=True)
    ] == [work.code]
    assert list_surveys(stage.session, stage.reference, cast.executor.actor) == []


def test_a_fault_is_one_report_whatever_is_sent_again(stage: SurveyStage, cast: Cast) -> None:
    work = stage.walked(cast.department, cast.inspector)
    point, other, third = stage.points(work)
    report = str(uuid4())
    for new in (True, False, False):
        seen = stage.see(cast.inspector, work, point, "fault", note="Cáp sà xuống đường", report=report)
        assert (seen.new, seen.counted) == (new, True)
    [found] = stage.found()
    assert (str(found.id), found.address, found.status) == (report, "Cột 0", "received")
    received = select(Event).where(Event.report_id == found.id)
    assert [each.staff_id for each in stage.session.scalars(received)] == [cast.inspector.account.id]
    assert stage.session.get_one(WorkReport, (work.id, found.id)).why == "survey"
    second = stage.see(cast.ward_inspector, work, point, "fault", note="Cáp thấp")
    again = stage.see(cast.ward_inspector, work, point, "fault", note="Cáp thấp")
    assert [(each.counted, each.new) for each in (second, again)] == [(False, True), (False, False)]
    assert stage.session.scalar(select(func.count()).select_from(SurveyLook)) == 1
    late = stage.see(cast.inspector, work, point, "ok", seen_at=stage.now + timedelta(hours=1))
    assert not late.counted, "what has become a report is not taken back here"
    assert len(stage.found()) == 1
    with pytest.raises(Invalid):
        stage.see(cast.inspector, work, other, "fault")
    with pytest.raises(Conflict):
        stage.see(cast.inspector, work, other, "fault", note="Cũ", report=report)
    assert stage.points(work)[1].state == PointState.TO_SEE
    early = stage.now - timedelta(hours=2)
    stage.see(cast.inspector, work, other, "ok", seen_at=early)
    assert stage.see(cast.inspector, work, other, "fault", note="Thấy lại", category="hanging_cable").counted
    assert not stage.see(cast.inspector, work, other, "ok", seen_at=early).counted
    assert len(stage.found()) == 2
    for stranger in (cast.department, cast.triage):
        with pytest.raises(Forbidden):
            stage.see(stranger, work, third)
    with pytest.raises(NotFound):
        stage.see(cast.executor, work, third)
    view = find_survey(stage.session, stage.reference, cast.department.actor, work.code)
    told = tell_survey(stage.session, stage.reference, cast.department.actor, view)
    assert told.points is not None
    assert [each.note for each in told.points[0].looks] == ["Cáp thấp", ""]
    assert (told.seen, told.total, told.counts["fault"]) == (2, 3, 2)


def test_it_ends_with_every_point_seen_or_explained(stage: SurveyStage, cast: Cast) -> None:
    work = stage.walked(cast.department, cast.inspector)
    first, *rest = stage.points(work)
    stage.see(cast.inspector, work, first, "not_found")
    with pytest.raises(Conflict):
        stage.change(cast.department, work, remove=[str(first.id)])
    with pytest.raises(Invalid):
        stage.take(cast.inspector, work, "done")
    stage.take(cast.inspector, work, "done", reason="Mưa lớn, đường ngập")
    stage.see(cast.inspector, work, rest[0], "ok")
    with pytest.raises(Forbidden):
        stage.take(cast.inspector, work, "closed")
    stage.now += timedelta(days=60)
    calendar = stage.ctx(cast.department).calendar
    assert close_done(stage.session, stage.reference, calendar, stage.now) == 0
    stage.take(cast.department, work, "closed")
    with pytest.raises(Conflict):
        stage.see(cast.inspector, work, rest[1], "ok")
    types = select(Event.type).where(Event.report_id.is_(None), Event.subject_id == str(work.id))
    told = [str(each) for each in stage.session.scalars(types.order_by(Event.id))]
    assert told == [
        "survey.drafted",
        "survey.opened",
        "point.seen",
        "survey.done",
        "point.seen",
        "survey.closed",
    ]
    assert not any(stage.session.scalars(select(Event.public).where(Event.subject_id == str(work.id))))
    assert stage.session.get_one(Work, work.id).closed_at is not None


def test_one_is_proposed_21_days_before_an_occasion_and_not_twice(stage: SurveyStage, cast: Cast) -> None:
    tet = {"code": "tet", "name": {"vi": "Tết"}, "days": ["2026-02-17", "02-29"]}
    proposed = [{"category": "hanging_cable", "lead": "city-cables"}]
    rules = SurveysConfig.model_validate({"occasions": [tet], "proposed": proposed})
    config = stage.reference.config.model_copy(update={"surveys": rules})
    stage.reference = replace(stage.reference, config=config)

    def propose(year: int, month: int, day: int) -> int:
        stage.now = datetime(year, month, day, 1, tzinfo=UTC)
        return propose_surveys(replace(stage.ctx(cast.manager), actor=SYSTEM))

    assert propose(2026, 1, 26) == 0
    assert propose(2026, 1, 27) == 1
    work = stage.session.scalars(select(Work).join(Survey)).one()
    told = select(OwnNotice.staff_id).where(OwnNotice.work_id == work.id)
    assert cast.department.account.id in set(stage.session.scalars(told))
    assert (work.status, work.lead_id) == ("draft", stage.unit("city-cables"))
    side = stage.session.get_one(Survey, work.id)
    assert (side.first, side.last) == (date(2026, 2, 3), date(2026, 2, 16))
    assert propose(2026, 1, 28) == 0
    stage.take(cast.department, work, "dropped", reason="Đã kiểm tra trong tháng")
    assert propose(2026, 2, 10) == 0
    assert propose(2026, 2, 17) == 0
