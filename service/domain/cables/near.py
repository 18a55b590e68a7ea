"""Routes by which a hanging cable lies: what is planned there. It never changes a report's deadline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.cables.views import RouteFilter, RouteView, list_routes
from service.domain.city.reference import CategoryView, Reference

MOST_NEAR = 3


def routes_near(
    session: Session,
    reference: Reference,
    kind: CategoryView | None,
    lon: float,
    lat: float,
    now: datetime,
) -> list[RouteView]:
    """Return the routes within reach of a place, nearest first; none for a report that is of another kind."""
    rules = reference.config.cables
    if rules is None or kind is None or rules.category not in kind.path:
        return []
    filters = RouteFilter(near=(lon, lat, rules.near_m), limit=MOST_NEAR)
    return list_routes(session, filters, now, with_lines=False)
