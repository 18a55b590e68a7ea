"""A process that is killed while it makes works leaves none of them; the next one makes each of them once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.models import Plan, Work
from tests.support.factories import found_city
from tests.support.people import make_cast
from tests.support.works.killed import kill_while, make
from tests.support.works.stage import WorksStage, draft_row

WEEKLY = {"first": "2026-01-01", "last": "2026-12-31", "repeats": {"rule": "FREQ=WEEKLY;BYDAY=FR"}}
FRIDAYS, IN_FOUR_WEEKS = 13, 4
LATER = timedelta(days=28)


def drafted(session: Session) -> Plan:
    """A draft of two rows that are done once and one that comes again each Friday."""
    reference = found_city(session)
    cast = make_cast(session, reference)
    rows = draft_row("Một"), draft_row("Hai"), draft_row("Chiều thứ Sáu", **WEEKLY)
    return WorksStage(session, reference).keep(cast.manager, *rows)


def works_of(engine: Engine) -> list[tuple[str, date | None]]:
    with unit_of_work(engine) as session:
        return [(work.code, work.occurrence) for work in session.scalars(select(Work))]


@pytest.mark.parametrize("moment", ["work", "commit"])
def test_put_in_force_and_occurrences_are_made_once_though_killed(clean_engine: Engine, moment: str) -> None:
    with unit_of_work(clean_engine) as session:
        plan = drafted(session)
        now, code = plan.created_at, plan.code
    kill_while(clean_engine, "in_force", plan, moment, now)
    assert works_of(clean_engine) == []
    with unit_of_work(clean_engine) as session:
        assert session.scalars(select(Plan.state)).one() == "draft"
        assert make(session, "in_force", code, now) == FRIDAYS + 2
    first = works_of(clean_engine)

    kill_while(clean_engine, "occurrences", plan, moment, now + LATER)
    assert works_of(clean_engine) == first
    with unit_of_work(clean_engine) as session:
        assert make(session, "occurrences", code, now + LATER) == IN_FOUR_WEEKS
    every = works_of(clean_engine)
    assert len(every) == len({code for code, _ in every}) == FRIDAYS + 2 + IN_FOUR_WEEKS
    assert len({day for _, day in every if day}) == FRIDAYS + IN_FOUR_WEEKS


@pytest.mark.parametrize("act", ["in_force", "occurrences"])
def test_two_at_the_same_moment_make_each_work_once(clean_engine: Engine, act: str) -> None:
    with unit_of_work(clean_engine) as session:
        plan = drafted(session)
        now, code = plan.created_at, plan.code
        if act == "occurrences":
            make(session, "in_force", code, now)
            now += LATER
    before = len(works_of(clean_engine))

    def one(_: int) -> int:
        with unit_of_work(clean_engine) as session:
            return make(session, act, code, now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    every = works_of(clean_engine)
    assert len(every) - before == (IN_FOUR_WEEKS if act == "occurrences" else FRIDAYS + 2)
    assert len(set(every)) == len(every)
