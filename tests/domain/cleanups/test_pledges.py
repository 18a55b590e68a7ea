"""A unit pledges and says what it kept; only a unit above confirms it, and the counts add up."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.pledges.pledges import (
    NewPledge,
    PledgeChange,
    change_pledge,
    list_pledges,
    make_pledge,
)
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Pledge
from tests.support.cleanups.stage import CleanupStage
from tests.support.people import Cast, Person
from tests.support.small_city import NOON

TODAY = NOON.date()


@pytest.fixture
def stage(session: Session, reference: Reference) -> CleanupStage:
    return CleanupStage(session, reference)


def pledge(stage: CleanupStage, person: Person, **said: object) -> Pledge:
    """Somebody pledges for a room of a department."""
    body = {
        "id": str(uuid4()),
        "unit": "cables-room",
        "words": "Giữ sạch vỉa hè",
        "until": str(TODAY),
        **said,
    }
    return make_pledge(stage.ctx(person), NewPledge.model_validate(body))[0]


def change(stage: CleanupStage, person: Person, row: Pledge, **said: object) -> Pledge:
    """Somebody says how it stands."""
    return change_pledge(stage.ctx(person), row.id, PledgeChange.model_validate(said))


def states(stage: CleanupStage, person: Person) -> list[str]:
    counts, views = list_pledges(stage.ctx(person))
    assert counts.open + counts.late + counts.done + counts.confirmed == len(views)
    return [each.state for each in views]


def test_a_pledge_is_kept_and_confirmed_from_above(stage: CleanupStage, cast: Cast) -> None:
    unit = cast.room
    again = str(uuid4())
    row, _ = (pledge(stage, unit, id=again) for _ in "12")
    with pytest.raises(Conflict):
        pledge(stage, unit, id=again, words="Khác")
    assert states(stage, unit) == ["open"]
    assert states(stage, cast.other_department) == []
    above = cast.manager
    with pytest.raises(Conflict):
        change(stage, above, row, confirmed=True)
    stage.at(NOON + timedelta(days=1))
    assert states(stage, unit) == ["late"]
    for _ in "12":
        change(stage, unit, row, done_on=str(TODAY))
    assert states(stage, unit) == ["done"]
    with pytest.raises(Forbidden):
        change(stage, unit, row, confirmed=True)
    change(stage, above, row, confirmed=True)
    assert states(stage, unit) == ["confirmed"]
    with pytest.raises(Conflict):
        change(stage, unit, row, done_on=None)
    change(stage, above, row, confirmed=False)
    change(stage, unit, row, done_on=None)
    assert states(stage, unit) == ["late"]


def test_what_is_no_pledge_is_refused(stage: CleanupStage, cast: Cast) -> None:
    row = pledge(stage, cast.room)
    for wrong in ({"until": "2020-01-01"}, {"until": "2099-01-01"}, {"ward": "nowhere"}, {"unit": "nobody"}):
        with pytest.raises(Invalid):
            pledge(stage, cast.room, **wrong)
    for person in (cast.other_department, cast.executor, cast.inspector):
        with pytest.raises(Forbidden):
            pledge(stage, person)
    with pytest.raises(NotFound):
        change(stage, cast.other_department, row, done_on=str(TODAY))
    for day in (TODAY + timedelta(days=1), date(2020, 1, 1)):
        with pytest.raises(Invalid):
            change(stage, cast.room, row, done_on=str(day))
