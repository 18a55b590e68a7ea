"""`/admin`: what administrators change, as pages."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.admin import (
    areas,
    audit,
    calendar,
    city_config,
    departments,
    health,
    overview,
    people,
    policies,
    replies,
    rosters,
    rules,
    unit_offices,
)

ROUTERS: tuple[APIRouter, ...] = (
    overview.router,
    health.router,
    rules.router,
    policies.router,
    calendar.router,
    unit_offices.router,
    departments.router,
    people.router,
    rosters.router,
    areas.router,
    replies.router,
    city_config.router,
    audit.router,
)
