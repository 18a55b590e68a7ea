"""A clean-up of units that is under way on a running site, made as colleagues made it days before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from service.db import unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.cleanups.drafts import make_cleanup
from service.domain.cleanups.forms import CleanupStep, NewCleanup
from service.domain.cleanups.steps import take_cleanup_step
from service.domain.cleanups.views import list_checks
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_code
from service.models import CleanupSignup, Role, SignupState, Staff
from service.models.reports.event import ActorKind
from tests.support.site import KEY, Site


def add_running(site: Site, *, support: bool = False, comes: bool = False) -> tuple[str, UUID, UUID, UUID]:
    """(code, a sign-up of three, a check of the demo's department, one of nobody); led by that department, or
    by another that it supports. `comes`: it has not begun.
    """
    now = datetime.now(UTC)
    starts = now + (timedelta(days=2) if comes else timedelta(hours=-1))
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        own = session.scalars(select(Staff.department_id).where(Staff.username == "demo.department")).one()
        assert own is not None
        other = next(each for each in reference.departments if each != own)
        lead, unit = (other if support else own), unit_code(reference, own)
        lon, lat = reference.config.middle
        actor = Actor(ActorKind.STAFF, role=Role.MANAGER, department_id=lead, departments=frozenset({lead}))
        calendar = load_calendar(session, reference)
        ctx = ActionContext(session, reference, calendar, actor, now - timedelta(days=3))
        asked = {
            "id": str(uuid4()),
            "title": "Tổng vệ sinh khu hành chính",
            "lead": unit_code(reference, lead),
            "supports": [unit] if support else [],
            "open_to": "units",
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=2)).isoformat(),
            "location": {"lon": lon, "lat": lat},
            "meet_words": "Sân chính",
            "checks": [{"building": "Nhà A", "unit": unit, "words": "Hành lang"}, {"words": "Sân"}],
        }
        found, _ = make_cleanup(ctx, NewCleanup.model_validate(asked))
        step = {"to": "announced", "version": found.work.version}
        take_cleanup_step(ctx, KEY.encode(), found.work.code, CleanupStep.model_validate(step))
        signup = CleanupSignup(
            id=uuid4(), work_id=found.work.id, people=3, state=SignupState.GOING, created_at=ctx.now
        )
        session.add(signup)
        session.flush()
        mine, yard = list_checks(session, found.work.id)
        return found.work.code, signup.id, mine.id, yard.id
