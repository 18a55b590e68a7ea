"""Files of routes: proposed first, then taken; a route of the plan gets what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.cables.access import require_planning
from service.domain.cables.forms import NewRoute, NewSection, RouteBatch, RouteChange
from service.domain.cables.route_lists import (
    MOST_ROUTES,
    Features,
    ProposedRoute,
    RouteReader,
    RouteRow,
    route_reader,
    rows_of_content,
    rows_of_features,
    unread_columns,
)
from service.domain.cables.routes import change_route, make_route, route_key
from service.domain.city.search.listed import listed_streets
from service.domain.plans.imports.blocks import Content
from service.domain.works.actions import ActionContext
from service.errors import Conflict, Invalid, TooLarge
from service.i18n import N_, translate
from service.models import CableRoute, Street


class ProposedSectionData(TypedDict):
    """Part of a company as a proposal carries it; `metres` None for the whole route."""

    company: str
    metres: int | None


class ProposedRouteData(TypedDict):
    """Route as a proposal carries it over HTTP; `decide` tells that something stands in its way."""

    street: str
    from_words: str
    to_words: str
    length_m: int | None
    quarter: str | None
    quarter_words: str
    quarter_first: str | None
    pole_owner: str | None
    geometry: Mapping[str, object] | None
    sections: list[ProposedSectionData]
    unclear: list[str]
    faults: list[str]
    known: int | None
    decide: bool


class RouteProposal(TypedDict):
    """Routes that a file proposes, how many sections they have and how many are to be decided; `unread` are
    headings that nothing was taken from, `taken` the ids of routes once they are in the plan.
    """

    routes: list[ProposedRouteData]
    sections: int
    unclear: int
    unread: list[str]
    taken: NotRequired[list[int]]


def propose_routes(ctx: ActionContext, found: Content | Features) -> RouteProposal:
    """Return what a file proposes; nothing is stored. Raises Forbidden, Invalid, TooLarge."""
    require_planning(ctx.reference, ctx.actor)
    reader = _reader(ctx)
    rows: list[RouteRow] = (
        rows_of_content(found, reader) if isinstance(found, Content) else rows_of_features(found, reader)
    )
    routes = reader.understand(rows)
    if not routes:
        raise Invalid(
            N_("Không thấy tuyến nào. Bảng cần có cột tuyến đường; tệp bản đồ cần có tên tuyến và đường vẽ.")
        )
    if len(routes) > MOST_ROUTES:
        raise TooLarge(N_("Tệp có quá nhiều tuyến, mỗi lần nhận tối đa {most} tuyến."), most=MOST_ROUTES)
    return {
        "routes": [_tell(each) for each in routes],
        "sections": sum(len(each.sections) for each in routes),
        "unclear": sum(bool(_deciding(each)) for each in routes),
        "unread": unread_columns(found, reader) if isinstance(found, Content) else [],
    }


def take_routes(ctx: ActionContext, batch: RouteBatch) -> list[CableRoute]:
    """Add the routes of a file; those that the plan has get the sections and the line that they lack.

    The same file again changes nothing. Raises Forbidden, Conflict, Invalid.
    """
    require_planning(ctx.reference, ctx.actor)
    taken = []
    for number, each in enumerate(batch.routes):
        key = route_key(each.street, each.from_words, each.to_words)
        known = ctx.session.scalar(select(CableRoute).where(CableRoute.key == key))
        try:
            taken.append(make_route(ctx, each) if known is None else _fill(ctx, known, each))
        except Invalid as wrong:
            raise Invalid(
                N_("Tuyến thứ {number} ({street}) chưa nhận được."),
                errors=wrong.errors,
                number=number + 1,
                street=each.street,
            ) from wrong
    return taken


def require_decided(proposal: RouteProposal) -> RouteBatch:
    """Return the batch of a proposal with nothing left to decide. Raises Conflict where something is."""
    if proposal["unclear"]:
        raise Conflict(
            N_("Còn {count} tuyến chưa rõ. Hãy sửa tệp hoặc quyết định từng tuyến trước khi đưa vào."),
            count=proposal["unclear"],
        )
    return RouteBatch(routes=[new_route(each) for each in proposal["routes"]])


def new_route(data: ProposedRouteData) -> NewRoute:
    """Return the request of one proposed route. A route of the plan keeps its own quarter."""
    return NewRoute(
        street=data["street"],
        from_words=data["from_words"],
        to_words=data["to_words"],
        geometry=dict(data["geometry"]) if data["geometry"] is not None else None,
        length_m=data["length_m"],
        quarter=data["quarter"] or "2099-Q4",
        quarter_first=data["quarter_first"],
        pole_owner=data["pole_owner"],
        sections=[NewSection(company=each["company"], metres=each["metres"]) for each in data["sections"]],
    )


def _fill(ctx: ActionContext, route: CableRoute, form: NewRoute) -> CableRoute:
    lacks_line = form.geometry is not None and route.geom is None
    change = RouteChange(version=route.version, sections=form.sections)
    if lacks_line:
        change = RouteChange(version=route.version, sections=form.sections, geometry=form.geometry)
    return change_route(ctx, route.id, change)


def _deciding(route: ProposedRoute) -> list[str]:
    """Return what stands in the way of taking the route: an unlisted street alone does not."""
    return [each for each in route.unclear if each != "street"] + route.faults


def _tell(route: ProposedRoute) -> ProposedRouteData:
    return {
        "street": route.street,
        "from_words": route.from_words,
        "to_words": route.to_words,
        "length_m": route.length_m,
        "quarter": route.quarter,
        "quarter_words": route.quarter_words,
        "quarter_first": route.quarter_first,
        "pole_owner": route.pole_owner,
        "geometry": route.geometry,
        "sections": [{"company": each.company, "metres": each.metres} for each in route.sections],
        "unclear": route.unclear,
        "faults": [translate(each) for each in route.faults],
        "known": route.known,
        "decide": bool(_deciding(route)),
    }


def _reader(ctx: ActionContext) -> RouteReader:
    rows = ctx.session.execute(select(CableRoute.key, CableRoute.id))
    known = {row.key: row.id for row in rows}
    today = ctx.calendar.local(ctx.now).date()
    return route_reader(ctx.reference, _streets(ctx.session, ctx), today, known)


def _streets(session: Session, ctx: ActionContext) -> set[str]:
    listed = {each.key for each in listed_streets(ctx.reference)}
    return listed | set(session.scalars(select(Street.key).distinct()))
