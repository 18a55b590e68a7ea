"""Answer to the sheet that is about to follow a report: what this browser is to it, told by its cookies."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from service.domain.kernel.codes import tidy_code
from service.domain.kernel.follower_secrets import claimed_follower
from service.domain.notices.citizens import known_secret
from service.domain.reports.access import Asker, find_report
from service.errors import NotFound, Unauthenticated
from service.pages.shared.citizen import CitizenDep
from service.pages.shared.report_secrets import kept_secret
from service.pages.shared.visit import PageVisitDep
from service.web.dependencies import SessionDep

router = APIRouter()


@router.get("/r/{code}/own")
async def own_secret(visit: PageVisitDep, code: str, session: SessionDep, citizen: CitizenDep) -> Response:
    """Return the secret by which this browser sent or follows the report already; null for a stranger.

    A phone whose storage was cleared still has its cookies: without this it would join its own report as a
    follower. The page that asks holds such secrets anyway, from the moment that it sends.
    """
    key, tidy = visit.resources.settings.secret, tidy_code(code)
    secret, role = kept_secret(visit.request), None
    if citizen is not None and tidy and (secret is None or claimed_follower(secret) is not None):
        secret = await session.run_sync(known_secret, key, citizen, tidy) or secret
    if secret and tidy:
        try:
            access = await session.run_sync(find_report, Asker(secret=secret, key=key), tidy, now=visit.now)
            role = access.actor.kind
        except (NotFound, Unauthenticated):
            secret = None
    known = {"secret": secret if tidy else None, "role": role}
    return JSONResponse(known, headers={"cache-control": "no-store"})
