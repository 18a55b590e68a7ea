"""What a number is remembered by: posters hung since it was put right, by when they were photographed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.domain.number_cases.access import NumberCaseWork
from service.domain.number_cases.passing_time import close_quiet
from service.domain.number_cases.requests import system_context
from service.domain.number_cases.views import list_register, number_story
from service.domain.numbers.sightings import NumberSeen, enter_sighting
from service.errors import Conflict
from service.models import AdNumber, Report, Status
from tests.support.factories import make_photo
from tests.support.numbers.stage import DIGITS, FAR_OFF, NEAR, NumbersStage
from tests.support.people import Cast
from tests.support.small_city import IN_W2

INVITED: dict[str, Any] = {"document": "1/GM", "dated": "2026-03-04", "appear_by": "2026-03-11"}


def complied(stage: NumbersStage, cast: Cast) -> NumberCaseWork:
    """A case whose owner complied on the day of the first poster."""
    found = stage.open(cast.department, stage.verified(cast.triage))
    stage.go(cast.department, found, "invited", **INVITED)
    return stage.go(cast.department, found, "complied", remedy="Đã gỡ", removed=True)


def photographed(stage: NumbersStage, cast: Cast, taken: datetime | None, came: datetime) -> AdNumber:
    """A poster confirmed on a photo that says when it was taken, sent then."""
    report = stage.ad(IN_W2, at=came)
    photo = make_photo(stage.session, report, "report", at=came, taken_at=taken)
    seen = NumberSeen(number=DIGITS, photo_id=photo)
    enter_sighting(stage.session, cast.triage.asker, report.id, seen, now=stage.now)
    return stage.number()


def to_do(stage: NumbersStage, cast: Cast) -> list[int | None]:
    return [each.next_offence for each in list_register(stage.ctx(cast.department), "todo")]


def test_a_poster_within_the_year_counts_though_a_later_one_was_seen_too(
    stage: NumbersStage, cast: Cast
) -> None:
    found = complied(stage, cast)
    stage.at(datetime(2026, 3, 10, 3, tzinfo=UTC))
    stage.go(cast.department, found, "closed")
    stage.at(datetime(2027, 3, 21, 3, tzinfo=UTC))
    late = datetime(2027, 3, 20, 3, tzinfo=UTC)
    number = photographed(stage, cast, None, late)
    assert to_do(stage, cast) == [1]
    photographed(stage, cast, datetime(2027, 2, 5, 3, tzinfo=UTC), late)
    assert to_do(stage, cast) == [2], "taken within the year, whenever it was sent"
    assert stage.open(cast.department, number).side.offence == 2


@pytest.mark.parametrize(
    ("taken", "offence"),
    [
        (datetime(2026, 3, 3, 12, tzinfo=UTC), None),
        (datetime(2026, 3, 4, 16, 59, tzinfo=UTC), None),
        (datetime(2026, 3, 4, 17, tzinfo=UTC), 2),
        (datetime(2031, 1, 1, tzinfo=UTC), 2),
    ],
)
def test_a_camera_is_believed_of_the_past_only(
    stage: NumbersStage, cast: Cast, taken: datetime, offence: int | None
) -> None:
    """What hung when the owner complied, by the city's clock, is no other poster; none is of the future."""
    found = complied(stage, cast)
    stage.at(datetime(2026, 3, 10, 3, tzinfo=UTC))
    stage.go(cast.department, found, "closed")
    number = photographed(stage, cast, taken, stage.now + timedelta(days=30))
    assert to_do(stage, cast) == ([] if offence is None else [offence])
    if offence is None:
        with pytest.raises(Conflict, match="quảng cáo mới"):
            stage.open(cast.department, number)


def test_a_clock_of_the_future_keeps_no_case_open(stage: NumbersStage, cast: Cast) -> None:
    photographed(stage, cast, datetime(2031, 1, 1, tzinfo=UTC), stage.now)
    found = complied(stage, cast)
    stage.at(stage.now + timedelta(days=30))
    assert close_quiet(system_context(stage.ctx(cast.department))) == 1
    assert found.work.status == "closed"


