"""Pages of the administration about other systems: channels, partners, webhooks, keys."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.admin.systems import channels, keys, partners, webhooks

ROUTERS: tuple[APIRouter, ...] = (keys.router, webhooks.router, partners.router, channels.router)
