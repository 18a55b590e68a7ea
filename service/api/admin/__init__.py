"""`/api/v1/admin`: what administrators change, for their programmes."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.admin import (
    accounts,
    entries,
    health,
    logo,
    partners,
    policies,
    rules,
    scheduled_changes,
    settings,
    webhooks,
)

ROUTERS: tuple[APIRouter, ...] = (
    rules.router,
    scheduled_changes.router,
    policies.router,
    entries.router,
    accounts.router,
    webhooks.router,
    partners.router,
    health.router,
    settings.router,
    logo.router,
)
