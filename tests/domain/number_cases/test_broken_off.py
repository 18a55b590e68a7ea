"""Steps that break off and are taken again: nothing twice, nothing public that should not be."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select

from service.domain.number_cases import answers, withdrawals
from service.domain.number_cases.passing_time import expire_listings
from service.domain.number_cases.publicity import listings
from service.domain.number_cases.requests import system_context
from service.domain.numbers import proposals
from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.proposals import propose_readings
from service.domain.numbers.telephones import telephone
from service.models import Listing, Sighting, Work
from tests.domain.number_cases.test_listings import drafted, go, shown, suspended_case
from tests.support.factories import make_photo
from tests.support.numbers.stage import DIGITS, NumbersStage
from tests.support.people import Cast

OTHER = "0951234599"
QUAD = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))


class Killed(Exception):
    """End of a process in the middle of a transaction."""


def break_off(stage: NumbersStage, where: ModuleType, name: str, act: Callable[[], object]) -> None:
    """Act until the second call of that function, which dies; the database forgets what was begun."""
    real, calls = getattr(where, name), list[None]()

    def dying(*given: object, **named: Any) -> object:
        calls.append(None)
        if len(calls) > 1:
            raise Killed
        return real(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, dying)
        with pytest.raises(Killed), stage.session.begin_nested():
            act()
    assert len(calls) == 2
    stage.session.expire_all()


def test_reading_a_photo(stage: NumbersStage, cast: Cast) -> None:
    photo = make_photo(stage.session, stage.ad(), "report")
    numbers = [number for digits in (DIGITS, OTHER) if (number := telephone(digits))]
    readings = [NumberReading(number, QUAD, number.digits, 0.97) for number in numbers]

    def read() -> int:
        return propose_readings(stage.session, photo, readings, (100, 50), now=stage.now)

    break_off(stage, proposals, "_put", read)
    sightings = select(func.count()).select_from(Sighting)
    assert stage.session.scalar(sightings) == 0
    assert (read(), read(), stage.session.scalar(sightings)) == (2, 0, 2)


def test_answering_for_ported_numbers(stage: NumbersStage, cast: Cast) -> None:
    for digits in (DIGITS, OTHER):
        stage.verified(cast.triage, digits)
    asked = stage.send(cast.department, stage.request(cast.department, [DIGITS, OTHER]))
    items = [{"number": each, "answer": "ported", "ported_to": "sanitation"} for each in (DIGITS, OTHER)]
    break_off(stage, answers, "_follow", lambda: stage.answer(cast.executor, asked, *items))
    children = select(func.count()).select_from(Work).where(Work.parent_id == asked.work.id)
    assert (asked.work.status, stage.session.scalar(children)) == ("sent", 0)
    for _ in range(2):
        assert stage.answer(cast.executor, asked, *items).work.status == "answered"
    assert stage.session.scalar(children) == 1
    assert stage.types(asked.work).count("request.answered") == 1


def test_listing_and_taking_off(stage: NumbersStage, cast: Cast) -> None:
    cases = [suspended_case(stage, cast, digits) for digits in (DIGITS, OTHER)]
    list_ = drafted(stage, cast.department, *cases)
    break_off(stage, listings, "record_work", lambda: go(stage, cast.manager, list_))
    assert (shown(stage, cast), list_.state) == ([], "draft")
    for _ in range(2):
        go(stage, cast.manager, list_)
    assert len(shown(stage, cast)) == 2
    assert [stage.types(each.work).count("number.listed") for each in cases] == [1, 1]
    break_off(stage, withdrawals, "record_work", lambda: go(stage, cast.department, list_, "withdrawn"))
    assert (len(shown(stage, cast)), list_.state) == (2, "published")
    for _ in range(2):
        go(stage, cast.department, list_, "withdrawn")
    assert shown(stage, cast) == []
    assert [stage.types(each.work).count("number.unlisted") for each in cases] == [1, 1]


def test_ending_lists_after_their_last_day(stage: NumbersStage, cast: Cast) -> None:
    cases = [suspended_case(stage, cast, digits) for digits in (DIGITS, OTHER)]
    until = str(stage.ctx(cast.department).calendar.local(stage.now).date())
    go(stage, cast.manager, drafted(stage, cast.department, *cases, until=until))
    stage.at(stage.now.replace(day=stage.now.day + 1))
    ctx = system_context(stage.ctx(cast.department))
    break_off(stage, withdrawals, "record_work", lambda: expire_listings(ctx))
    assert shown(stage, cast) == [], "its last day has passed, whether the worker comes or not"
    assert (expire_listings(ctx), expire_listings(ctx)) == (2, 0)
    ended = stage.session.scalars(select(Listing.withdrawn_at)).all()
    assert all(ended)
