"""Demo numbers: some wait, some are confirmed, all of a range that is nobody's; made once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.advertisements.numbers import demo_numbers
from service.models import AdNumber, Photo, Sighting
from service.storage import Storage
from tests.support.factories import found_city, make_report
from tests.support.small_city import NOON


def test_numbers_wait_and_are_confirmed_and_a_second_time_adds_none(session: Session, tmp_path: Path) -> None:
    reference, storage = found_city(session), Storage(tmp_path.as_uri())
    for _ in range(8):
        make_report(session, reference, "in_progress", category="illegal_ad")
    assert demo_numbers(session, reference, storage, at=NOON) == 8
    assert demo_numbers(session, reference, storage, at=NOON) == 0
    states = [str(each) for each in session.scalars(select(Sighting.state))]
    assert (states.count("proposed"), states.count("confirmed")) == (3, 5)
    assert all(each.startswith("+8495") for each in session.scalars(select(AdNumber.e164)))
    assert all(storage.exists(key) for key in session.scalars(select(Photo.public_key)))
