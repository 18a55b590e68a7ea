"""Making the secret of a report or of a follower anew."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.domain.privacy.secret_renewal import Renewal, renew_secret
from service.web.dependencies import NowDep, ResourcesDep, SessionDep
from service.web.rates import allow
from service.web.viewer import ViewerDep

router = APIRouter(tags=["participation"])

_NOTHING_SAID = Renewal()


class RenewedSecret(BaseModel):
    """The new secret, told to who held the old one; null for staff, who are told no secret."""

    secret: str | None


@router.post("/reports/{name}/secret", responses=refusals(400, 401, 403, 404, 413, 422, 429))
async def renew(
    request: Request,
    response: Response,
    name: str,
    session: SessionDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
    sent: Renewal = _NOTHING_SAID,
) -> RenewedSecret:
    """Make a new secret: the old one, and every link with it, opens nothing from now on. With the report's or
    a follower's secret, for oneself; coordinators and administrators do it for a reporter and say why.
    """
    await allow(request, resources, "participate")
    response.headers["Cache-Control"] = "no-store"
    return RenewedSecret(secret=await session.run_sync(renew_secret, viewer.asker, name, sent, now))
