"""Surveys proposed before the occasions of the city's year: drafts, each once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import select

from service.domain.casework.passing_time.warnings import HOLDER
from service.domain.city.occasions import OccasionConfig, SurveyProposal
from service.domain.surveys.forms import NewSurvey
from service.domain.surveys.point_sources import gather_points
from service.domain.surveys.survey_changes import draft_survey
from service.domain.works.actions import ActionContext
from service.domain.works.notices import people_of, tell_people
from service.i18n import N_, translate
from service.models import Event, PointSource, Survey, WorkEventType

WALKED_BEFORE = timedelta(days=14)
"""So long before the occasion one begins to walk; the last day is the one before it."""
TITLE = N_("Kiểm tra {kind} trước {occasion}")


def propose_surveys(ctx: ActionContext) -> int:
    """Draft what is due and was not proposed before, also if that was dropped since; how many."""
    rules, today = ctx.reference.config.surveys, ctx.calendar.local(ctx.now).date()
    if ctx.reference.config.works is None:
        return 0
    made = 0
    for occasion, day in _coming(ctx, today):
        for each in rules.proposed:
            made += _propose(ctx, occasion, day, each, today)
    return made


def _coming(ctx: ActionContext, today: date) -> Iterator[tuple[OccasionConfig, date]]:
    rules = ctx.reference.config.surveys
    for occasion in rules.occasions:
        for year in (today.year, today.year + 1):
            for day in occasion.days_of(year):
                if day - timedelta(days=rules.days_before) <= today < day:
                    yield occasion, day


def _propose(
    ctx: ActionContext, occasion: OccasionConfig, day: date, proposal: SurveyProposal, today: date
) -> int:
    kind = ctx.reference.category_by_code.get(proposal.category)
    lead = ctx.reference.department_by_code.get(proposal.lead)
    if kind is None or lead is None or not (kind.active and lead.active):
        return 0
    key = f"{occasion.code}:{day}"
    known = select(Survey.work_id).where(Survey.category_id == kind.id, Survey.occasion == key)
    if ctx.session.scalar(known.limit(1)) is not None:
        return 0
    named = translate(TITLE, kind=kind.name["vi"].lower(), occasion=occasion.name["vi"])
    form = NewSurvey(
        id=uuid4(),
        category=kind.code,
        title=named,
        first=max(today, day - WALKED_BEFORE),
        last=day - timedelta(days=1),
    )
    found = draft_survey(ctx, form, lead.id, key)
    gather_points(ctx, found, (PointSource.REPORT, PointSource.REPEATED, PointSource.ROUTE))
    mine = Event.report_id.is_(None), Event.subject_id == str(found.work.id)
    drafted = select(Event).where(*mine, Event.type == WorkEventType.SURVEY_DRAFTED)
    people = people_of(ctx.session, ctx.reference, found.work, [HOLDER])
    tell_people(ctx.session, found.work, ctx.session.scalars(drafted).one(), people, ctx.now)
    return 1
