"""Discovery: where the service is and who answers for it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.open311.answers import BASE, in_both_forms, render_answer
from service.i18n import N_, pick, translate
from service.web.dependencies import ReferenceDep, ResourcesDep

router = APIRouter(include_in_schema=False)

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
"""The address by which clients know the version, letter by letter."""

CHANGED = "2026-11-29T00:00:00Z"
"""When what is said here changed last."""

ASK_FOR_KEY = N_("Khóa do quản trị viên của thành phố cấp.")


@in_both_forms(router, "/discovery")
@in_both_forms(router, "/v2/discovery")
async def discovery(request: Request, reference: ReferenceDep, resources: ResourcesDep) -> Response:
    """The endpoint, as the city describes it. Clients overlook one that is said to be a test."""
    base, line = resources.settings.public_url.rstrip("/"), reference.config.hotline
    who, config = pick(reference.service_name), reference.config.open311
    contact = pick(config.contact) if config.contact else f"{who}: {line.phone}" if line else who
    data = {
        "changeset": CHANGED,
        "contact": contact,
        "key_service": pick(config.key_service) if config.key_service else translate(ASK_FOR_KEY),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{base}{BASE}/v2",
                "changeset": CHANGED,
                "type": config.type or "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return render_answer(request, "discovery", data)
