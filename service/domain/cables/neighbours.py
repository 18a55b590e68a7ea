"""Reports beside a route: who follows one is told once when a company's section there is accepted."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from service.domain.cables.access import cables_of
from service.domain.reports.events import record
from service.domain.works.actions import ActionContext
from service.models import OPEN, CableRoute, CableSection, Event, EventData, EventType, Report, Status, Work

MOST = 500
"""A route has a few dozen open reports beside it; more are no longer news of one section."""


def tell_neighbours(ctx: ActionContext, route: CableRoute, work: Work, section: CableSection) -> int:
    """Write the event on each open report of a hanging cable within the city's reach; how many.

    Accepted again after it was sent back, the section is news to nobody who heard of it.
    """
    rules = cables_of(ctx.reference)
    kinds = [kind.id for kind in ctx.reference.categories.values() if rules.category in kind.path]
    query = select(Event.id).where(
        Event.report_id == Report.id,
        Event.type == EventType.CABLE_FINISHED,
        Event.data["section"].astext == work.code,
    )
    point = func.ST_SetSRID(func.ST_MakePoint(Report.lon, Report.lat), 4326)
    line = select(CableRoute.geom).where(CableRoute.id == route.id).scalar_subquery()
    # The box is what the index finds by; a degree of longitude is at least so long in such cities.
    around = func.ST_Expand(line, rules.near_m / 90_000)
    near = (
        Report.location.op("&&")(around),
        func.ST_DWithin(func.geography(line), func.geography(point), rules.near_m),
    )
    found = ctx.session.scalars(
        select(Report)
        .where(*near, Report.category_id.in_(kinds), Report.status.in_([*sorted(OPEN), Status.RESOLVED]))
        .where(~query.exists())
        .order_by(Report.created_at, Report.id)
        .limit(MOST)
        .options(defer(Report.location), defer(Report.search))
    ).all()
    company = ctx.reference.departments[section.company_id]
    data: EventData = {
        "section": work.code,
        "street": route.street,
        "company": company.code,
        "company_name": dict(company.short_name or company.name),
    }
    for report in found:
        record(ctx.session, report, EventType.CABLE_FINISHED, actor=ctx.actor, at=ctx.now, data=data)
    return len(found)
