"""The worker that counts: at least once, from the bookmark, also what no message told of."""

from __future__ import annotations

from datetime import date, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.city.reference import Reference
from service.domain.figures.upkeep import read_state, recount_differences
from service.domain.queries.stats import read_stats, recount
from service.domain.reports.filters import Filters
from service.models import FigureState, Report
from tests.support.factories import found_city, make_report
from tests.support.reading_stage import number
from tests.support.small_city import NOON
from tests.workers.test_photos import environment

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
__all__ = ["environment"]
LATER = NOON + timedelta(days=30)


@pytest.fixture
def figures(environment: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The worker's module on this test's database."""
    import workers.figures as module  # its settings are read when it is imported

    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr("workers.leases.engine", lambda: clean_engine)
    monkeypatch.setattr(module.build, "apply_async", lambda **_: module.build())
    return module


@pytest.fixture
def reference(clean_engine: Engine) -> Reference:
    with unit_of_work(clean_engine) as session:
        return found_city(session)


def come_in(engine: Engine, reference: Reference, reports: int) -> None:
    with unit_of_work(engine) as session:
        for _ in range(reports):
            make_report(session, reference, "assigned")
        number(session)


def rested(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        session.execute(update(FigureState).values(counted_at=None))


def test_every_message_may_come_twice_or_never(
    figures: ModuleType, clean_engine: Engine, reference: Reference
) -> None:
    figures.count([])
    for reports in (3, 0, 2):
        come_in(clean_engine, reference, reports)
        for _ in range(2):
            rested(clean_engine)
            figures.count(["whatever"])
    with unit_of_work(clean_engine) as session:
        assert list(recount_differences(session, ZONE)) == []
        kept = read_stats(session, reference, Filters(), now=LATER)
        assert kept.total.received == 5
        assert kept == recount(session, reference, Filters(), now=LATER)


def test_it_rests_between_counts_and_who_reads_sees_all_the_same(
    figures: ModuleType, clean_engine: Engine, reference: Reference
) -> None:
    figures.count()
    come_in(clean_engine, reference, 4)
    figures.count()
    with unit_of_work(clean_engine) as session:
        assert read_state(session).position == 0
        assert read_stats(session, reference, Filters(), now=LATER).total.received == 4


def test_the_nightly_recount_mends_what_it_finds(
    figures: ModuleType, clean_engine: Engine, reference: Reference
) -> None:
    come_in(clean_engine, reference, 2)
    figures.count()
    with unit_of_work(clean_engine) as session:
        session.execute(update(Report).values(extensions=1))
        assert len(list(recount_differences(session, ZONE))) == 1
    figures.audit()
    with unit_of_work(clean_engine) as session:
        assert list(recount_differences(session, ZONE)) == []


class KilledError(BaseException):
    """The process dies here: nothing of its own runs afterwards."""


def test_a_recount_that_was_killed_is_gone_on_with_and_not_begun_anew(
    figures: ModuleType, clean_engine: Engine, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    _several_days(clean_engine, reference)
    rested(clean_engine)
    figures.count()
    monkeypatch.setattr("service.domain.figures.upkeep.MOST_REPORTS", 1)
    looked: list[date] = []
    compare = figures.compare_days

    def compare_until_killed(session: Session, zone: ZoneInfo, first: date, last: date) -> Any:
        if len(looked) == 3:
            raise KilledError
        looked.append(first)
        return compare(session, zone, first, last)

    monkeypatch.setattr(figures, "compare_days", compare_until_killed)
    monkeypatch.setattr("service.domain.kernel.leases.release", lambda *_: None)
    with pytest.raises(KilledError):
        figures.audit()
    monkeypatch.undo()
    monkeypatch.setattr(figures, "engine", lambda: clean_engine)
    monkeypatch.setattr("workers.leases.engine", lambda: clean_engine)
    monkeypatch.setattr("service.domain.figures.upkeep.MOST_REPORTS", 1)
    resumed: list[date] = []

    def compare_and_note(session: Session, zone: ZoneInfo, first: date, last: date) -> Any:
        resumed.append(first)
        return compare(session, zone, first, last)

    monkeypatch.setattr(figures, "compare_days", compare_and_note)
    figures.go_on()
    assert resumed == [], "its lease lives for minutes yet"
    later = figures.now() + timedelta(minutes=3)
    for module in ("workers.figures", "workers.leases"):
        monkeypatch.setattr(f"{module}.now", lambda: later)
    figures.go_on()
    assert resumed, "nobody went on with it"
    assert min(resumed) > max(looked)
    figures.go_on()
    assert len(resumed) == len(set(resumed)), "it was done, and is not begun anew before the next night"


def _several_days(engine: Engine, reference: Reference) -> None:
    with unit_of_work(engine) as session:
        for day in range(8):
            make_report(session, reference, "assigned", created_at=NOON + timedelta(days=day))
        number(session)
