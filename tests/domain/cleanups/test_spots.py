"""Hot spots are proposed once a week, cleaned once, and measured against places that nobody cleaned."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.cleanups.spots.measurements import measure_spots
from service.domain.cleanups.spots.spot_cleanups import SpotCleanup, SpotView, draft_spot_cleanup, list_spots
from service.domain.cleanups.spots.weekly_list import propose_spots
from service.domain.relay import give_positions
from service.domain.works.feed import WORKS
from service.domain.works.subject_feed import FeedReader, read_subject_feed
from service.errors import Conflict, Forbidden, NotFound
from service.models import Event, Hotspot, Work, WorkReport, WorkStatus
from tests.support.cleanups.stage import CleanupStage
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

SPOT, OTHER, THIRD = (107.57, 16.42), (107.58, 16.43), (107.56, 16.41)
EARLIER = NOON - timedelta(days=10)


@pytest.fixture
def stage(session: Session, reference: Reference) -> CleanupStage:
    return CleanupStage(session, reference)


def litter(
    stage: CleanupStage, place: tuple[float, float], many: int, days: int, status: str = "closed"
) -> None:
    """So many reports of a place, so many days after NOON."""
    for _ in range(many):
        at = NOON + timedelta(days=days)
        make_report(stage.session, stage.reference, status, place=place, at=at, published=True)


def propose(stage: CleanupStage) -> int:
    return propose_spots(
        stage.session, stage.reference, load_calendar(stage.session, stage.reference), stage.now
    )


def measure(stage: CleanupStage) -> int:
    return measure_spots(stage.session, load_calendar(stage.session, stage.reference), stage.now)


def spots(stage: CleanupStage) -> list[SpotView]:
    return list_spots(stage.session, stage.now)


def settle(stage: CleanupStage, spot: SpotView, status: WorkStatus) -> None:
    """The clean-up of a spot ends so."""
    code = next(each.cleanup for each in spots(stage) if each.id == spot.id)
    stage.session.execute(update(Work).where(Work.code == code).values(status=status))


def test_a_week_has_one_list_of_places_that_nobody_cleans(stage: CleanupStage, cast: Cast) -> None:
    litter(stage, SPOT, 5, -10)
    litter(stage, OTHER, 3, -20)
    litter(stage, THIRD, 2, -10)
    litter(stage, THIRD, 9, -40)
    stage.at(NOON - timedelta(days=2, hours=7))
    assert propose(stage) == 0, "before six on Monday"
    stage.at(NOON)
    assert (propose(stage), propose(stage)) == (2, 0)
    first, second = spots(stage)
    assert (first.reports, second.reports) == (5, 3)
    assert (first.lon, first.lat) == pytest.approx(SPOT, abs=1e-4)
    stage.make(cast.other_department, location={"lon": SPOT[0], "lat": SPOT[1]})
    stage.at(NOON + timedelta(days=7))
    assert propose(stage) == 1, "where a clean-up is going to be, none is proposed"
    assert [each.reports for each in spots(stage)] == [3]


def test_a_spot_is_made_one_draft_with_its_open_reports(stage: CleanupStage, cast: Cast) -> None:
    litter(stage, SPOT, 4, -5)
    litter(stage, SPOT, 2, -5, "assigned")
    propose(stage)
    [spot] = spots(stage)
    asked = SpotCleanup(id=uuid4())
    with pytest.raises(Forbidden):
        draft_spot_cleanup(stage.ctx(cast.department), spot.id, asked)
    with pytest.raises(NotFound):
        draft_spot_cleanup(stage.ctx(cast.other_department), spot.id + 1, asked)
    ctx = stage.ctx(cast.other_department)
    found, new = draft_spot_cleanup(ctx, spot.id, asked)
    again, renewed = draft_spot_cleanup(ctx, spot.id, asked)
    assert (new, renewed, again.work.id) == (True, False, found.work.id)
    with pytest.raises(Conflict):
        draft_spot_cleanup(ctx, spot.id, SpotCleanup(id=uuid4()))
    local = load_calendar(stage.session, stage.reference).local(found.work.starts_at or stage.now)
    assert (found.work.status, local.weekday(), local.hour) == ("draft", 6, 7)
    tied = select(func.count()).where(WorkReport.work_id == found.work.id)
    assert stage.session.scalar(tied) == 2
    assert (spots(stage)[0].state, spots(stage)[0].cleanup) == ("planned", found.work.code)


def test_the_effect_is_measured_against_what_was_not_cleaned(stage: CleanupStage, cast: Cast) -> None:
    litter(stage, SPOT, 10, -3)
    litter(stage, OTHER, 40, -3)
    propose(stage)
    spot = spots(stage)[1]
    draft_spot_cleanup(stage.ctx(cast.other_department), spot.id, SpotCleanup(id=uuid4()))
    settle(stage, spot, WorkStatus.DONE)
    litter(stage, SPOT, 3, 10)
    litter(stage, OTHER, 30, 10)
    litter(stage, SPOT, 5, 4)
    assert measure(stage) == 1
    stage.at(NOON + timedelta(days=20))
    assert measure(stage) == 0, "four weeks are not over"
    stage.at(NOON + timedelta(days=34))
    assert (measure(stage), measure(stage)) == (1, 0)
    measured = next(each for each in spots(stage) if each.id == spot.id)
    assert measured.counts is not None
    assert (measured.counts.before, measured.counts.after) == (10, 3), "the day itself counts for neither"
    assert (measured.counts.control_before, measured.counts.control_after) == (40, 30)
    assert measured.effect == pytest.approx(0.4)
    stage.session.execute(update(Work).where(Work.code == measured.cleanup).values(public=True))
    stage.session.execute(update(Event).where(Event.type == "hotspot.effect").values(public=True))
    give_positions(stage.session)
    about = frozenset({"hotspot.effect"})
    reader = FeedReader(stage.reference, str, "https://x")
    read = read_subject_feed(stage.session, WORKS, reader, about, after=0, limit=9)
    [told] = read.items
    assert told.work.code == measured.cleanup
    assert (told.data["before"], told.data["after"], told.data["effect"]) == (10, 3, 0.4)
    stage.at(NOON + timedelta(days=100))
    assert measure(stage) == 1
    assert next(each for each in spots(stage) if each.id == spot.id).state == "cured"


def test_without_a_cleanup_a_spot_is_one_to_compare_with(stage: CleanupStage, cast: Cast) -> None:
    litter(stage, SPOT, 10, -3)
    propose(stage)
    [spot] = spots(stage)
    draft_spot_cleanup(stage.ctx(cast.other_department), spot.id, SpotCleanup(id=uuid4()))
    settle(stage, spot, WorkStatus.CANCELLED)
    assert measure(stage) == 1
    row = stage.session.get_one(Hotspot, spot.id)
    assert (row.state, row.work_id) == ("open", None)
