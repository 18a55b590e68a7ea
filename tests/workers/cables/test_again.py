"""Tasks of cables, claims and surveys that die in the middle and run again: each thing once, told once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from service.db import unit_of_work
from service.domain.cables import quiet
from service.domain.city.occasions import SurveysConfig
from service.domain.city.reference import Reference, load_reference
from service.domain.claims import unclaimed
from service.domain.claims.forms import ClaimsRequest
from service.domain.claims.requests import ask_companies
from service.domain.surveys import proposals
from service.models import Claim, Event, EventType, OwnNotice, Survey, Work, WorkEventType, WorkKind
from tests.support.factories import found_city, make_report
from tests.support.notice_stage import Died
from tests.support.people import make_cast
from tests.support.small_city import NOON
from tests.support.works.cables import CableStage


@dataclass
class Night:
    """The tasks under test, with their clock in our hands."""

    engine: Engine
    monkeypatch: pytest.MonkeyPatch
    now: datetime = NOON

    def task(self, name: str) -> ModuleType:
        module = importlib.import_module(f"workers.{name}")
        self.monkeypatch.setattr(module, "engine", lambda: self.engine)
        self.monkeypatch.setattr(module, "now", lambda: self.now)
        return module

    def dies_at(self, place: ModuleType, name: str, call: int, error: type[BaseException]) -> None:
        """The function raises at that call, once."""
        real: Callable[..., Any] = getattr(place, name)
        calls = iter(range(1, 1000))

        def mortal(*given: Any, **named: Any) -> Any:
            if next(calls) == call:
                raise error
            return real(*given, **named)

        self.monkeypatch.setattr(place, name, mortal)

    def bells(self) -> list[int]:
        """How often each person was told of each event of a work."""
        with unit_of_work(self.engine) as session:
            each = (
                select(func.count())
                .select_from(OwnNotice)
                .group_by(OwnNotice.staff_id, OwnNotice.work_id, OwnNotice.type, OwnNotice.at)
            )
            return list(session.scalars(each))

    def count(self, *conditions: Any) -> int:
        with unit_of_work(self.engine) as session:
            return session.scalar(select(func.count()).where(*conditions)) or 0


@pytest.fixture
def night(worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Night:
    return Night(clean_engine, monkeypatch)


def test_claims_whose_worker_failed_end_once(night: Night) -> None:
    with unit_of_work(night.engine) as session:
        reference = found_city(session)
        cast, stage = make_cast(session, reference), CableStage(session, reference)
        reports = [make_report(session, reference, "assigned", category="hanging_cable") for _ in range(2)]
        for report in reports:
            ask_companies(stage.ctx(cast.department), cast.department.asker, report.id, ClaimsRequest())
        asked = len(session.scalars(select(Claim)).all())
        ids = [report.id for report in reports]
    night.now += timedelta(days=5)
    expire = night.task("claims").expire
    night.dies_at(unclaimed, "_give_to_pole_owner", 1, ValueError)
    expire()
    public = Event.type == EventType.UNCLAIMED, Event.report_id.in_(ids)
    assert night.count(*public) == 1, "one failed alone, the other went its way"
    night.dies_at(unclaimed, "tell_concerned", 1, Died)
    with pytest.raises(Died):
        expire()
    assert night.count(*public) == 1, "what died left nothing"
    for _ in range(2):
        expire()
    assert night.count(*public) == 2
    assert night.count(Work.kind == WorkKind.TASK) == 2
    assert night.count(Event.type == EventType.CLAIM_ANSWERED) == asked
    assert night.count(Claim.silent_at.is_not(None)) == asked
    assert set(night.bells()) == {1}


def test_silent_sections_are_reminded_of_once_though_the_worker_dies(night: Night) -> None:
    with unit_of_work(night.engine) as session:
        reference = found_city(session)
        cast, stage = make_cast(session, reference), CableStage(session, reference)
        route = stage.route(cast.department)
        for person, company in ((cast.executor, "telecom"), (cast.other_executor, "sanitation")):
            work = stage.section(route, company)
            stage.take(person, work, "agreed", data={"agreed": "2026-08-31"})
            stage.take(person, work, "under_way")
    before = night.count(OwnNotice.id.is_not(None))
    night.now += timedelta(days=31)
    remind = night.task("cables").remind
    night.dies_at(quiet, "tell_people", 2, Died)
    with pytest.raises(Died):
        remind()
    reminded = Event.type == WorkEventType.REMINDED
    assert (night.count(reminded), night.count(OwnNotice.id.is_not(None))) == (0, before)
    assert [remind() for _ in range(2)] == [2, 0]
    assert night.count(reminded) == 2
    assert set(night.bells()) == {1}


def test_a_survey_is_proposed_once_though_the_worker_dies(night: Night) -> None:
    tet = {"code": "tet", "name": {"vi": "Tết"}, "days": ["2026-02-17"]}
    proposed = [{"category": "hanging_cable", "lead": "city-cables"}]
    rules = SurveysConfig.model_validate({"occasions": [tet], "proposed": proposed})
    with unit_of_work(night.engine) as session:
        make_cast(session, found_city(session))
    night.now = datetime(2026, 1, 28, 1, tzinfo=UTC)
    module = night.task("surveys")

    def with_rules(session: Any) -> Reference:
        found = load_reference(session)
        return replace(found, config=found.config.model_copy(update={"surveys": rules}))

    night.monkeypatch.setattr(module, "load_reference", with_rules)
    night.dies_at(proposals, "tell_people", 1, Died)
    with pytest.raises(Died):
        module.propose()
    assert night.count(Survey.work_id.is_not(None)) == 0
    assert [module.propose() for _ in range(2)] == [1, 0]
    assert night.count(Survey.work_id.is_not(None)) == 1
    assert set(night.bells()) == {1}
