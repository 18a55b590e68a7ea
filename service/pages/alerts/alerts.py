"""Alerts: choosing what one wants to be told of, where and how often; one's own, changed and ended."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from service.db import async_unit_of_work
from service.domain.notices import alerts
from service.domain.notices.alerts import RADII_M, AlertFilter, owner_of
from service.domain.notices.citizens import Citizen
from service.domain.notices.confirmation import Pace
from service.errors import AppError
from service.i18n import N_, language_in_use, pick
from service.models import NoticeChannel
from service.pages.messages.subscribers import read_subscriber
from service.pages.shared.citizen import CitizenDep
from service.pages.shared.forms import FormDep, read, read_id
from service.pages.shared.kinds import roots, wards_by_name
from service.pages.shared.report_secrets import YEAR_S
from service.pages.shared.visit import PageVisit, PageVisitDep
from service.rendering.engine import page
from service.sending.channels import CHANNELS, offered
from service.sending.push import push_key
from service.web.dependencies import SessionDep
from service.web.rates import allow, sender_of

router = APIRouter()

OWNER_COOKIE = "alerts"
NO_ALERT = N_("Không có đăng ký nhận tin này.")
ABOUT = ("category", "ward", "lon", "lat", "radius_m", "pace")


class AlertPrefill(BaseModel):
    """Choices that a link makes beforehand."""

    category: Annotated[str, Field(max_length=100)] = ""
    ward: Annotated[str, Field(max_length=20)] = ""
    lon: Annotated[str, Field(max_length=30)] = ""
    lat: Annotated[str, Field(max_length=30)] = ""
    told: Annotated[str, Field(max_length=20)] = ""


@router.get("/alerts")
async def index(
    visit: PageVisitDep, session: SessionDep, citizen: CitizenDep, filters: Annotated[AlertPrefill, Query()]
) -> Response:
    """The form, and the alerts of this browser and of who signed in."""
    return await _draw(visit, session, citizen, filled=filters.model_dump())


@router.post("/alerts")
async def make(visit: PageVisitDep, sent: FormDep, citizen: CitizenDep) -> Response:
    """Make one. An address that did not sign in is asked first."""
    fields = sent.fields()
    secret = visit.request.cookies.get(OWNER_COOKIE) or secrets.token_urlsafe(24)
    await allow(visit.request, visit.resources, "participate")
    try:
        change = read(AlertFilter, {name: fields[name] for name in ABOUT if fields.get(name)})
        to = await read_subscriber(visit.request, visit.resources, fields)
        async with async_unit_of_work(visit.resources.engine) as session:
            _, first = await session.run_sync(
                alerts.create,
                CHANNELS,
                visit.reference,
                change,
                to,
                owner=owner_of(secret),
                language=language_in_use.get(),
                now=visit.now,
                asker=(sender_of(visit.request, visit.resources).address_hash or b"").hex(),
                proven=citizen.target if citizen and citizen.channel == NoticeChannel.EMAIL else None,
            )
    except AppError as error:
        async with async_unit_of_work(visit.resources.engine) as session:
            return await _draw(visit, session, citizen, filled=fields, error=error)
    response = RedirectResponse(f"/alerts?told={'asked' if first else 'on'}#mine", status_code=303)
    secure = visit.resources.settings.public_url.startswith("https:")
    response.set_cookie(
        OWNER_COOKIE, secret, max_age=YEAR_S, path="/alerts", secure=secure, httponly=True, samesite="lax"
    )
    return response


@router.post("/alerts/{alert}")
async def change(
    request: Request, alert: str, sent: FormDep, session: SessionDep, citizen: CitizenDep
) -> Response:
    """Another pace, or an end to it."""
    change = read(Pace, {"pace": sent.text("pace")})
    await session.run_sync(
        alerts.change_alert,
        *_mine(request, citizen),
        read_id(alert, NO_ALERT),
        change,
    )
    word = "ended" if change.pace == "never" else "changed"
    return RedirectResponse(f"/alerts?told={word}#mine", status_code=303)


def _mine(request: Request, citizen: Citizen | None) -> tuple[bytes | None, tuple[str, str] | None]:
    secret = request.cookies.get(OWNER_COOKIE)
    address = (citizen.channel, citizen.target) if citizen else None
    return owner_of(secret) if secret else None, address


async def _draw(
    visit: PageVisit,
    session: AsyncSession,
    citizen: Citizen | None,
    *,
    filled: Mapping[str, str],
    error: AppError | None = None,
) -> Response:
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "kind_choices": [(kind.code, pick(kind.name)) for kind in roots(visit.reference)],
        "ward_choices": [(ward.code, ward.said_name) for ward in wards_by_name(visit.reference)],
        "radii": RADII_M,
        "known_channels": CHANNELS,
        "channels": offered(visit.resources.settings),
        "push_key": push_key(visit.resources.settings),
        "mine": await session.run_sync(
            alerts.alerts_of, CHANNELS, visit.reference, *_mine(visit.request, citizen)
        ),
        "citizen": citizen,
        "filled": {name: filled.get(name) or "" for name in (*ABOUT, "email")},
        "outcome": filled.get("told", ""),
        "error": error,
        "islands": ["citizens/alerts.ts"],
    }
    return page(visit.request, "alerts/index.html", context)
