"""Files that plans were taken from: kept beside the draft, read by who may see the plan."""

from __future__ import annotations

import re

from service.domain.plans.access import find_plan
from service.domain.works.actions import ActionContext
from service.errors import NotFound
from service.i18n import N_
from service.models import Plan

SOURCES = "original/plan"
_NAME = re.compile(r"[A-Za-z0-9_-]{22}\.(docx|xlsx)")


def tie_source(plan: Plan, name: str) -> None:
    """Keep the file that a draft was made of, by its unguessable name among files of plans; none by any other
    name.
    """
    if _NAME.fullmatch(name):
        plan.source_key = f"{SOURCES}/{name}"


def plan_file_of(ctx: ActionContext, code: str) -> tuple[str, str]:
    """Return the key of a plan's file and what it is called. Raises NotFound, also where there is none."""
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code)
    if plan.source_key is None:
        raise NotFound(N_("Kế hoạch này không có tệp văn bản gốc."))
    return plan.source_key, f"{plan.code}-van-ban-goc.{plan.source_key.rpartition('.')[2]}"
