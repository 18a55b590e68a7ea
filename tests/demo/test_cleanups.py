"""Demo clean-ups have something of everything to show, and are made once."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.cleanups import demo_cleanups
from service.domain.city.reference import load_reference
from service.domain.cleanups.praise.reading import list_praise
from service.domain.cleanups.views import CleanupFilter, list_cleanups
from service.models import Cleanup, CleanupSeries, CleanupSignup, Work, WorkKind
from tests.support.factories import found_city
from tests.support.small_city import NOON


def test_every_state_is_there_and_a_second_time_adds_none(session: Session) -> None:
    found_city(session)
    counts = []
    for _ in range(2):
        demo_cleanups(session, load_reference(session), at=NOON)
        counts.append(session.scalar(select(func.count()).select_from(Cleanup)))
    assert counts[0] == counts[1]
    wanted = select(Work.status).where(Work.kind == WorkKind.CLEANUP)
    assert {str(each) for each in session.scalars(wanted)} >= {"announced", "done", "cancelled", "draft"}
    assert len(list_cleanups(session, None, CleanupFilter())) >= 2
    over = list_cleanups(session, None, CleanupFilter(over=True))
    assert all(each.people and {"before", "after"} == {p.kind for p in each.pictures} for each in over)
    assert over
    states = set(session.scalars(select(CleanupSignup.state)))
    assert {"going", "waiting", "came"} <= states
    assert session.scalar(select(func.count()).select_from(CleanupSeries)) == 1
    praise = list_praise(session, load_reference(session))
    assert len(praise) == 4
    assert any(each.figure for each in praise)