@pytest.mark.parametrize("end", ["closed", "dropped"])
def test_what_ended_is_to_be_done_again_only_with_another_poster(
    stage: NumbersStage, cast: Cast, end: str
) -> None:
    found = complied(stage, cast)
    person = cast.department if end == "closed" else cast.manager
    stage.go(person, found, end, "Không phải chủ số")
    assert to_do(stage, cast) == []
    story = number_story(stage.ctx(cast.department), found.number.id)
    assert story.may_open is (end == "dropped"), "what was dropped by mistake may be taken up"
    stage.at(stage.now + timedelta(days=1))
    stage.see(cast.triage, place=IN_W2, at=stage.now)
    assert to_do(stage, cast) == [2 if end == "closed" else 1]
    assert number_story(stage.ctx(cast.department), found.number.id).may_open


def test_posters_hung_after_the_invitation_are_told(stage: NumbersStage, cast: Cast) -> None:
    found = stage.open(cast.department, stage.verified(cast.triage))
    stage.go(cast.department, found, "invited", **INVITED)
    [told] = list_register(stage.ctx(cast.department), "invited")
    assert told.case is not None
    assert (told.case.invited_on, told.case.seen_since_invited) == (date(2026, 3, 4), 0)
    stage.at(stage.now + timedelta(days=2))
    photographed(stage, cast, datetime(2026, 3, 4, 12, tzinfo=UTC), stage.now)
    stage.see(cast.triage, place=IN_W2, at=stage.now)
    [told] = list_register(stage.ctx(cast.department), "invited")
    assert told.case is not None
    assert told.case.seen_since_invited == 1


@pytest.mark.parametrize(
    ("place", "taken", "offence"),
    [
        (NEAR, datetime(2026, 3, 7, 3, tzinfo=UTC), 2),
        ((NEAR[0] + 0.0001, NEAR[1]), datetime(2026, 3, 7, 3, tzinfo=UTC), 2),
        (NEAR, datetime(2026, 3, 8, 2, tzinfo=UTC), 2),
        (NEAR, datetime(2026, 3, 6, 2, tzinfo=UTC), None),
        (NEAR, datetime(2026, 3, 4, 4, tzinfo=UTC), None),
        ((NEAR[0] + 0.0006, NEAR[1]), datetime(2026, 3, 7, 3, tzinfo=UTC), None),
        (FAR_OFF, datetime(2026, 3, 7, 3, tzinfo=UTC), None),
    ],
)
def test_a_poster_at_a_place_that_was_cleared_is_a_new_one_before_the_owner_complied_too(
    stage: NumbersStage, cast: Cast, place: tuple[float, float], taken: datetime, offence: int | None
) -> None:
    """Cleared on 6 March (or the 3rd), the owner invited on the 4th, all put right on the 8th: what was
    photographed after the clearing hung there again. Other places are not known to have been clear.
    """
    found = stage.open(cast.department, stage.verified(cast.triage))
    stage.go(cast.department, found, "invited", **INVITED)
    [near] = stage.session.scalars(select(Report).where(Report.lon == NEAR[0])).all()
    day = 3 if taken.day == 4 else 6
    near.status, near.resolved_at = Status.CLOSED, datetime(2026, 3, day, 3, tzinfo=UTC)
    stage.at(datetime(2026, 3, 8, 9, tzinfo=UTC))
    stage.go(cast.department, found, "complied", remedy="Đã gỡ", removed=True)
    report = stage.ad(place, at=stage.now)
    photo = make_photo(stage.session, report, "report", at=stage.now, taken_at=taken)
    seen = NumberSeen(number=DIGITS, photo_id=photo)
    enter_sighting(stage.session, cast.triage.asker, report.id, seen, now=stage.now)
    stage.at(datetime(2026, 4, 9, 3, tzinfo=UTC))
    stage.go(cast.department, found, "closed")
    assert to_do(stage, cast) == ([] if offence is None else [offence])
    if offence is None:
        with pytest.raises(Conflict, match="quảng cáo mới"):
            stage.open(cast.department, stage.number())
    else:
        assert stage.open(cast.department, stage.number()).side.offence == offence
