"""`/admin`: what administrators change, as pages."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.admin import overview, rules

ROUTERS: tuple[APIRouter, ...] = (overview.router, rules.router)
