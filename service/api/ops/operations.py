"""Routes for operators: `/healthz`, `/readyz`, `/metrics`; outside `/api/v1` and its OpenAPI."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from service.db import async_unit_of_work
from service.domain.health import Health
from service.domain.kernel.tokens import is_same
from service.errors import NotFound
from service.i18n import N_
from service.imaging.text_reader import can_read
from service.network.addresses import is_private
from service.ops import queues
from service.ops.host.certificate import read_certificate
from service.ops.host.disks import read_disks
from service.ops.metrics import UpkeepFigures, expose
from service.web.dependencies import NowDep, Resources, ResourcesDep
from service.web.edge.callers import callers_of
from service.web.looks.checkup import PATIENCE_S, look_at_health, look_at_queues, look_at_upkeep

router = APIRouter(include_in_schema=False)

NOT_HERE = N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ.")
BACKGROUND = ("relay", "worker", "beat")
PartState = Literal["ok", "away", "unread", "late", "full"]


class Alive(BaseModel):
    """The process answers. `reading` is off where the packages that read photos are not installed."""

    status: Literal["ok"] = "ok"
    reading: Literal["on", "off"] = "on"


class Readiness(BaseModel):
    """`degraded`: reports are taken, some part named here is not well. `down`: they cannot be taken.

    `reception` is `late` when reports of the last minute waited long for their commit, or failed. A queue is
    named as `queue:email`; `unread` when no living worker reads it, `late` when its oldest message
    has waited too long. `channel:email` stands there as `late` while messages wait after a failure,
    `disk:media` as `full` when hardly anything is free. `warnings` are what works and should be mended all
    the same; left out where none is.
    """

    status: Literal["ok", "degraded", "down"]
    parts: dict[str, PartState]
    warnings: list[str] = []


def only_operators(request: Request, resources: ResourcesDep) -> None:
    """Raises NotFound unless the request comes straight from this machine or its private network, or brings
    the token for it. What comes through a proxy comes from anywhere.
    """
    token = resources.settings.metrics_token
    scheme, given = get_authorization_scheme_param(request.headers.get("authorization"))
    if token and scheme.lower() == "bearer":
        if is_same(given, token.get_secret_value()):
            return
        raise NotFound(NOT_HERE)
    through = any(name in request.headers for name in ("x-forwarded-for", "forwarded", "via"))
    if through or (request.client is not None and not is_private(request.client.host)):
        raise NotFound(NOT_HERE)


@router.get("/healthz")
async def healthz() -> Alive:
    """Return whether this process lives; asks nobody else."""
    return Alive(reading="on" if can_read() else "off")


@router.get("/readyz", dependencies=[Depends(only_operators)], response_model_exclude_defaults=True)
async def readyz(resources: ResourcesDep, now: NowDep, request: Request, response: Response) -> Readiness:
    """Return whether reports can be taken, and which part is away; 503 when they cannot."""
    health, upkeep, states, disks = await asyncio.gather(
        look_at_health(resources, now),
        look_at_upkeep(resources, now),
        look_at_queues(resources, now),
        to_thread.run_sync(read_disks, resources.settings),
    )
    reception = await _reception(resources)
    found: dict[str, PartState] = {
        "reception": reception,
        "database": "away" if health is None else "ok",
        "redis": "away" if states is None else "ok",
        **_background_parts(health, states or {}),
    }
    if resources.settings.backup_dir is not None:
        found["backup"] = "ok" if health is not None and health.saved() else "away"
    stuck = {each.channel for each in upkeep.channels if each.waiting} if upkeep else set()
    found |= {f"channel:{name}": "late" for name in sorted(stuck)}
    found |= {f"disk:{each.uses[0]}": "full" for each in disks if each.full}
    status: Literal["ok", "degraded", "down"] = "ok" if set(found.values()) == {"ok"} else "degraded"
    if reception == "away":  # by connections of its own: it may work where all others are taken
        status, response.status_code = "down", 503
    warning = callers_of(request.app).look()
    return Readiness(status=status, parts=found, warnings=[warning] if warning else [])


@router.get("/metrics", dependencies=[Depends(only_operators)])
async def metrics(resources: ResourcesDep, now: NowDep) -> Response:
    """Figures for Prometheus."""
    health, upkeep, states, disks, certificate = await asyncio.gather(
        look_at_health(resources, now),
        look_at_upkeep(resources, now),
        look_at_queues(resources, now),
        to_thread.run_sync(read_disks, resources.settings),
        to_thread.run_sync(read_certificate, resources.settings),
    )
    figures = UpkeepFigures(upkeep, disks, certificate, now)
    return Response(
        expose(health, states or {}, resources.intake.state(), figures),
        media_type="text/plain; version=0.0.4; charset=utf-8",
    )


def _background_parts(health: Health | None, states: Mapping[str, queues.QueueState]) -> dict[str, PartState]:
    """Return the states of what works behind the web: processes, queues, alarms of emergencies. Without the
    database (`health` is None) nothing is known of the queues.
    """
    found: dict[str, PartState] = {
        kind: "ok" if health and health.lives(kind) else "away" for kind in BACKGROUND
    }
    if health is not None:
        ill = queues.queue_troubles(states, health.queues_read)
        found |= {f"queue:{name}": ill.get(name, "ok") for name in queues.QUEUES}
    found["emergencies"] = "ok" if health is not None and not health.unreached else "away"
    return found


async def _reception(resources: Resources) -> Literal["ok", "away", "late"]:
    """Return whether reports can be stored, and whether they are in time."""
    try:
        async with asyncio.timeout(PATIENCE_S), async_unit_of_work(resources.reception) as session:
            await session.connection()
    except (SQLAlchemyError, OSError, TimeoutError):
        return "away"
    return "late" if resources.intake.state().suffers else "ok"
