"""Facts of a letter, a report or a list about cables, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import func, select

from service.domain.cables.access import cables_of, company_ids, require_planning
from service.domain.cables.views import RouteFilter, RouteView, SectionView, list_routes
from service.domain.city.reference import Reference
from service.domain.documents.offices import OfficeFacts, issuing_facts
from service.domain.documents.signing import DocumentSigning
from service.domain.reports.photos import public_photos
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_id
from service.errors import invalid
from service.i18n import N_
from service.models import OPEN, CableRoute, Report, Work, WorkKind, WorkReport

MOST_BESIDE = 50
MOST_PICTURES = 12


class CableOrder(DocumentSigning):
    """A document about cables: which, for which unit, who signs it and is told."""

    what: Literal["urging", "progress", "poles"]
    unit: Annotated[str, Field(max_length=60)] = ""


@dataclass(frozen=True, slots=True)
class RouteReport:
    """Open report of a hanging cable beside a route, with how many photos everybody sees.

    `picture` is the small version of the first of them, by its key in the store; empty without one.
    """

    code: str
    address: str
    sent: date
    photos: int
    picture: str


@dataclass(frozen=True, slots=True)
class CablePaper:
    """All that a document about cables says; `rows` are the sections it lists, each with its route.

    `beside` are the open reports by route, `tasks` the removals that the poles' owner has: code, title, due.
    """

    order: CableOrder
    issuer_id: int
    office: OfficeFacts
    today: date
    unit_id: int | None
    routes: Sequence[RouteView]
    rows: Sequence[tuple[RouteView, SectionView]]
    beside: Mapping[int, Sequence[RouteReport]] = field(default_factory=dict)
    tasks: Sequence[tuple[str, str, date | None]] = ()

    @property
    def pictured(self) -> list[RouteReport]:
        """Return the reports whose picture goes into a letter, each once, the oldest of each route first."""
        found = {each.code: each for sightings in self.beside.values() for each in sightings if each.picture}
        return list(found.values())[:MOST_PICTURES]


def read_cable_paper(ctx: ActionContext, order: CableOrder) -> CablePaper:
    """Return what the document is to say. Raises Forbidden for who does not keep the plan; Invalid for a unit
    that is none, and a company that is late with nothing.
    """
    require_planning(ctx.reference, ctx.actor)
    issuer = unit_id(ctx.reference, cables_of(ctx.reference).office, "office")
    routes = list_routes(ctx.session, RouteFilter(), ctx.now, with_lines=False)
    unit, rows = None, [(route, section) for route in routes for section in route.sections]
    beside: dict[int, list[RouteReport]] = {}
    tasks: list[tuple[str, str, date | None]] = []
    if order.what == "urging":
        unit = unit_id(ctx.reference, order.unit, "unit")
        rows = late_sections(routes, unit)
        if not rows:
            raise invalid(["unit"], N_("Đơn vị này không có đoạn nào trễ hẹn."))
        beside = _beside(ctx, [route.id for route, _ in rows])
    elif order.what == "poles":
        unit = unit_id(ctx.reference, order.unit or cables_of(ctx.reference).pole_owner or "", "unit")
        routes = [route for route in routes if route.pole_owner_id == unit]
        rows = [(route, section) for route in routes for section in route.sections]
        tasks = _removals(ctx, unit)
    today = ctx.calendar.local(ctx.now).date()
    office = issuing_facts(ctx.session, issuer)
    return CablePaper(order, issuer, office, today, unit, routes, rows, beside, tasks)


def late_sections(routes: Sequence[RouteView], company: int) -> list[tuple[RouteView, SectionView]]:
    """Return the late sections of a company, as the matrix counts them."""
    return [(r, s) for r in routes for s in r.sections if s.company_id == company and s.late]


def late_companies(reference: Reference, routes: Sequence[RouteView]) -> list[tuple[int, int]]:
    """Return (company, how many late sections) of those that have any, the most first."""
    counted = [(each, len(late_sections(routes, each))) for each in company_ids(reference)]
    return sorted((each for each in counted if each[1]), key=lambda each: (-each[1], each[0]))


def _beside(ctx: ActionContext, routes: Sequence[int]) -> dict[int, list[RouteReport]]:
    rules, reference = cables_of(ctx.reference), ctx.reference
    kinds = [kind.id for kind in reference.categories.values() if rules.category in kind.path]
    found: dict[int, list[RouteReport]] = {}
    for route in dict.fromkeys(routes):
        line = select(CableRoute.geom).where(CableRoute.id == route).scalar_subquery()
        near = (
            Report.location.op("&&")(func.ST_Expand(line, rules.near_m / 90_000)),
            func.ST_DWithin(func.geography(line), func.geography(Report.location), rules.near_m),
        )
        rows = ctx.session.execute(
            select(Report.id, Report.code, Report.address, Report.category_id, Report.created_at)
            .where(*near, Report.category_id.in_(kinds), Report.status.in_(sorted(OPEN)), Report.published)
            .order_by(Report.created_at, Report.id)
            .limit(MOST_BESIDE)
        ).all()
        photos = public_photos(ctx.session, [row.id for row in rows])
        found[route] = [
            RouteReport(
                code=row.code,
                address=reference.masking_of(row.category_id).text(row.address),
                sent=ctx.calendar.local(row.created_at).date(),
                photos=len(photos.get(row.id, ())),
                picture=next((each.thumbnail_key for each in photos.get(row.id, ())), ""),
            )
            for row in rows
        ]
    return found


def _removals(ctx: ActionContext, owner: int) -> list[tuple[str, str, date | None]]:
    """Return the open tasks of the poles' owner that came from reports: what nobody owns and is to be
    taken down.
    """
    rules = cables_of(ctx.reference)
    kinds = [kind.id for kind in ctx.reference.categories.values() if rules.category in kind.path]
    about = (
        select(WorkReport.work_id)
        .join(Report, Report.id == WorkReport.report_id)
        .where(Report.category_id.in_(kinds))
    )
    mine = Work.kind == WorkKind.TASK, Work.lead_id == owner, Work.closed_at.is_(None), Work.done_at.is_(None)
    rows = ctx.session.execute(
        select(Work.code, Work.title, Work.due_at).where(*mine, Work.id.in_(about)).order_by(Work.due_at)
    )
    return [(code, title, ctx.calendar.local(due).date() if due else None) for code, title, due in rows]
