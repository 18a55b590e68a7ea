"""Demo clean-ups have something of everything to show, and are made once."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.demo.cleanup_days.city import demo_cleanups
from service.demo.cleanup_days.litter import bring_litter
from service.domain.city.reference import load_reference
from service.domain.cleanups.gifts.contribution_views import gifts_of_campaign
from service.domain.cleanups.praise.praise_views import list_praise
from service.domain.cleanups.spots.spot_cleanups import list_spots
from service.domain.cleanups.views import CleanupFilter, list_cleanups
from service.models import (
    Campaign,
    Cleanup,
    CleanupSeries,
    CleanupSignup,
    Premises,
    TreeGroup,
    Work,
    WorkKind,
)
from tests.support.factories import found_city
from tests.support.small_city import NOON


def test_every_state_is_there_and_a_second_time_adds_none(session: Session) -> None:
    found_city(session)
    assert len(bring_litter(session, NOON)) > 4 * 150  # events of so many reports
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
    monthly = select(Work.status).join(Cleanup).where(Cleanup.series_id.is_not(None))
    months = [str(each) for each in session.scalars(monthly)]
    assert months.count("done") >= 11 and months.count("draft") >= 2
    late = select(Work.code).where(Work.kind == WorkKind.TASK, Work.done_at.is_(None), Work.due_at < NOON)
    assert session.scalars(late).all() == [], "what was gathered was hauled away"
    [premises] = session.scalars(select(Premises))
    assert len(premises.buildings) == 2
    rosters = select(Work.status).join(Cleanup).where(Cleanup.premises_id == premises.id)
    assert sorted(str(each) for each in session.scalars(rosters)) == ["announced", "done"]
    totals, gifts = gifts_of_campaign(
        session, load_reference(session), session.scalars(select(Campaign)).one()
    )
    assert (totals.gifts, totals.cash_vnd) == (4, 52_000_000)
    assert {bool(each.giver) for each in gifts} == {True, False}
    trees = session.scalars(select(TreeGroup)).all()
    assert {each.alive is None for each in trees} == {True, False}
    assert bring_litter(session, NOON) == [], "only in a city that has none yet"
    spots = [each for each in list_spots(session, NOON) if each.counts]
    assert sum(each.effect is None for each in spots) == 2, "too few to say"
    assert sum(each.effect is not None and each.effect < 0.8 for each in spots) == 6
    assert [str(each.state) for each in spots].count("relapsed") == 1
    praise = list_praise(session, load_reference(session))
    assert len(praise) == 4
    assert any(each.figure for each in praise)
