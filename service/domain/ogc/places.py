"""Features of the small collections: clean-ups, wards with their figures, units that are no more."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import shapely
from shapely.geometry import shape
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.geojson import feature
from service.domain.cables.lines import line_parts
from service.domain.cables.views import MOST_ROUTES, RouteFilter, list_routes
from service.domain.city.reference import Reference
from service.domain.cleanups.gifts.trees import list_public_trees
from service.domain.cleanups.public.views import list_public_cleanups
from service.domain.cleanups.views import CleanupFilter, CleanupView
from service.domain.figures.days import CountedDaysCache
from service.domain.ogc.items import Feature, FeaturePage
from service.domain.ogc.parameters import ItemsQuery
from service.domain.queries.catalogue import ward_shapes
from service.domain.queries.stats import read_stats
from service.domain.reports.filters import Filters
from service.i18n import pick
from service.models import FormerUnit

Features = list[Feature]

MOST_CLEANUPS = 2_000
"""So many to come, and as many that are over."""

MOST_TREES = 10_000
_OF_A_ROUTE = ("street", "from_words", "to_words", "length_m", "quarter", "quarter_first", "state", "percent")


def ward_items(session: Session, reference: Reference, now: datetime, cache: CountedDaysCache) -> Features:
    """Return the wards in force with what was received in each."""
    figures = read_stats(session, reference, Filters(), now=now, cache=cache).by_ward
    by_code = {each.code: each for each in figures}
    features: Features = []
    for ward, boundary in ward_shapes(session, reference):
        counted = by_code.get(ward.code)
        properties = {
            **ward.model_dump(),
            "received": counted.received if counted else 0,
            "open": counted.open if counted else 0,
            "overdue": counted.overdue if counted else 0,
        }
        features.append(feature(boundary, properties, ward.code))
    return features


def former_unit_items(session: Session, reference: Reference) -> Features:
    """Return the wards and communes that no longer exist, each with the ward it went into."""
    found: Features = []
    for unit in session.scalars(select(FormerUnit).order_by(FormerUnit.code)):
        ward = reference.ward_by_code.get(unit.area_code)
        properties = {
            "code": unit.code,
            "name": unit.name,
            "district": unit.district,
            "ward_code": unit.area_code,
            "ward": ward.said_name if ward else None,
        }
        found.append(feature(shapely.Point(unit.lon, unit.lat), properties, unit.code))
    return found


def cleanup_items(
    session: Session, reference: Reference, public_url: str, most: int = MOST_CLEANUPS
) -> Features:
    """Return the clean-ups that are open to everybody: those to come, then those that are over; of each
    `most` at most.
    """
    found: Features = []
    for over in (False, True):
        count, after = 0, None
        while count < most:
            filters = CleanupFilter(over=over, after=after, limit=min(most - count, MOST_CLEANUPS))
            some = list_public_cleanups(session, reference, filters)
            found += [_cleanup_feature(reference, each, public_url, over=over) for each in some]
            if len(some) < filters.limit:
                break
            count, after = count + len(some), (some[-1].starts_at, some[-1].id)
    return found


def _cleanup_feature(reference: Reference, one: CleanupView, public_url: str, *, over: bool) -> Feature:
    zone, base = ZoneInfo(reference.timezone), public_url.rstrip("/")
    ward, lead = reference.wards.get(one.ward_id or 0), reference.departments.get(one.lead_id)
    properties = {
        "code": one.code,
        "title": one.title,
        "state": "over" if over else "coming",
        "starts": one.starts_at.astimezone(zone).strftime("%d/%m/%Y %H:%M"),
        "ends": one.ends_at.astimezone(zone).strftime("%d/%m/%Y %H:%M"),
        "ward_code": ward.code if ward else None,
        "ward": ward.said_name if ward else None,
        "lead": pick(lead.name) if lead else None,
        "meeting": one.meet_words,
        **{name: getattr(one, name) or 0 for name in ("going", "people", "bags", "kg", "trees")},
        "page_url": f"{base}/cleanups/{one.code}",
    }
    return feature(shapely.Point(one.lon, one.lat), properties, one.code)


def planted_tree_items(session: Session, public_url: str) -> Features:
    """Return the trees that were planted at clean-ups which everybody may see."""
    base = public_url.rstrip("/")
    return [
        feature(
            shapely.Point(each.lon, each.lat),
            {
                "species": each.species,
                "planted": each.planted,
                "alive": each.alive,
                "checked": f"{each.checked_on:%d/%m/%Y}" if each.checked_on else None,
                "cleanup": code,
                "page_url": f"{base}/cleanups/{code}",
            },
            str(each.id),
        )
        for code, each in list_public_trees(session, MOST_TREES)
    ]


def cable_route_items(session: Session, reference: Reference, now: datetime, public_url: str) -> Features:
    """Return the routes that have a line; none in a city that keeps no such plan."""
    every = all_cable_routes(session, reference, now, public_url, MOST_ROUTES)
    return [each for each in every if each["geometry"]]


def all_cable_routes(
    session: Session, reference: Reference, now: datetime, public_url: str, most: int
) -> Features:
    """Return the routes, those that nobody has drawn yet too."""
    if reference.config.cables is None:
        return []
    found: Features = []
    for route in list_routes(session, RouteFilter(limit=most), now):
        units = (reference.departments[each.company_id] for each in route.sections)
        properties = {
            **{name: getattr(route, name) for name in _OF_A_ROUTE},
            "companies": ", ".join(pick(each.short_name or each.name) for each in units),
            "page_url": f"{public_url.rstrip('/')}/cables/{route.id}",
        }
        parts = line_parts(shape(dict(route.geometry))) if route.geometry else None
        lines = shapely.MultiLineString(parts) if parts else None
        found.append(feature(lines, properties, str(route.id)))
    return found


def select_page(features: Features, query: ItemsQuery, start: int) -> FeaturePage:
    """Return the features that fit the query, from the one at `start` on. Time is no condition of places."""
    fitting = [each for each in features if _fits(each, query)]
    return FeaturePage(fitting[start : start + query.limit], matched=len(fitting))


def _fits(one: Feature, query: ItemsQuery) -> bool:
    properties = one["properties"]
    if any(properties[name] not in values for name, values in query.filters.items()):
        return False
    return query.bbox is None or bool(shape(one["geometry"]).intersects(shapely.box(*query.bbox)))
