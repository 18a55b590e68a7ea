"""Planned changes are made at their second, not at the next look."""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from service.db import unit_of_work
from service.domain.configuration.administration import scheduled_changes
from service.domain.configuration.administration.changes import EditStamp
from service.models import ScheduledChange
from service.models.city.administration import ScheduledChangeState
from tests.support.factories import found_city
from tests.support.people import make_cast
from tests.support.small_city import NOON

BY = NOON + timedelta(seconds=3)


@pytest.fixture
def plan(clean_engine: Engine) -> int:
    """The end of rule 1, three seconds after noon."""
    with unit_of_work(clean_engine) as session:
        cast = make_cast(session, found_city(session))
        stamp = EditStamp(cast.administrator.account.id, cast.administrator.account.name, NOON)
        return scheduled_changes.schedule(
            session, stamp, scheduled_changes.ChangeToSchedule("rule_end", "1", {}, 1, BY)
        ).id


def test_a_change_is_made_at_its_second(
    worker_settings: dict[str, str], clean_engine: Engine, plan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = importlib.import_module("workers.administration")
    called: list[dict[str, Any]] = []
    clock = [NOON - timedelta(minutes=1)]
    monkeypatch.setattr(worker, "engine", lambda: clean_engine)
    monkeypatch.setattr(worker, "now", lambda: clock[0])
    monkeypatch.setattr(worker.make_planned, "apply_async", lambda **told: called.append(told))

    def state_after(moment: datetime) -> ScheduledChangeState:
        clock[0] = moment
        worker.make_planned()
        with unit_of_work(clean_engine) as session:
            return session.get_one(ScheduledChange, plan).state

    assert (state_after(NOON - timedelta(minutes=1)), called) == (ScheduledChangeState.PLANNED, [])
    assert state_after(NOON) == ScheduledChangeState.PLANNED
    assert [told["eta"] for told in called] == [BY]
    assert called[0]["expires"] > BY
    assert state_after(BY) == ScheduledChangeState.DONE
    assert (state_after(BY), len(called)) == (ScheduledChangeState.DONE, 1)
