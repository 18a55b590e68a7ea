"""`/admin`: what administrators change, as pages."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.admin import (
    areas,
    audit,
    calendar,
    categories,
    channels,
    city_config,
    departments,
    health,
    keys,
    overview,
    partners,
    people,
    policies,
    replies,
    rosters,
    rules,
    webhooks,
)

ROUTERS: tuple[APIRouter, ...] = (
    overview.router,
    health.router,
    rules.router,
    policies.router,
    calendar.router,
    departments.router,
    people.router,
    rosters.router,
    categories.router,
    areas.router,
    replies.router,
    keys.router,
    webhooks.router,
    partners.router,
    channels.router,
    city_config.router,
    audit.router,
)
