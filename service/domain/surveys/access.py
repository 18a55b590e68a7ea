"""Rights on surveys: who makes them, who reads them, and finding one by its code."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.domain.works.access import require_works, visible_works
from service.domain.works.actions import ActionContext
from service.domain.works.lifecycles import LEAD, work_roles
from service.domain.works.units import unit_id
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.models import Role, Survey, Work, WorkKind, WorkStatus

MAKERS = frozenset({Role.DEPARTMENT, Role.MANAGER})
READERS = MAKERS | {Role.TRIAGE, Role.ADMINISTRATOR, Role.INSPECTOR}
CHANGEABLE = frozenset({WorkStatus.DRAFT, WorkStatus.OPEN})


@dataclass(frozen=True, slots=True)
class SurveyWork:
    """A survey and the work that it is."""

    work: Work
    side: Survey


def find_survey(
    session: Session, reference: Reference, actor: Actor, code: str, *, lock: str = ""
) -> SurveyWork:
    """Return the survey of that code. Raises NotFound also for who may not know of it.

    `lock` is `change`, or `look` for those who look at points: they do not wait for one another, but for who
    opens and ends it.
    """
    require_works(reference)
    query = (
        select(Work, Survey)
        .join(Survey, Survey.work_id == Work.id)
        .where(Work.kind == WorkKind.SURVEY, Work.code == code.strip().upper()[:20], visible_works(actor))
    )
    if lock:
        query = query.with_for_update(of=(Work, Survey), read=lock == "look")
        query = query.execution_options(populate_existing=True)
    row = session.execute(query).one_or_none() if actor.role in READERS else None
    if row is None:
        raise NotFound(N_("Không có đợt kiểm tra này. Hãy xem lại mã."))
    return SurveyWork(row[0], row[1])


def surveying_unit(ctx: ActionContext, code: str | None) -> int:
    """Return the id of the unit that leads. Raises Forbidden for whoever is not of it or above it."""
    own = ctx.actor.department_id
    if ctx.actor.role not in MAKERS:
        raise Forbidden(N_("Chỉ cán bộ của một đơn vị được lập đợt kiểm tra."))
    if code is None:
        if own is None:
            raise Forbidden(N_("Cần chọn đơn vị chủ trì đợt kiểm tra."))
        return own
    lead = unit_id(ctx.reference, code, "lead")
    if not ctx.actor.of_city and lead not in ctx.actor.departments:
        raise Forbidden(N_("Chỉ lập được đợt kiểm tra cho đơn vị mình và các đơn vị trực thuộc."))
    return lead


def require_leading(ctx: ActionContext, survey: SurveyWork) -> None:
    """Raise Forbidden for who is not of the unit that leads the survey."""
    if LEAD not in work_roles(ctx.actor, survey.work):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được sửa đợt kiểm tra."))
