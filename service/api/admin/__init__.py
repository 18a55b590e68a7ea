"""`/api/v1/admin`: what administrators change, for their programmes."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.admin import accounts, entries, plans, policies, rules

ROUTERS: tuple[APIRouter, ...] = (
    rules.router,
    plans.router,
    policies.router,
    entries.router,
    accounts.router,
)
