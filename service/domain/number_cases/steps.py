"""Steps of any work by its code: sections, surveys, numbers' cases and requests by their own verbs."""

from __future__ import annotations

from service.domain.cables.sections import take_section_step
from service.domain.number_cases.cases import take_case_step
from service.domain.number_cases.requests import take_request_step
from service.domain.surveys.survey_changes import take_survey_step
from service.domain.works.access import find_work
from service.domain.works.actions import ActionContext, take_step
from service.domain.works.forms import WorkStep
from service.models import Work, WorkKind


def take_step_of_kind(ctx: ActionContext, code: str, form: WorkStep) -> Work:
    """Take a step of the work's life by the verb of its kind. Raises as that verb."""
    work = find_work(ctx.session, ctx.reference, ctx.actor, code)
    if work.kind == WorkKind.CABLE_SECTION:
        return take_section_step(ctx, code, form)
    if work.kind == WorkKind.SURVEY:
        return take_survey_step(ctx, code, form)
    if work.kind == WorkKind.AD_NUMBER:
        return take_case_step(ctx, code, form).work
    if work.kind == WorkKind.CARRIER_REQUEST:
        return take_request_step(ctx, code, form).work
    return take_step(ctx, code, form)
